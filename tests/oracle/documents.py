"""The GraphQL documents of the tests, and what comes back turned into the oracle's own shapes."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tests.oracle.book import moment
from tests.oracle.oracle import Answer, Ruling, Step
from tests.oracle.random_books import Instant

EDGE = "type kind from { id } to { id } validFrom"
PERMISSION = f"""fragment Full on Permission {{
  communicator {{ id }} customer {{ id }} topic {{ code category }} verdict permitted everywhere policyInForce
  permittedIn {{ ... on Node {{ id }} }}
  rulings {{
    scope {{ ... on Node {{ id }} }} verdict standing statements {{ code }} interpretation {{ name }} interpretations {{ name }}
    path {{ {EDGE} }} closing
  }}
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
        interpretations_of(found),
        tuple(step_of(edge) for edge in found["path"]),
        found["closing"],
    )


def interpretations_of(found: dict[str, Any]) -> tuple[str, ...]:
    """The names; `interpretation` has to be the first of them."""
    names = tuple(each["name"] for each in found["interpretations"])
    first = found["interpretation"] and found["interpretation"]["name"]
    return names if first == (names[0] if names else None) else (f"{first} is not the first", *names)


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
            found["everywhere"],
            tuple(scope["id"] for scope in found["permittedIn"]),
            tuple(ruling_of(each) for each in found["rulings"]),
            found["policyInForce"],
        )
    )


def comparable(answer: Answer) -> Answer:
    """The same answer, where edges of one type that follow each other in a path stand in one order."""
    return answer._replace(rulings=tuple(each._replace(path=path_in_order(each.path)) for each in answer.rulings))


def path_in_order(path: tuple[Step, ...]) -> tuple[Step, ...]:
    """Section 8: "several of one type by the other end's id, then kind"; how the kinds are ordered among each other is not said."""
    return tuple(step for _, run in groupby(path, key=lambda step: step.type) for step in sorted(run))


def ids(found: Iterable[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def codes_of(found: dict[str, Any]) -> tuple[str, str]:
    """The topic that a Permission is about, and its category."""
    return found["topic"]["code"], found["topic"]["category"]
