"""What one caller can send that takes long: documents, variables and bodies within the limits or just beyond them, made of the schema."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

MICROSOFT, CUSTOMER = "operator:microsoft", "customer:flooded"
INTROSPECTION = "__schema { types { name fields { name args { name } } } }"
QUESTION = {"communicator": MICROSOFT, "customer": CUSTOMER, "topic": "renewal"}
RULINGS = "verdict communicator { id } rulings { standing statements { code text } path { from { id } to { id } } } explanation"


class Flood(NamedTuple):
    """One request: the body of a POST to /graphql."""

    name: str
    body: bytes


def known_floods() -> Iterator[Flood]:
    """Floods that were found to keep others waiting once; each takes one caller one request."""
    yield _asking("introspection, 240 aliases", aliased(240, INTROSPECTION))
    yield _asking("introspection, as tools send it", get_introspection_query())
    yield _asking("9,999 tests in a variable", FILTERED, filter={"or": [{"name": {"contains": f"x{n}"}} for n in range(9_999)]})
    yield _asking("1,500 tests in a literal", f"{{ customers(filter: {{or: [{TEST * 1_500}]}}) {{ totalCount }} }}")
    yield _asking("tests one in another", FILTERED, filter=nested(480))
    yield _asking("names in many tests", FILTERED, filter={"and": [{"name": {"in": ["x" * 30] * 9_999}}] * 9})
    yield _asking("44 times 5,000 questions", ASKED % aliased(44, "permissions(questions: $q) { verdict }"), q=[QUESTION] * 5_000)
    yield _asking("5,000 questions and why", ASKED % f"{{ permissions(questions: $q) {{ {RULINGS} }} }}", q=[QUESTION] * 5_000)
    yield _asking("5,000 ids of nobody", IDS % aliased(1, "nodes(ids: $i) { id }"), i=[f"customer:x{n}" for n in range(5_000)])
    yield _asking("40 times 5,000 ids", IDS % aliased(40, "nodes(ids: $i) { id }"), i=[CUSTOMER] * 5_000)
    yield _asking("249 outreaches", aliased(249, 'outreach(topic: "renewal") { total }'))
    yield _asking("249 counts of findings", aliased(249, "findingCounts { kind }"))
    yield _asking("49 fragments over one selection", fragments(49, "customers { edges { node { id name domain country } } }"))
    yield _asking("50 times the same", f"{{ {'customers { edges { node { id name } } } ' * 50} }}")
    yield _asking("480 aliases of a name", f"{{ customers(first: 1000) {{ edges {{ node {aliased(480, 'name')} }} }} }}")
    yield _asking("9,999 changes", CHANGED, c=[{"putCustomer": {"key": f"k{n}", "name": "n"}} for n in range(9_999)])
    yield _asking("relationships of a topic", CHANGED, c=[{"start": STARTED}] * 1_000)
    yield _asking("a topic of a megabyte", TOPIC, t="x" * 1_000_000)
    yield _asking("240 long texts", aliased(240, f'customers(search: "{"x" * 1_000}") {{ edges {{ cursor }} }}'))
    yield _asking("an integer of 5,000 digits", f"{{ customers(first: {'1' * 5_000}) {{ totalCount }} }}")
    yield _asking("braces", "{ customers " * 5_000)
    yield Flood("a list of 1,900,000 numbers", b'{"query": "{ revision }", "variables": {"x": [' + b"1," * 1_900_000 + b"1]}}")
    yield Flood("a list in a list, 1,000 times", b'{"query": "{ revision }", "variables": {"x": ' + b"[" * 1_000 + b"]" * 1_000 + b"}}")


def floods_of(schema: GraphQLSchema) -> Iterator[Flood]:
    """What can be made of a schema."""
    for name, document in made_of(schema):
        yield _asking(name, document)


FILTERED = "query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }"
TEST = '{name: {contains: "x"}} '
ASKED, IDS = "query ($q: [Question!]!) %s", "query ($i: [ID!]!) %s"
CHANGED = "query ($c: [Change!]!) { simulate(changes: $c) { at } }"
STARTED = {"type": "HOLDS", "from": CUSTOMER, "to": "topic:renewal", "validFrom": "2026-01-01T00:00:00Z"}
TOPIC = f'query ($t: String!) {{ permission(communicator: "{MICROSOFT}", customer: "{CUSTOMER}", topic: $t) {{ verdict }} }}'
ARGUMENTS: Mapping[str, str] = {"topic": '"renewal"', "by": "[COUNTRY, BILLER]", "customer": f'"{CUSTOMER}"', "id": f'"{CUSTOMER}"'}
"""What is given for arguments that have to be there; a field that needs others is left out."""


def made_of(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """All that can be asked of the root at once, as deep as it goes; and each root field as often as may be."""
    query = schema.query_type
    assert query is not None
    fields = {name: field for name, field in query.fields.items() if _given(field) is not None}
    for levels in (3, 5):
        asked = " ".join(_field(name, field, levels) for name, field in fields.items())
        yield f"all root fields, {levels} levels deep", f"{{ {asked} }}"
    for name, field in fields.items():
        yield f"{name}, 60 times", aliased(60, _field(name, field, 3))


def aliased(times: int, field: str) -> str:
    """A selection with the same field under many names."""
    return f"{{ {' '.join(f'a{n}: {field}' for n in range(times))} }}"


def nested(levels: int) -> dict[str, Any]:
    """A filter in a filter in a filter."""
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"not": found}
    return found


def fragments(number: int, selection: str) -> str:
    """A document in which as many fragments ask for the same."""
    spread = " ".join(f"...F{n}" for n in range(number))
    return f"{{ {spread} }} " + " ".join(f"fragment F{n} on Query {{ {selection} }}" for n in range(number))


def _asking(name: str, document: str, **variables: object) -> Flood:
    return Flood(name, json.dumps({"query": document, "variables": variables}).encode())


def _field(name: str, field: GraphQLField, levels: int) -> str:
    named = get_named_type(field.type)
    if is_leaf_type(named):
        return name + (_given(field) or "")
    if not isinstance(named, GraphQLObjectType) or levels == 0:
        return f"{name}{_given(field)} {{ __typename }}"
    inner = [
        _field(each, below, levels - 1)
        for each, below in named.fields.items()
        if _given(below) is not None and (levels > 1 or is_leaf_type(get_named_type(below.type)))
    ]
    return f"{name}{_given(field)} {{ __typename {' '.join(inner)} }}"


def _given(field: GraphQLField) -> str | None:
    needed = [name for name, argument in field.args.items() if is_required_argument(argument)]
    if not set(needed) <= ARGUMENTS.keys():
        return None
    return f"({', '.join(f'{name}: {ARGUMENTS[name]}' for name in needed)})" if needed else ""
