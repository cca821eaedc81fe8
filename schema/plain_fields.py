"""Which of our fields are no more than data, as Strawberry keeps it."""

from collections.abc import Callable
from inspect import iscoroutinefunction, isfunction, signature
from typing import Any, TypeVar, cast

from graphql import GraphQLAbstractType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.compiled import Read, Within
from schema.described import DEFINITION

AT_ONCE = "read_at_once"
F = TypeVar("F", bound=Callable[..., Any])


def at_once(read: Read) -> Callable[[F], F]:
    """
    Mark a resolver that mostly has nothing to wait for.

    read: gives the same where it needs nothing but the object, or with it what `WithArguments`, `InContext` or `AtRoot` name;
          raises whatever it likes
    """

    def mark(resolver: F) -> F:
        setattr(resolver, AT_ONCE, read)
        return resolver

    return mark


class PlainFields:
    """A schema of Strawberry's, in which no object is `strawberry.cast`."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """
        The attribute of a field without a resolver, a resolver that takes `self` alone, which looks only at its object, or `at_once`.

        A field whose resolver was wrapped, as by `guard`, is not plain.
        """
        definition = field.extensions.get(DEFINITION)
        is_default = getattr(field.resolve, "_is_default", None)  # Strawberry's mark on what it made itself
        if not isinstance(definition, StrawberryField) or definition.extensions or is_default is None:
            return None
        if is_default:
            return definition.python_name if definition.default_resolver is getattr else None
        function = definition.base_resolver and definition.base_resolver.wrapped_func
        if (read := getattr(function, AT_ONCE, None)) is not None:
            return cast("Read", read)
        if field.args or not isfunction(function) or iscoroutinefunction(function) or [*signature(function).parameters] != ["self"]:
            return None
        return function

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """The type that the class was made for."""
        asked, own = type_.extensions.get(DEFINITION), vars(class_).get("__strawberry_definition__")
        if not isinstance(own, StrawberryObjectDefinition) or own.origin is not class_ or _tells_by_object(own):
            return None
        if isinstance(type_, GraphQLObjectType):
            return type_.name if own is asked else None
        if isinstance(type_, GraphQLInterfaceType):
            is_ours = isinstance(asked, StrawberryObjectDefinition) and asked.resolve_type is None and issubclass(class_, asked.origin)
            return own.name if is_ours else None
        return own.name if any(each.extensions.get(DEFINITION) is own for each in type_.types) else None

    def within(self, type_: GraphQLObjectType) -> Within | None:
        """What its class has as WITHIN."""
        definition = type_.extensions.get(DEFINITION)
        return getattr(definition.origin, "WITHIN", None) if isinstance(definition, StrawberryObjectDefinition) else None


def _tells_by_object(definition: StrawberryObjectDefinition) -> bool:
    is_generic = definition.is_graphql_generic or definition.concrete_of is not None
    return is_generic or definition.is_interface or definition.is_input or definition.is_type_of is not None
