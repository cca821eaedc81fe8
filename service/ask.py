"""The command's question: asked of the same schema as over HTTP, answered for a terminal."""

from typing import Any, NamedTuple

from rich.console import Console

from graph.index.local_index import LocalIndex
from policy.caller import ANYBODY
from policy.errors import BadInput, NotFound, Unavailable, VoceroError
from policy.policy import Policy
from schema.context import Context
from schema.schema import VoceroSchema
from service.log import report

PERMISSION = """
  verdict permitted explanation asOf { validAt knownAt } revision policyVersion
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
    "query ($customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf) "
    f"{{ answer: permittedCommunicators(customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) {{ {PERMISSION} }} }} {NAMED}"
)
MAY = (
    "query ($communicator: ID!, $customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf) "
    "{ answer: permission(communicator: $communicator, customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) "
    f"{{ {PERMISSION} }} }} {NAMED}"
)
ERRORS = {error.code: error for error in (BadInput, NotFound, Unavailable)}
COLOURS = {"EXPECTED": "green", "PERMITTED": "green", "MIXED": "yellow", "PROHIBITED": "red"}


class Asked(NamedTuple):
    """A question as the command takes it; instants in RFC 3339."""

    customer: str
    topic: str
    communicator: str | None
    scope: str | None
    valid_at: str | None
    known_at: str | None


async def ask(index: LocalIndex, policy: Policy, asked: Asked) -> Any:  # noqa: ANN401 - JSON, of the shape that the field has
    """What the GraphQL field gives: a list of permissions, or the one of `communicator`. Raises VoceroError."""
    variables = {
        "customer": asked.customer if ":" in asked.customer else f"customer:{asked.customer}",
        "topic": asked.topic,
        "communicator": asked.communicator,
        "scope": asked.scope,
        "asOf": {"validAt": asked.valid_at, "knownAt": asked.known_at},
    }
    if asked.communicator is None:
        del variables["communicator"]
    document = WHO if asked.communicator is None else MAY
    result = await VoceroSchema(report).execute(document, variable_values=variables, context_value=Context(index, policy, ANYBODY))
    for error in result.errors or ():
        raise ERRORS.get((error.extensions or {}).get("code", ""), VoceroError)(error.message)
    return (result.data or {})["answer"]


def show(answer: Any, console: Console) -> None:  # noqa: ANN401 - as `ask` gives it
    """The answer for people: each communicator with its verdict, then the reason."""
    permissions = answer if isinstance(answer, list) else [answer]
    if not permissions:
        console.print("nobody is permitted")
    for permission in permissions:
        verdict, who = permission["verdict"], permission["communicator"]
        console.print(f"[bold {COLOURS.get(verdict, 'default')}]{verdict}[/] [bold]{who['name']}[/] ({who['id']})", highlight=False)
        console.print(permission["explanation"], highlight=False, markup=False)
        console.print()
