"""Arguments and variables of thousands of objects are made values of the schema in time slices too."""

from typing import Any

from graphql import GraphQLInputObjectType, GraphQLSchema

from graph.time_slices import give_way
from graphql_compiled import coercion


def give_way_between_inputs(schema: GraphQLSchema) -> None:
    """Let others have their turn between the input objects that graphql-core coerces, in place."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType) and coercion(type_) is None:
            type_.out_type = _after_a_pause  # type: ignore[assignment]  # as its constructor does


def _after_a_pause(coerced: dict[str, Any]) -> dict[str, Any]:
    give_way()
    return coerced
