"""What operations cost, worked out before they run."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, parse

from schema.cost import FREE_LEAVES, LISTED, PRICES, cost_of
from schema.limits import Limits
from schema.schema import VoceroSchema
from service.log import report

GRAPHQL = VoceroSchema(report)._schema  # noqa: SLF001 - Strawberry has no public way to it
QUESTIONS = "query ($q: [Question!]!) { permissions(questions: $q) { verdict rulings { path { from { id } to { id } } } } }"
PAGE_OF_MATRICES = """query ($n: Int = 1000) { customers(first: $n) { edges { node { name
    permissionMatrix { topics { code } communicators { id name } verdicts } } } } }"""
OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


def cost(document: str, variables: Mapping[str, object] | None = None, *, name: str | None = None) -> int:
    return cost_of(GRAPHQL, parse(document), name, variables)


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        ("{ revision }", {}, 0),
        ('{ node(id: "x") { id } }', {}, 1),
        ("{ customers { edges { node { id } } } }", {}, 1 + 50 + 50),
        ("{ customers(first: 10) { edges { node { id } } } }", {}, 1 + 10 + 10),
        ("{ customers(last: 10) { edges { node { id } } } }", {}, 1 + 10 + 10),
        ("query ($n: Int) { customers(first: $n) { edges { cursor } } }", {"n": 7}, 1 + 7),
        ("query ($n: Int = 7) { customers(first: $n) { edges { cursor } } }", {}, 1 + 7),
        ("query ($n: Int = 7) { customers(first: $n) { edges { cursor } } }", {"n": 9}, 1 + 9),
        ("query ($n: Int) { customers(first: $n) { edges { cursor } } }", {"n": "many"}, 1 + 50),
        ("query ($n: Int) { customers(first: $n) { edges { cursor } } }", {"n": 10**30}, 1 + 1000),
        ("{ customers(first: 99999999999999999999) { edges { cursor } } }", {}, 1 + 1000),
        ("{ customers(first: -5) { edges { cursor } } }", {}, 1),
        ("{ customers(first: 0) { totalCount pageInfo { endCursor } } }", {}, 1 + 500 + 1),
        ('{ customer(id: "x") { subscriptions { id resellers { id } } } }', {}, 1 + LISTED + LISTED * LISTED),
        ('{ nodes(ids: ["a", "b", "c"]) { id ... on Customer { partners { id } } } }', {}, 3 * 6 + 3 * LISTED),
        ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["x"] * 1000}, 6 * 1000),
        ("query ($q: [Question!]!) { permissions(questions: $q) { verdict } }", {"q": [{}] * 1000}, 6 * 1000),
        ('mutation ($c: [Change!]!) { apply(changes: $c, idempotencyKey: "k") { applied } }', {"c": [{}] * 5000}, 10 * 5000 + 5000),
        ("{ a: findingCounts { kind } b: findingCounts { kind } }", {}, 2 * (10_000 + LISTED)),
        ('{ ...A ...A } fragment A on Query { node(id: "x") { ...B } } fragment B on Customer { partners { id } }', {}, 2 * (1 + LISTED)),
        ("{ nothing { at { all } } customers(nothing: 5) { nothing } }", {}, 1),
        ("subscription { changes { customers(first: 5) { id } customerCount } }", {}, 1 + 5 + 10),
        ("query A { revision } query B { topics { code } }", {}, 0),
        (f"{{ customers {{ edges {{ {' '.join(f'a{n}: cursor' for n in range(30))} }} }} }}", {}, 1 + 50 + 50 * (30 - FREE_LEAVES)),
        ("{ __schema { types { name } } }", {}, 1 + 100),
        ("{ a: __schema { types { fields { name args { name } } } } }", {}, 1 + 100 + 100 * (5 + 8 * (1 + 5 + 2))),
        ('{ __type(name: "Query") { fields { name } } }', {}, 1 + 5 + 8),
    ],
)
def test_an_operation_costs_its_objects_and_what_is_dear(document: str, variables: Mapping[str, object], expected: int) -> None:
    assert cost(document, variables) == expected


def test_only_the_operation_that_is_named_costs() -> None:
    assert cost("query A { revision } query B { topics { code } }", name="B") == 40


def test_pages_in_pages_multiply() -> None:
    inner = 'contactable(topic: "tax", first: 20) { edges { node { id } totalCount: cursor } }'

    assert cost(f"{{ partners(first: 10) {{ edges {{ node {{ {inner} }} }} }} }}") == 1 + 10 + 10 + 10 * (100 + 1 + 20 + 20)


def test_what_is_usual_is_within_the_usual_limits() -> None:
    """A thousand questions with their reasons, for callers bound to a node too; a page of a thousand matrices for the others."""
    assert cost(QUESTIONS, {"q": [{}] * 1000}) < Limits().bound_cost
    assert cost(QUESTIONS, {"q": [{}] * 5000}) < Limits().cost
    assert cost(PAGE_OF_MATRICES) < Limits().cost


@pytest.mark.parametrize("name", PRICES)
def test_every_price_is_of_a_field_that_there_is(name: str) -> None:
    type_name, _, field_name = name.partition(".")
    type_ = GRAPHQL.get_type(type_name)

    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    field = type_.fields[field_name]
    assert PRICES[name].each in {None, *field.args}


def test_every_price_stands_on_the_page_of_operations() -> None:
    told = {
        name: (int(weight.replace(",", "")), each or None)
        for names, weight, each in re.findall(
            r"^\| (`\w+\.\w+`(?:, `\w+\.\w+`)*) \| ([\d,]+)(?: for each of `(\w+)`)? \|$", OPERATIONS, re.MULTILINE
        )
        for name in re.findall(r"`([\w.]+)`", names)
    }

    assert told == {name: (price.weight, price.each) for name, price in PRICES.items() if price.weight}
