"""What the owner of a schema says of its fields and types."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType


class Call(NamedTuple):
    """
    A function that gives the value of a field, without an `await`.

    function: of the object and of what `SchemaInfo.begin` gave; with the field's arguments by name, where it takes any
    convert:  makes of coerced arguments, by their names in the API, those that the function takes; None = it takes none
    """

    function: Callable[..., object]
    convert: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None


GiveWay = Callable[[], bool]
"""Lets other operations have their turn where this one has had its own; whether they had one."""


def never() -> bool:
    """Let nobody have a turn."""
    return False


Look = str | Callable[[Any], object]
"""How a field is read off its object: the name of an attribute, or a function that may be called twice, for it only looks."""


class ByCore(Enum):
    """Says that a field is graphql-core's to execute, such as one whose resolver is a coroutine."""

    BY_CORE = auto()


Read = Look | Call | ByCore


class SchemaInfo(Protocol):
    """What is known of a schema. Whatever is None is done as graphql-core does it, and counted."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """How the field is read; None where nobody said."""

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """The object type of every instance of just this class, where `type_` is asked for; called once for each class."""

    def begin(self, context: Any) -> object:  # noqa: ANN401 - whatever the owner has
        """What functions of `Call` get beside the object, made once for an operation."""

    def mark(self, context: Any) -> object:  # noqa: ANN401 - the same
        """What `undo` needs to take back whatever functions leave in the context from now on."""

    def undo(self, context: Any, mark: Any) -> None:  # noqa: ANN401 - the same
        """Take it back: the same fields are done again as graphql-core does them."""


class Attributes:
    """A schema without resolvers, of which nothing else is known: graphql-core's default resolver reads attributes."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """The attribute of the field's name."""
        return name if field.resolve is None and not field.args else None

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """Only an object can tell its type."""
        return None

    def begin(self, context: Any) -> object:  # noqa: ANN401 - whatever the owner has
        """The context itself."""
        return context

    def mark(self, context: Any) -> object:  # noqa: ANN401 - whatever the owner has
        """No mark: reading attributes changes nothing."""
        return None

    def undo(self, context: Any, mark: Any) -> None:  # noqa: ANN401 - the same
        """No change to undo."""
