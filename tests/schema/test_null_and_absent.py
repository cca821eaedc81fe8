"""Values that say nothing, such as a null in a filter or a variable that is not given; and how errors speak of values."""

import re
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull

from schema.schema import VoceroSchema
from tests.running_service import RunningService

SCHEMA = VoceroSchema(report=lambda _: None).graphql
FILTERS = ["CustomerFilter", "TextFilter", "IntFilter", "CommunicationFilter"]
ARGUMENTS = {"CustomerFilter", "CommunicationFilter"}
"""Filters that are the whole of an argument: one that is null is left out."""
ASKED_BY = {
    "CustomerFilter": "customers(filter: {}) {{ totalCount }}",
    "TextFilter": 'outreach(topic: "renewal", filter: {{country: {}}}) {{ total }}',
    "IntFilter": "customerStatistics(by: [CLOUD], filter: {{partnerCount: {}}}) {{ customers }}",
    "CommunicationFilter": "communications(filter: {}) {{ totalCount }}",
}
WRONG: list[object] = [None, True, 5, 1.5, "x", [], {}, [None], {"a": 1}, [[True]], {"full": None}, {"minimizeLatency": None, "full": True}]
TYPES = {
    "Consistency": 'customer(id: "customer:a", consistency: $given) { id }',
    "AsOf": "customers(asOf: $given) { totalCount }",
    "CustomerFilter": "customers(filter: $given) { totalCount }",
    "ID!": "node(id: $given) { id }",
    "[ID!]!": "nodes(ids: $given) { id }",
    "Int": "customers(first: $given) { totalCount }",
    "String": "customers(search: $given) { totalCount }",
    "Cloud": "customers(filter: {cloud: $given}) { totalCount }",
    "[Change!]!": "simulate(changes: $given) { at }",
    "[Question!]!": "permissions(questions: $given) { verdict }",
    "DateTime": "customers(asOf: {validAt: $given}) { totalCount }",
    "Revision!": 'customer(id: "customer:a", consistency: {atLeast: $given}) { id }',
    "Boolean!": 'customer(id: "customer:a", consistency: {full: $given}) { id }',
}
PYTHON = re.compile(r"\b(None|True|False|NoneType|Maybe|dict|bool|str|class|object at)\b")


def members() -> list[tuple[str, str]]:
    """Every member of every filter."""
    types = [(name, SCHEMA.type_map[name]) for name in FILTERS]
    return [(name, member) for name, type_ in types if isinstance(type_, GraphQLInputObjectType) for member in type_.fields]


def literal(value: object) -> str:
    """The value as a document writes it."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {literal(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case str():
            return f'"{value}"'
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def messages(body: dict[str, Any]) -> list[str]:
    """What the errors say; each is BAD_INPUT."""
    errors = body.get("errors", [])
    assert {error["extensions"]["code"] for error in errors} <= {"BAD_INPUT"}, errors
    return [error["message"] for error in errors]


def test_every_filter_of_the_schema_is_among_them() -> None:
    inputs = [name for name, type_ in SCHEMA.type_map.items() if isinstance(type_, GraphQLInputObjectType) and name.endswith("Filter")]

    assert sorted(inputs) == sorted(FILTERS)


@pytest.mark.parametrize(("filter_", "member"), members())
async def test_a_null_in_a_filter_is_refused_and_a_member_left_out_asks_nothing(service: RunningService, filter_: str, member: str) -> None:
    """Given as a literal, in a variable, and as a variable alone, with a value and without one."""
    type_ = SCHEMA.type_map[filter_]
    assert isinstance(type_, GraphQLInputObjectType)
    of_member, ask = type_.fields[member].type, ASKED_BY[filter_]
    assert not isinstance(of_member, GraphQLNonNull)
    [as_literal] = messages(await service.execute("{" + ask.format(f"{{{member}: null}}") + "}"))
    whole = f"query ($given: {filter_}) {{ " + ask.format("$given") + " }"
    [in_variable] = messages(await service.execute(whole, given={member: None}))
    alone = f"query ($given: {of_member}) {{ " + ask.format(f"{{{member}: $given}}") + " }"
    [as_variable] = messages(await service.execute(alone, given=None))
    by_default = f"query ($given: {of_member} = null) {{ " + ask.format(f"{{{member}: $given}}") + " }"
    [defaulted] = messages(await service.execute(by_default))
    [not_given] = messages(await service.execute(alone))

    expected = f"`{member}` of a filter is null; give a value, or leave it out"
    assert [as_literal, in_variable, as_variable, defaulted] == [expected] * 4
    assert not_given == f"`$given` is not given, and `{member}` of a filter rests on it; give it a value, or leave `{member}` out"
    assert messages(await service.execute(whole, given={})) == []
    if filter_ in ARGUMENTS:
        assert messages(await service.execute(whole, given=None)) == []
        assert messages(await service.execute(whole)) == []


@pytest.mark.parametrize("filter_", ["{name: {eq: null}}", "{and: [{not: {name: {eq: null}}}]}", "{or: [{country: {in: null}}]}"])
async def test_a_null_is_found_however_deep_it_stands(service: RunningService, filter_: str) -> None:
    [message] = messages(await service.execute(f"{{ customers(filter: {filter_}) {{ totalCount }} }}"))

    assert message.endswith("of a filter is null; give a value, or leave it out")


@pytest.mark.parametrize("given", [{}, {"full": None}, {"full": True, "minimizeLatency": True}, {"full": True, "minimizeLatency": None}])
async def test_of_a_consistency_exactly_one_member_is_set(service: RunningService, given: dict[str, object]) -> None:
    document = 'query ($given: Consistency) { customer(id: "customer:a", consistency: $given) { id } }'
    in_variable = messages(await service.execute(document, given=given))
    as_literal = messages(await service.execute(document.replace("($given: Consistency)", "").replace("$given", literal(given))))

    assert in_variable
    assert as_literal


@pytest.mark.parametrize(
    "change", [{}, {"end": None}, {"putCustomer": {"key": "a"}, "putPartner": {"key": "a"}}, {"putCustomer": {"key": "a"}, "end": None}]
)
@pytest.mark.parametrize("given_as", [list, lambda pair: pair[0]], ids=["in a list", "alone"])
async def test_of_a_change_exactly_one_member_is_set(service: RunningService, change: dict[str, object], given_as: Any) -> None:  # noqa: ANN401 - a function
    given = given_as([change])
    document = "query ($given: [Change!]!) { simulate(changes: $given) { at } }"

    assert messages(await service.execute(document, given=given))
    assert messages(await service.execute(document.replace("($given: [Change!]!)", "").replace("$given", literal(given))))


@pytest.mark.parametrize("type_", TYPES)
async def test_no_error_speaks_of_python(service: RunningService, type_: str) -> None:
    """Nor of classes: values stand as GraphQL or JSON writes them."""
    said: list[str] = []
    for value in WRONG:
        in_variable = await service.execute(f"query ($given: {type_}) {{ {TYPES[type_]} }}", given=value)
        as_literal = await service.execute("{ " + TYPES[type_].replace("$given", literal(value)) + " }")
        said += messages(in_variable) + messages(as_literal)

    assert said
    assert [message for message in said if PYTHON.search(message)] == []
