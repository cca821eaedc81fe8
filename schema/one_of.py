"""Inputs of which exactly one member is set, as graphql-core itself knows them."""

from graphql import GraphQLInputObjectType, GraphQLSchema

from schema.described import DEFINITION


def mark_one_ofs(schema: GraphQLSchema) -> None:
    """Have graphql-core look at them wherever it validates or coerces, in place; Strawberry has one of the two ways look at them alone."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType) and getattr(type_.extensions.get(DEFINITION), "is_one_of", False):
            type_.is_one_of = True
