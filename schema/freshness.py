"""The freshness that an operation asks for on its root fields: read before its first reading, since it governs all of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    value_from_ast_untyped,
)

from graph.graph import Graph
from policy.errors import BadInput
from resolvers.freshness import Freshness
from resolvers.token import token_given


def freshness_asked(graph: Graph, info: GraphQLResolveInfo[Any]) -> Freshness:
    """What its root fields agree on. Raises BadInput for two that differ, and for one that asks nothing."""
    given = {_freshness(graph, consistency) for consistency in _given(info, info.operation.selection_set)}
    if len(given) > 1:
        raise BadInput("two different consistencies in one operation; give one, it governs all root fields")
    return given.pop() if given else Freshness()


def _given(info: GraphQLResolveInfo[Any], selected: SelectionSetNode) -> Iterator[Mapping[str, Any]]:
    for selection in selected.selections:
        if isinstance(selection, FieldNode):
            for argument in selection.arguments or ():
                if argument.name.value == "consistency":
                    consistency = value_from_ast_untyped(argument.value, info.variable_values)  # type: ignore[arg-type]  # Strawberry gives a plain dict
                    if consistency is not None and consistency is not Undefined:
                        yield consistency
        elif isinstance(selection, InlineFragmentNode):
            yield from _given(info, selection.selection_set)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _given(info, info.fragments[selection.name.value].selection_set)


def _freshness(graph: Graph, consistency: Mapping[str, Any]) -> Freshness:
    if False in consistency.values():
        raise BadInput("a consistency of `false` asks nothing; give minimizeLatency: true, full: true, or atLeast with a revision")
    if "atLeast" in consistency:
        return Freshness(at_least=token_given(graph, consistency["atLeast"]))
    return Freshness(full="full" in consistency)
