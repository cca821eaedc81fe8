"""The functions that complete values, built of each other: one for each place where a value stands in a document."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from schema.compiled.leaves import Leaf, Unfit
from schema.compiled.plain import Look

Complete = Callable[[Any], object]
"""Makes of a value what the answer says of it. Where it can't it raises whatever it likes; then nothing has been done yet."""

Named = Leaf | dict[type, Complete]
"""What completes the values of a type without its lists: a leaf's, or objects by their class."""


class Member(NamedTuple):
    """One member of an object of the answer."""

    key: str
    read: Look
    type: GraphQLOutputType
    named: Named


def object_of(members: list[Member]) -> Complete:
    """The function that makes an object."""
    parts = [(member.key, _reader(member.read), value_of(member.type, member.named)) for member in members]
    return lambda value: {key: complete(read(value)) for key, read, complete in parts}


def member_of(member: Member) -> Complete:
    """The function that makes one member of an object, without its key."""
    read, complete = _reader(member.read), value_of(member.type, member.named)
    return lambda value: complete(read(value))


def value_of(type_: GraphQLOutputType, named: Named) -> Complete:
    """The function that completes values of a type."""
    if not isinstance(type_, GraphQLNonNull):
        return _or_none(value_of(GraphQLNonNull(type_), named))
    if isinstance(type_.of_type, GraphQLList):
        return _each(value_of(type_.of_type.of_type, named))
    return named.complete if isinstance(named, Leaf) else lambda value: named[type(value)](value)


def _reader(read: Look) -> Callable[[Any], object]:
    return attrgetter(read) if isinstance(read, str) else read


def _or_none(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _each(complete: Complete) -> Complete:
    def each(values: object) -> object:
        if type(values) is list or type(values) is tuple:
            return [complete(value) for value in values]
        raise Unfit  # to look at anything else may be to use it up

    return each
