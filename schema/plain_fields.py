"""Which of our fields are no more than data, as Strawberry keeps it."""

from inspect import iscoroutinefunction, isfunction, signature

from graphql import GraphQLAbstractType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.compiled import Read
from schema.described import DEFINITION


class PlainFields:
    """A schema of Strawberry's, in which no object is `strawberry.cast`."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """
        The attribute of a field without a resolver, or a resolver that takes `self` alone, which looks only at its object.

        A field whose resolver was wrapped, as by `guard`, is not plain.
        """
        definition = field.extensions.get(DEFINITION)
        is_default = getattr(field.resolve, "_is_default", None)  # Strawberry's mark on what it made itself
        if not isinstance(definition, StrawberryField) or definition.extensions or is_default is None:
            return None
        if is_default:
            return definition.python_name if definition.default_resolver is getattr else None
        function = definition.base_resolver and definition.base_resolver.wrapped_func
        if not isfunction(function) or iscoroutinefunction(function) or [*signature(function).parameters] != ["self"]:
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


def _tells_by_object(definition: StrawberryObjectDefinition) -> bool:
    is_generic = definition.is_graphql_generic or definition.concrete_of is not None
    return is_generic or definition.is_interface or definition.is_input or definition.is_type_of is not None
