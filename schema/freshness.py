"""The freshness that an operation asks for on its root fields: read before its first reading, since it governs all of it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    value_from_ast_untyped,
)

from graph.graph import Graph
from policy.errors import BadInput
from resolvers.freshness import Freshness
from resolvers.token import token_given


class Document(NamedTuple):
    """An operation with what it is executed with."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]


def freshness_asked(graph: Graph, document: Document) -> Freshness:
    """What its root fields agree on. Raises BadInput for two that differ, and for one that asks nothing."""
    given = {_freshness(graph, consistency) for consistency in _given(document, document.operation.selection_set)}
    if len(given) > 1:
        raise BadInput("two different consistencies in one operation; give one, it governs all root fields")
    return given.pop() if given else Freshness()


def _given(document: Document, selected: SelectionSetNode) -> Iterator[Mapping[str, Any]]:
    for selection in selected.selections:
        if isinstance(selection, FieldNode):
            for argument in selection.arguments or ():
                if argument.name.value == "consistency":
                    consistency = value_from_ast_untyped(argument.value, document.variables)
                    if consistency is not None and consistency is not Undefined:
                        yield consistency
        elif isinstance(selection, InlineFragmentNode):
            yield from _given(document, selection.selection_set)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _given(document, document.fragments[selection.name.value].selection_set)


def _freshness(graph: Graph, consistency: Mapping[str, Any]) -> Freshness:
    if False in consistency.values():
        raise BadInput("a consistency of `false` asks nothing; give minimizeLatency: true, full: true, or atLeast with a revision")
    if "atLeast" in consistency:
        return Freshness(at_least=token_given(graph, consistency["atLeast"]))
    return Freshness(full="full" in consistency)
