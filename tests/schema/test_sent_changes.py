"""Requests count as the same by all that was sent: every member of every input, in the names of the API."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, GraphQLType, get_named_type
from graphql.utilities import coerce_input_value
from strawberry.types.arguments import convert_argument

from resolvers.record_communications import entry_of
from schema.changes import Change
from schema.communication import SentCommunication
from schema.schema import VoceroSchema

SCHEMA = VoceroSchema(lambda error: pytest.fail(str(error)))
TEXTS = {"DateTime": "2026-01-02T03:04:05.000006Z", "ID": "Customer:A", "String": "text", "Boolean": True}
TYPES = SCHEMA._schema.type_map  # noqa: SLF001 - as graphql-core knows it
CHANGES = TYPES["Change"]
assert isinstance(CHANGES, GraphQLInputObjectType)


@pytest.mark.parametrize("kind", CHANGES.fields)
def test_a_change_counts_with_every_member_that_was_given(kind: str) -> None:
    assert isinstance(CHANGES, GraphQLInputObjectType)
    given = {kind: example_of(CHANGES.fields[kind].type)}

    assert read(given, "Change", Change).sent() == given


@pytest.mark.parametrize("kind", ["putCustomer", "putPartner", "putSubscription", "putAgreement"])
def test_null_is_told_from_what_was_not_given(kind: str) -> None:
    members = TYPES[f"P{kind[1:]}"]
    assert isinstance(members, GraphQLInputObjectType)
    for given in ({kind: {"key": "a"}}, {kind: {"key": "a", **dict.fromkeys([name for name in members.fields if name != "key"])}}):
        assert read(given, "Change", Change).sent() == given


def test_members_that_were_not_given_are_left_out_and_null_means_the_same() -> None:
    given = {"type": "HOLDS", "from": "customer:a", "to": "subscription:b", "validFrom": TEXTS["DateTime"]}
    nulls = dict.fromkeys(["kind", "validTo", "source"])

    assert read({"start": given}, "Change", Change).sent() == {"start": given}
    assert read({"start": {**given, **nulls}}, "Change", Change).sent() == {"start": given}


def test_an_instant_is_told_in_utc_however_it_was_written() -> None:
    given = {"type": "HOLDS", "from": "customer:a", "to": "subscription:b"}
    one, other = (
        read({"end": {**given, "validTo": text}}, "Change", Change) for text in ("2026-01-01T02:00:00+02:00", "2026-01-01t00:00:00.0z")
    )

    assert one.sent() == other.sent() == {"end": {**given, "validTo": "2026-01-01T00:00:00Z"}}


def test_what_is_wrong_with_a_change_does_not_keep_it_from_counting_as_it_was_sent() -> None:
    """A later version may refuse what an earlier one made, and has to know it again."""
    given = {"putCustomer": {"key": "two words|", "name": "\u0001"}}

    assert read(given, "Change", Change).sent() == given


def test_a_communication_counts_with_every_member_that_was_given() -> None:
    given = example_of(TYPES["SentCommunication"])
    less = {name: value for name, value in given.items() if name != "scope"}

    assert entry_of(read(given, "SentCommunication", SentCommunication).sent()) == given
    assert entry_of(read(less, "SentCommunication", SentCommunication).sent()) == less


def read(given: object, name: str, input_: type) -> Any:  # noqa: ANN401 - an input of that type
    """The input as the service reads it."""
    type_ = TYPES[name]
    assert isinstance(type_, GraphQLInputObjectType)
    return convert_argument(coerce_input_value(given, type_), input_, SCHEMA.schema_converter.scalar_registry, SCHEMA.config)


def example_of(type_: GraphQLType) -> Any:  # noqa: ANN401 - JSON
    """A value of that type, of an input with every member."""
    named = get_named_type(type_)
    if isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList):
        return [TEXTS[named.name]]
    if isinstance(named, GraphQLInputObjectType):
        return {name: example_of(field.type) for name, field in named.fields.items()}
    return next(iter(named.values)) if isinstance(named, GraphQLEnumType) else TEXTS[named.name]
