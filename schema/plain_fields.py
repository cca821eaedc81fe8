"""How the fields of a schema of Strawberry's are read."""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction, isfunction, signature
from typing import Any

import strawberry
from graphql import GraphQLAbstractType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from graphql_compiled import ByCore, Call, Read
from schema.context import Context
from schema.described import DEFINITION


class Here:
    """What a resolver gets as `info` where it is called without Strawberry: the context of its operation, and nothing else."""

    __slots__ = ("context",)

    def __init__(self, context: Context) -> None:
        self.context = context


class PlainFields:
    """
    A schema in which no object is `strawberry.cast`, and no resolver asks of its `info` more than the context.

    schema: gives the schema, which is not there yet when its executor is made
    """

    def __init__(self, schema: Callable[[], strawberry.Schema]) -> None:
        self._schema = schema

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """
        The attribute of a field without a resolver, else its resolver.

        A coroutine is graphql-core's to execute, and so is a field whose resolver was wrapped, as by `guard`.
        """
        definition = field.extensions.get(DEFINITION)
        is_default = getattr(field.resolve, "_is_default", None)  # Strawberry's mark on what it made itself
        if not isinstance(definition, StrawberryField) or is_default is None:
            return ByCore.BY_CORE
        if is_default:
            return definition.python_name if definition.default_resolver is getattr and not definition.extensions else None
        resolver = definition.base_resolver
        function = resolver and resolver.wrapped_func
        if not isfunction(function) or definition.extensions:
            return None
        return ByCore.BY_CORE if iscoroutinefunction(function) else self._call(definition, function)

    def _call(self, definition: StrawberryField, function: Callable[..., object]) -> Read:
        takes_info = "info" in signature(function).parameters
        if not definition.arguments:
            return Call(lambda value, here: function(value, info=here), None) if takes_info else function
        convert = self._convert(definition)
        if takes_info:
            return Call(lambda value, here, **arguments: function(value, info=here, **arguments), convert)
        return Call(lambda value, _, **arguments: function(value, **arguments), convert)

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

    def begin(self, context: Context) -> Here:
        """The `info` of resolvers."""
        return Here(context)

    def mark(self, context: Context | None) -> int:
        """How many questions are answered."""
        return 0 if context is None else len(context.told)

    def undo(self, context: Context | None, mark: int) -> None:
        """Forget those that were answered since."""
        if context is not None:
            del context.told[mark:]

    def _convert(self, definition: StrawberryField) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        schema = self._schema()
        registry, config = schema.schema_converter.scalar_registry, schema.config

        def convert(given: Mapping[str, Any]) -> Mapping[str, Any]:
            return convert_arguments(dict(given), definition.arguments, registry, config)

        return convert


def _tells_by_object(definition: StrawberryObjectDefinition) -> bool:
    is_generic = definition.is_graphql_generic or definition.concrete_of is not None
    return is_generic or definition.is_interface or definition.is_input or definition.is_type_of is not None
