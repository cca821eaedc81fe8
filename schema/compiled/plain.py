"""What the owner of a schema says of its fields and types."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType

from schema.compiled.later import Within


class WithArguments(NamedTuple):
    """A function of an object that takes the field's arguments too, coerced, by their names in the API."""

    function: Callable[..., object]


class InContext(NamedTuple):
    """A function of the operation's context, of an object, and of the field's arguments as above."""

    function: Callable[..., object]


class AtRoot(NamedTuple):
    """
    A function of the operation's context and the arguments of a root field that is asked alone; the root value is None.

    It may raise NotYet.
    """

    function: Callable[..., object]


class NotYet(LookupError):  # noqa: N818 - no error
    """Something has to be waited for first; then the function is called again, as if it had not been called before."""

    def __init__(self, wait: "Wait") -> None:
        super().__init__()
        self.wait = wait


class Shared(NamedTuple):
    """
    A look at what a part of the object decides: of objects with the very same part it is completed once.

    part:   of an object; None = it has none that others share
    within: of what is looked at, the fields that hang on that part alone
    """

    look: "Look"
    part: Callable[[Any], object]
    within: Within


GiveWay = Callable[[], bool]
"""Lets other operations have their turn where this one has had its own; whether they had one."""


def never() -> bool:
    """Let nobody have a turn."""
    return False


Wait = Callable[[], Awaitable[object]]

Look = str | Callable[[Any], object]
"""How a field is read off its object: the name of an attribute, or a function that may be called twice, for it only looks."""

Read = Look | WithArguments | InContext | AtRoot | Shared


class Plain(Protocol):
    """What is plain in a schema. Whatever isn't sure is None, and done as graphql-core does it."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """How the field is read, where its resolver does no more than that."""

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """The object type of every instance of just this class, where `type_` is asked for; called once for each class."""

    def within(self, type_: GraphQLObjectType) -> Within | None:
        """Of a type for whose objects, or lists of them, `Later` may stand: the fields that may be kept."""


class Attributes:
    """A schema without resolvers, of which nothing else is known: graphql-core's default resolver reads attributes."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """The attribute of the field's name."""
        return name if field.resolve is None and not field.args else None

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """Only an object can tell its type."""
        return None

    def within(self, type_: GraphQLObjectType) -> Within | None:
        """Nothing is kept."""
        return None
