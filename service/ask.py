"""The command's question: asked of the same schema as over HTTP, answered for a terminal."""

from typing import Any, NamedTuple

from rich.console import Console
from rich.text import Text

from graph.index.local_index import LocalIndex
from policy.bidi import isolated
from policy.caller import ANYBODY
from policy.errors import BadInput, NotFound, Unavailable, VoceroError
from policy.policy import Policy
from policy.terms import Language
from resolvers.operation import Operation
from schema.context import Context
from schema.schema import VoceroSchema
from service.commands.console import say
from service.commands.names import COMMUNICATOR, CUSTOMER, node_named, scope_named, topic_code, with_index
from service.log import report

PERMISSION = """
  verdict permitted explanation(language: $language) asOf { validAt knownAt } revision policyVersion
  communicator { id name } customer { id name } topic { code name }
  permittedIn { ...Named }
  rulings {
    verdict standing scope { ...Named }
    statements { code text source } interpretation { name text changed }
    path { type kind from { id } to { id } validFrom validTo source }
  }
"""
NAMED = """
fragment Named on Scope {
  __typename
  ... on ProductSubscription { id offer }
  ... on Agreement { id type }
  ... on Customer { id customerName: name }
}
"""
WHO = (
    "query ($customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf, $language: Language) "
    f"{{ answer: permittedCommunicators(customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) {{ {PERMISSION} }} }} {NAMED}"
)
MAY = (
    "query ($communicator: ID!, $customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf, $language: Language) "
    "{ answer: permission(communicator: $communicator, customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) "
    f"{{ {PERMISSION} }} }} {NAMED}"
)
ERRORS = {error.code: error for error in (BadInput, NotFound, Unavailable)}
NOBODY = {Language.EN: "nobody is permitted", Language.ES: "nadie tiene permiso"}
COLOURS = {"EXPECTED": "green", "PERMITTED": "green", "MIXED": "yellow", "PROHIBITED": "red"}


class Asked(NamedTuple):
    """A question as the command takes it: nodes and topics by id, key or name; instants in RFC 3339."""

    customer: str
    topic: str
    communicator: str | None
    scope: str | None
    valid_at: str | None
    known_at: str | None
    language: Language

    def named(self, operation: Operation, policy: Policy) -> "Asked":
        """The question with ids in place of names. Raises BadInput, NotFound, Unavailable."""
        customer = node_named(operation, self.customer, CUSTOMER)
        return self._replace(
            customer=customer,
            topic=topic_code(policy, self.topic),
            communicator=self.communicator and node_named(operation, self.communicator, COMMUNICATOR),
            scope=self.scope and scope_named(operation, self.scope, customer),
        )


async def ask(index: LocalIndex, policy: Policy, asked: Asked) -> Any:  # noqa: ANN401 - JSON, of the shape that the field has
    """What the GraphQL field gives: a list of permissions, or the one of `communicator`. Raises VoceroError."""
    asked = await with_index(index, policy, lambda operation: asked.named(operation, policy))
    variables: dict[str, Any] = {
        "customer": asked.customer,
        "topic": asked.topic,
        "communicator": asked.communicator,
        "scope": asked.scope,
        "asOf": {"validAt": asked.valid_at, "knownAt": asked.known_at},
        "language": asked.language,
    }
    if asked.communicator is None:
        del variables["communicator"]
    document = WHO if asked.communicator is None else MAY
    result = await VoceroSchema(report).execute(document, variable_values=variables, context_value=Context(index, policy, ANYBODY))
    for error in result.errors or ():
        raise ERRORS.get((error.extensions or {}).get("code", ""), VoceroError)(error.message)
    return (result.data or {})["answer"]


def show(answer: Any, language: Language, console: Console) -> None:  # noqa: ANN401 - as `ask` gives it
    """The answer for people: each communicator with its verdict, then the reason."""
    permissions = answer if isinstance(answer, list) else [answer]
    if not permissions:
        say(NOBODY[language], console)
    for permission in permissions:
        verdict, who = permission["verdict"], permission["communicator"]
        line = Text.assemble((verdict, f"bold {COLOURS.get(verdict, 'default')}"), " ", (isolated(who["name"]), "bold"), f" ({who['id']})")
        console.print(line, highlight=False)
        console.print(permission["explanation"], highlight=False, markup=False)
        console.print()
