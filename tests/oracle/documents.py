"""The GraphQL documents of the tests, and what comes back turned into the oracle's own shapes."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tests.oracle.acceptance import OPERATORS
from tests.oracle.book import moment
from tests.oracle.oracle import Answer, Ruling, Step
from tests.oracle.random_books import Instant

EDGE = "type kind from { id } to { id } validFrom"
PERMISSION = f"""fragment Full on Permission {{
  communicator {{ id }} customer {{ id }} topic {{ code category }} verdict permitted
  permittedIn {{ ... on Node {{ id }} }}
  rulings {{ scope {{ ... on Node {{ id }} }} verdict standing statements {{ code }} interpretation {{ name }} path {{ {EDGE} }} }}
  asOf {{ validAt knownAt }}
}}"""
CONTACTS = """fragment Contacts on ContactableConnection {
  totalCount pageInfo { hasNextPage endCursor }
  edges { cursor node { id } permission { ...Full } }
}"""

PERMISSIONS = (
    f"query ($questions: [Question!]!, $asOf: AsOf) {{ permissions(questions: $questions, asOf: $asOf) {{ ...Full }} }} {PERMISSION}"
)
FACTS = f"""query ($customers: [ID!]!, $asOf: AsOf) {{ topics {{ code category }} nodes(ids: $customers) {{ id ... on Customer {{
  name cloud
  subscriptions(asOf: $asOf) {{
    id channel(asOf: $asOf) billedBy(asOf: $asOf) {{ id }} resellers(asOf: $asOf) {{ id }} customer(asOf: $asOf) {{ id }}
  }}
  agreements(asOf: $asOf) {{ id channel }}
  partners(asOf: $asOf) {{ id }}
  ownership(asOf: $asOf) {{ {EDGE} }}
  permissionMatrix(asOf: $asOf) {{ topics {{ code }} communicators {{ id }} verdicts }}
}} }} }}"""
PARTNERS = """query ($asOf: AsOf) { partners(first: 100) { totalCount edges { node {
  id name mpnIds roles(asOf: $asOf) providers(asOf: $asOf) { id } resellers(asOf: $asOf) { id }
} } } }"""


def aliased(parts: Iterable[tuple[str, str]], *, declared: str, fragments: str = "") -> str:
    """One query of many fields: (alias, field) each."""
    fields = "\n".join(f"  {alias}: {field}" for alias, field in parts)
    return f"query ({declared}) {{\n{fields}\n}} {fragments}"


def as_of(instant: Instant) -> dict[str, str] | None:
    """The AsOf input; an instant left out is left out."""
    given = {"validAt": instant.valid_at, "knownAt": instant.known_at}
    return {name: time.isoformat() for name, time in given.items() if time is not None} or None


def step_of(edge: dict[str, Any]) -> Step:
    began = moment(edge["validFrom"])
    assert began is not None
    return Step(edge["type"], edge["from"]["id"], edge["to"]["id"], edge["kind"] or "", began)


def ruling_of(found: dict[str, Any]) -> Ruling:
    return Ruling(
        found["scope"]["id"],
        found["verdict"],
        found["standing"],
        tuple(statement["code"] for statement in found["statements"]),
        found["interpretation"] and found["interpretation"]["name"],
        tuple(step_of(edge) for edge in found["path"]),
    )


def answer_of(found: dict[str, Any] | None) -> Answer | None:
    """A Permission as the oracle would give it, its paths in the one order that counts."""
    if found is None:
        return None
    return comparable(
        Answer(
            found["communicator"]["id"],
            found["customer"]["id"],
            found["verdict"],
            found["permitted"],
            tuple(scope["id"] for scope in found["permittedIn"]),
            tuple(ruling_of(each) for each in found["rulings"]),
        )
    )


def comparable(answer: Answer) -> Answer:
    """The same answer, where edges of one type that follow each other in a path stand in order: the page orders types only."""
    rulings = tuple(each._replace(path=path_in_order(each.path, answer.communicator)) for each in answer.rulings)
    return answer._replace(rulings=rulings)


def path_in_order(path: tuple[Step, ...], communicator: str) -> tuple[Step, ...]:
    """An agreement may have another operator as its party too; the page does not say whether that edge belongs to the path."""
    kept = [step for step in path if step.source == communicator or not (step.type == "PARTY_TO" and step.source in OPERATORS)]
    return tuple(step for _, run in groupby(kept, key=lambda step: step.type) for step in sorted(run))


def ids(found: Iterable[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def codes_of(found: dict[str, Any]) -> tuple[str, str]:
    """The topic that a Permission is about, and its category."""
    return found["topic"]["code"], found["topic"]["category"]
