"""What is known of documents: kept as long as they are, and no longer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from weakref import ref

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDirective,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution import Executor, default_field_resolver, default_type_resolver

from graphql_compiled.plan import Plan
from graphql_compiled.schema_info import GiveWay, SchemaInfo

MOST_WAYS = 16
"""How many combinations of its switches are kept of one operation; others are done as graphql-core does them."""

SWITCHES: Sequence[GraphQLDirective] = (GraphQLSkipDirective, GraphQLIncludeDirective)


class Plans:
    """The plans of one schema."""

    def __init__(self, info: SchemaInfo, give_way: GiveWay) -> None:
        self._make = partial(Plan, info=info, give_way=give_way)
        self._kept: dict[int, _Kept] = {}

    def __len__(self) -> int:
        """How many operations are kept."""
        return len(self._kept)

    def of(self, executor: Executor[Any]) -> Plan | None:
        """The plan of an operation as it is about to be executed; None where graphql-core has to do all of it."""
        operation = executor.operation
        kept = self._kept.get(id(operation))
        if kept is None or not kept.is_of(executor):
            self._kept[id(operation)] = kept = _Kept(executor, self._forgetting(id(operation)))
        return kept.plan(executor, self._make) if _is_ordinary(executor) else None

    def _forgetting(self, key: int) -> Any:  # noqa: ANN401 - a callback of weakref
        def forget(gone: object) -> None:
            kept = self._kept.get(key)
            if kept is not None and kept.operation is gone:
                del self._kept[key]

        return forget


class _Kept:
    """
    One operation.

    switches: the variables that decide what is skipped; None where something else might
    """

    def __init__(self, executor: Executor[Any], forget: Any) -> None:  # noqa: ANN401 - a callback of weakref
        self.operation = ref(executor.operation, forget)
        self._schema = executor.schema
        self._fragments = tuple(executor.fragment_definitions.values())
        self._switches = _switches_of(executor.operation, self._fragments)
        self._plans: dict[tuple[bool, ...], Plan] = {}

    def is_of(self, executor: Executor[Any]) -> bool:
        fragments = executor.fragment_definitions.values()
        return (
            self.operation() is executor.operation
            and self._schema is executor.schema
            and len(self._fragments) == len(fragments)
            and all(mine is given for mine, given in zip(self._fragments, fragments, strict=True))
        )

    def plan(self, executor: Executor[Any], make: Callable[[GraphQLSchema], Plan]) -> Plan | None:
        if self._switches is None:
            return None
        given: Mapping[str, object] = executor.variable_values.coerced
        switched = tuple(given.get(name) for name in self._switches)
        plan = self._plans.get(switched)  # type: ignore[arg-type]  # only booleans are put in
        if plan is None and len(self._plans) < MOST_WAYS and all(type(value) is bool for value in switched):
            plan = self._plans[switched] = make(self._schema)  # type: ignore[index]  # as the line above says
        return plan


def _is_ordinary(executor: Executor[Any]) -> bool:
    manager = executor.middleware_manager
    return (
        executor.field_resolver is default_field_resolver
        and executor.type_resolver is default_type_resolver
        and (manager is None or not manager.middlewares)
    )


def _switches_of(operation: OperationDefinitionNode, fragments: Sequence[FragmentDefinitionNode]) -> tuple[str, ...] | None:
    switches: list[str] = []
    if any(fragment.variable_definitions for fragment in fragments):
        return None
    for node in _nodes_in([operation.selection_set, *(fragment.selection_set for fragment in fragments)]):
        if isinstance(node, FragmentSpreadNode) and getattr(node, "arguments", None):
            return None
        for directive in node.directives or ():
            if directive.name.value not in {switch.name for switch in SWITCHES}:
                return None
            switches += [each.value.name.value for each in directive.arguments or () if isinstance(each.value, VariableNode)]
    return tuple(dict.fromkeys(switches))


def _nodes_in(selected: list[SelectionSetNode]) -> Iterator[Any]:
    waiting = list(selected)
    while waiting:
        for node in waiting.pop().selections:
            yield node
            inner = None if isinstance(node, FragmentSpreadNode) else node.selection_set  # type: ignore[attr-defined]  # of the others
            if inner is not None:
                waiting.append(inner)
