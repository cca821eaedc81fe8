"""Descriptions for the schema's readers: what has none of its own gets the docstring of the code behind it."""

import inspect

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

DEFINITION = "strawberry-definition"
"""Where Strawberry keeps what a type or field was made of."""


def describe(schema: GraphQLSchema) -> None:
    """Give each type and field a description, in place."""
    for type_ in schema.type_map.values():
        definition = type_.extensions.get(DEFINITION)
        origin = getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)
        if type_.description is None and origin is not None:
            type_.description = inspect.getdoc(origin)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in type_.fields.values():
                resolver = getattr(field.extensions.get(DEFINITION), "base_resolver", None)
                if field.description is None and resolver is not None:
                    field.description = inspect.getdoc(resolver.wrapped_func)
