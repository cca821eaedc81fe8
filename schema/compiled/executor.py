"""The executor, which differs from graphql-core's in nothing but time."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from graphql import DocumentNode, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields
from graphql.pyutils import Path

from schema.compiled.completions import Complete
from schema.compiled.inputs import Inputs
from schema.compiled.plain import GiveWay, NotYet, Plain, Wait, never
from schema.compiled.plan import Asked, Plan
from schema.compiled.plans import Plans

E = TypeVar("E", bound=Executor[Any])


class CompiledSelections(Executor[Any]):
    """
    To stand before another executor class. `compiled` makes one.

    What is plain is tried; whatever goes amiss there has had no effect, and is done again as graphql-core does it, errors and all.
    """

    plans: Plans
    inputs: Inputs
    give_way: GiveWay

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: object = None,
        context_value: object = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *others: Any,  # noqa: ANN401 - the same
        **named: Any,  # noqa: ANN401 - the same
    ) -> Any:  # noqa: ANN401 - an executor, or errors
        """The same, in which long lists are coerced here: an empty one, which is always right, stands for each meanwhile."""
        given = raw_variable_values or {}
        long = cls.inputs.long(schema, document, operation_name, given)
        shorter = {**given, **{name: [] for name in long}}
        executor = super().build(schema, document, root_value, context_value, shorter, operation_name, *others, **named)
        if isinstance(executor, cls):
            sources, coerced = executor.variable_values
            for name, each in long.items():
                sources[name], coerced[name] = sources[name]._replace(value=each.value), each.coerced
        return executor

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as graphql-core has them
        super().__init__(*arguments, **named)
        self._plan: Plan | None = self.plans.of(self)

    def execute_root_grouped_field_set(
        self,
        root_type: GraphQLObjectType,
        root_value: object,
        grouped_field_set: dict[str, Asked],
        serially: bool,  # noqa: FBT001 - as graphql-core has it
        position_context: object,
    ) -> Any:  # noqa: ANN401 - data, or an awaitable of it
        """The root fields, as the plan knows them."""
        known = grouped_field_set if self._plan is None else self._plan.root(grouped_field_set)
        return super().execute_root_grouped_field_set(root_type, root_value, known, serially, position_context)

    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Asked) -> CollectedFields:
        """What is asked of an object, collected once for a document."""
        collect = super().collect_subfields
        return (
            collect(return_type, field_details_list)
            if self._plan is None
            else self._plan.collected(return_type, field_details_list, collect)
        )

    def execute_field(
        self, parent_type: GraphQLObjectType, source: object, field_details_list: Asked, path: Path, position_context: object
    ) -> Any:  # noqa: ANN401 - whatever is in the answer
        """A field of an object: read, where it is plain."""
        self.give_way()
        plan, place, wait = self._plan, None, None
        if plan is not None:
            try:
                place = plan.field(parent_type, field_details_list, super().collect_subfields)
                if place is not None:
                    return self._answered(plan, place[type(source)], source)
            except NotYet as not_yet:
                wait = not_yet.wait  # the error itself would hold on to this frame, and so to all that was read
            except Exception:  # noqa: BLE001, S110 - the last line says what is wrong
                pass
        if plan is not None and place is not None and wait is not None:
            read = partial(self._answered, plan, place[type(source)], source)
            return self._when_waited_for(read, wait, parent_type, source, field_details_list, path, position_context)
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: Asked,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: object,
        position_context: object,
    ) -> Any:  # noqa: ANN401 - whatever is in the answer
        """What a resolver gave, where it is plain down to the leaves."""
        if self._plan is not None:
            try:
                complete = self._plan.value(return_type, field_details_list, super().collect_subfields)
                if complete is not None:
                    return self._answered(self._plan, complete, result)
            except Exception:  # noqa: BLE001, S110 - the next line says what is wrong
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    async def _when_waited_for(
        self,
        read: Callable[[], object],
        wait: Wait | None,
        parent_type: GraphQLObjectType,
        source: object,
        asked: Asked,
        path: Path,
        position: object,
    ) -> object:
        while wait is not None:
            try:
                await self.with_abort_signal(wait())
                return read()
            except NotYet as not_yet:
                wait = not_yet.wait
            except Exception:  # noqa: BLE001 - the next line says what is wrong
                break
        found = super().execute_field(parent_type, source, asked, path, position)
        return await found if self.is_awaitable(found) else found

    def _answered(self, plan: Plan, complete: Complete, value: object) -> object:
        plan.variables, plan.context = self.variable_values, self.context_value
        try:
            return complete(value)
        finally:
            plan.context = None  # or what the last operation read would stay


def compiled(base: type[E], plain: Plain, give_way: GiveWay = never) -> type[E]:
    """The executor class `base` with compiled selections, for one schema."""
    own = {"plans": Plans(plain, give_way), "inputs": Inputs(give_way), "give_way": staticmethod(give_way)}
    return cast("type[E]", type(base.__name__, (CompiledSelections, base), own))
