"""The scalars of the API."""

import json
import re
from collections.abc import Mapping
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from policy.instant import written
from policy.values.instant import BadDate, instant_from

DateTime = NewType("DateTime", int)
Revision = NewType("Revision", str)

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")


def instant_written(value: object) -> DateTime:
    """The instant of RFC 3339 text with an offset, in microseconds; further digits are cut. Raises GraphQLError."""
    if isinstance(value, str) and RFC_3339.fullmatch(value):
        try:
            return DateTime(instant_from(value))
        except BadDate as error:
            raise GraphQLError(str(error)) from error
    raise GraphQLError(f"`{_shown(value)}` is no DateTime; give RFC 3339 with an offset, such as 2026-06-01T08:30:00Z")


def _shown(value: object) -> str:
    return (value if isinstance(value, str) else json.dumps(value, default=str))[:80]


def token_given(value: object) -> Revision:
    """The token as it was given. Raises GraphQLError for anything but text."""
    if isinstance(value, str):
        return Revision(value)
    raise GraphQLError(f"`{_shown(value)}` is no Revision; take it from an answer's `revision`")


SCALARS: Mapping[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 with an offset (none = BAD_INPUT); returned in UTC with Z; microseconds, further digits are cut",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=written,
        parse_value=instant_written,
    ),
    Revision: strawberry.scalar(
        name="Revision",
        description="opaque token of a graph state, from any answer; pass it back to read at least that state",
        parse_value=token_given,
    ),
}
