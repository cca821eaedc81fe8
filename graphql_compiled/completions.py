"""The functions that complete values, built of each other: one for each place where a value stands in a document."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from graphql_compiled.leaves import Leaf, Unfit
from graphql_compiled.schema_info import Look

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
    is_call: bool


class Steps(NamedTuple):
    """
    The two functions that make a member of an object: the value of its field, and what the answer says of that.

    is_call: whether the first is not to be called twice
    """

    read: Callable[[Any], object]
    complete: Complete
    is_call: bool


Pause = Callable[[], object]
"""Called between the elements of lists: there others may have their turn."""


def object_of(members: list[Member], pause: Pause) -> Complete:
    """The function that makes an object."""
    parts = [(member.key, member_of(member, pause)) for member in members]
    return lambda value: {key: complete(value) for key, complete in parts}


def member_of(member: Member, pause: Pause) -> Complete:
    """The function that makes one member of an object, without its key."""
    read, complete, _ = steps_of(member, pause)
    return lambda value: complete(read(value))


def steps_of(member: Member, pause: Pause) -> Steps:
    """The functions that read a member of an object and complete what was read."""
    read = attrgetter(member.read) if isinstance(member.read, str) else member.read
    return Steps(read, value_of(member.type, member.named, pause), member.is_call)


def value_of(type_: GraphQLOutputType, named: Named, pause: Pause) -> Complete:
    """The function that completes values of a type."""
    if not isinstance(type_, GraphQLNonNull):
        return _or_none(value_of(GraphQLNonNull(type_), named, pause))
    if isinstance(type_.of_type, GraphQLList):
        return _each(value_of(type_.of_type.of_type, named, pause), pause)
    return named.complete if isinstance(named, Leaf) else lambda value: named[type(value)](value)


def _or_none(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _each(complete: Complete, pause: Pause) -> Complete:
    def each(values: object) -> object:
        if type(values) is list or type(values) is tuple:
            found = []
            for value in values:
                found.append(complete(value))
                pause()
            return found
        raise Unfit  # to look at anything else may be to use it up

    return each
