"""Every field of the schema says what it needs of its caller, and those that need a role ask for it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema

from graph.graph import Graph
from policy.caller import Caller, Role
from policy.policy_file import shipped_policy
from schema.context import Context
from schema.needs import NEEDS, Need
from schema.schema import VoceroSchema
from tests.running_index import reading_through

SCHEMA = VoceroSchema(report=lambda _: None)
APPLY = 'mutation { apply(idempotencyKey: "k", changes: [{putCustomer: {key: "contoso"}}]) { applied } }'
RECORD = """mutation { recordCommunications(idempotencyKey: "k", entries: [{
  communicator: "operator:microsoft", customer: "customer:contoso", topic: "renewal", at: "2026-01-01T00:00:00Z", reference: "r"
}]) { recorded } }"""
SIMULATE = '{ simulate(changes: [{putCustomer: {key: "contoso"}}]) { at } }'
COMMUNICATIONS = "{ communications { totalCount } }"
EVERYWHERE = "{ policy { version } topics { code } revision }"


def declared() -> Counter[tuple[str, str]]:
    return Counter((type_, field) for fields in NEEDS.values() for type_, names in fields.items() for field in names.split())


def built() -> Iterator[tuple[str, str]]:
    """Every field of what clients see, the roots of queries, mutations and subscriptions too."""
    for name, type_ in build_schema(SCHEMA.as_str()).type_map.items():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            yield from ((name, field) for field in type_.fields)


def test_every_field_declares_what_it_needs_once_and_every_declaration_is_of_a_field() -> None:
    fields = set(built())

    assert {("Query", "customer"), ("Mutation", "apply"), ("Subscription", "changes")} <= fields
    assert set(declared()) == fields
    assert set(declared().values()) == {1}


def test_no_mutation_is_open_to_others_than_operators() -> None:
    assert {type_ for need, fields in NEEDS.items() if need is not Need.CHANGES for type_ in fields} & {"Mutation"} == set()


@pytest.mark.parametrize(
    ("document", "needed", "refused"),
    [
        (APPLY, "operator", {Role.ANALYST, Role.PARTNER, Role.CUSTOMER}),
        (RECORD, "operator", {Role.ANALYST, Role.PARTNER, Role.CUSTOMER}),
        (SIMULATE, "analyst or operator", {Role.PARTNER, Role.CUSTOMER}),
        (COMMUNICATIONS, "analyst or operator", {Role.PARTNER, Role.CUSTOMER}),
        (EVERYWHERE, "", set[Role]()),
    ],
)
async def test_a_field_is_refused_to_a_role_that_it_is_not_for(graph: Graph, document: str, needed: str, refused: set[Role]) -> None:
    found = set()
    for role in Role:
        node = f"{role}:contoso" if role in {Role.PARTNER, Role.CUSTOMER} else None
        context = Context(reading_through(graph), shipped_policy(), Caller("somebody", role, node))
        errors = (await SCHEMA.execute(document, context_value=context)).errors or []
        for error in errors:
            if (error.extensions or {})["code"] == "FORBIDDEN":
                field = (error.path or [""])[0]
                assert error.message == f"`{field}` needs the role {needed}; yours is {role}"
                assert len(error.path or ()) == 1
                found.add(role)

    assert found == refused


async def test_a_change_that_is_refused_changes_nothing(graph: Graph) -> None:
    context = Context(reading_through(graph), shipped_policy(), Caller("reader", Role.ANALYST))
    await SCHEMA.execute(APPLY, context_value=context)

    assert (await graph.read("known_ids", label="Customer", ids=["customer:contoso"]))["known"] == []
