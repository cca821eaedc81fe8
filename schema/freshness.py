"""The freshness that an operation asks for on its root fields: read before its first reading, since it governs all of it."""

from collections.abc import Iterator
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode, get_argument_values

from policy.errors import BadInput
from resolvers.freshness import Freshness, revision_named
from schema.inputs import Consistency


def freshness_asked(info: GraphQLResolveInfo[Any]) -> Freshness:
    """What its root fields agree on. Raises BadInput for two that differ, and for one that asks nothing."""
    given = {_freshness(consistency) for consistency in _given(info, info.operation.selection_set)}
    if len(given) > 1:
        raise BadInput("two different consistencies in one operation; give one, it governs all root fields")
    return given.pop() if given else Freshness()


def _given(info: GraphQLResolveInfo[Any], selected: SelectionSetNode) -> Iterator[Consistency]:
    for selection in selected.selections:
        if isinstance(selection, FieldNode):
            field = info.parent_type.fields.get(selection.name.value)
            if field is not None and "consistency" in field.args:
                consistency = get_argument_values(field, selection, info.variable_values).get("consistency")
                if consistency is not None:
                    yield consistency
        elif isinstance(selection, InlineFragmentNode):
            yield from _given(info, selection.selection_set)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _given(info, info.fragments[selection.name.value].selection_set)


def _freshness(consistency: Consistency) -> Freshness:
    given = {name: each.value for name in ("minimize_latency", "at_least", "full") if (each := getattr(consistency, name)) is not None}
    if False in given.values():
        raise BadInput("a consistency of `false` asks nothing; give minimizeLatency: true, full: true, or atLeast with a revision")
    if "at_least" in given:
        return Freshness(at_least=revision_named(given["at_least"]))
    return Freshness(full="full" in given)
