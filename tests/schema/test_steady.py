"""Which documents may be answered by what was answered before."""

import pytest
from graphql import parse

from schema.schema import VoceroSchema
from schema.steady import FIELDS
from tests.schema.test_needs import declared

SCHEMA = VoceroSchema(report=lambda _: None)
SHOWING_WHEN = {("Permission", "asOf"), ("Permission", "explanation")}


def test_every_steady_field_is_one_of_the_schema_and_shows_no_instant_of_the_question() -> None:
    steady = {(type_, name) for type_, names in FIELDS.items() for name in names.split()}

    assert steady <= set(declared())
    assert not steady & SHOWING_WHEN


@pytest.mark.parametrize(
    ("document", "is_steady"),
    [
        ('{ permission(communicator: "a:b", customer: "c:d", topic: "t") { verdict __typename } }', True),
        ('{ a: customer(id: "c:d") { ...F } } fragment F on Customer { name permittedCommunicators(topic: "t") { verdict } }', True),
        ('{ a: customer(id: "c:d") { ...F } } fragment F on Customer { permittedCommunicators(topic: "t") { explanation } }', False),
        ('{ node(id: "c:d") { ... on Customer { permittedCommunicators(topic: "t", asOf: {}) { verdict } } } }', False),
        ("query ($at: AsOf) { customers(asOf: $at) { edges { node { id } } } }", False),
        ("{ customers { totalCount } }", False),
        ('mutation { apply(changes: [], idempotencyKey: "k") { revision } }', False),
        ("subscription { changes { revision } }", False),
        ('{ customer(id: "c:d") { id } outreach(topic: "t") { total } }', False),
    ],
)
def test_a_document_is_steady_when_all_that_it_asks_is(document: str, is_steady: bool) -> None:  # noqa: FBT001 - a row of the table above
    assert SCHEMA.steady.of(parse(document)) is is_steady
