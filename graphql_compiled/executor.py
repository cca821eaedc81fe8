"""The executor, which differs from graphql-core's in nothing but time."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from graphql import DocumentNode, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields
from graphql.pyutils import Path

from graphql_compiled.by_class import refuse
from graphql_compiled.completions import Steps
from graphql_compiled.fallbacks import Fallbacks, Mode
from graphql_compiled.leaves import Unfit
from graphql_compiled.plan import Asked, Plan, Run, running
from graphql_compiled.plan_cache import Plans
from graphql_compiled.schema_info import GiveWay, SchemaInfo, never
from graphql_compiled.variables import Inputs

E = TypeVar("E", bound=Executor[Any])


class CompiledSelections(Executor[Any]):
    """
    To stand before another executor class. `compiled` makes one.

    Compiled functions are tried; whatever goes amiss in them is taken back, and done again as graphql-core does it, errors and all.
    """

    plans: Plans
    inputs: Inputs
    give_way: GiveWay
    info: SchemaInfo
    fallbacks: Fallbacks

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
        """An executor, or errors. Long lists are coerced here: an empty one, which is always right, is given to graphql-core for each."""
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
        self._operation_run: Run | None = None

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
        """A field of an object, by compiled functions where it is known how it is read."""
        self.give_way()
        plan = self._plan
        if plan is None:
            self.fallbacks.count("operation")
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        place = plan.field(parent_type, field_details_list, super().collect_subfields)
        steps = refuse if place is None else place[type(source)]
        if not isinstance(steps, Steps):
            if place is not None:
                self.fallbacks.count("value")
            elif reason := plan.why(parent_type, field_details_list):
                self.fallbacks.count(reason)
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        mark = self.info.mark(self.context_value)
        try:
            value = self._run(steps.read, source)
        except Exception:  # noqa: BLE001 - the field is done again, so that the error is told as graphql-core tells it
            self.info.undo(self.context_value, mark)
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        mark = self.info.mark(self.context_value)
        try:
            return self._run(steps.complete, value)
        except Exception as error:  # noqa: BLE001 - the same, of whatever lies below
            self._count(error)
            self.info.undo(self.context_value, mark)
        if not steps.is_call:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        return self._completed(parent_type, field_details_list, path, value, position_context)

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: Asked,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: object,
        position_context: object,
    ) -> Any:  # noqa: ANN401 - whatever is in the answer
        """What a resolver gave, where all that is asked of it is known."""
        if self._plan is not None:
            complete = self._plan.value(return_type, field_details_list, super().collect_subfields)
            if complete is not None:
                mark = self.info.mark(self.context_value)
                try:
                    return self._run(complete, result)
                except Exception as error:  # noqa: BLE001 - it is completed again, so that the error is told as graphql-core tells it
                    self._count(error)
                    self.info.undo(self.context_value, mark)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _completed(self, parent_type: GraphQLObjectType, asked: Asked, path: Path, value: object, position_context: object) -> Any:  # noqa: ANN401 - the same
        """What graphql-core makes of the value of a field."""
        field = self.schema.get_field(parent_type, asked[0].node.name.value)
        if field is None:
            raise LookupError(asked[0].node.name.value)
        info = self.build_resolve_info(field, [details.node for details in asked], parent_type, path)
        if self.is_awaitable(value):
            return self.complete_awaitable_value(field.type, asked, info, path, value, position_context)
        try:
            completed = super().complete_value(field.type, asked, info, path, value, position_context)
            return self._awaited(completed, field.type, asked, path) if self.is_awaitable(completed) else completed
        except Exception as error:  # noqa: BLE001 - an error of the field
            self.handle_field_error(error, field.type, asked, path)
            return None

    async def _awaited(self, completed: Awaitable[object], type_: GraphQLOutputType, asked: Asked, path: Path) -> object:
        try:
            return await completed
        except Exception as error:  # noqa: BLE001 - an error of the field
            self.handle_field_error(error, type_, asked, path)
            return None

    def _run(self, function: Callable[[Any], object], value: object) -> object:
        if self._operation_run is None:
            self._operation_run = Run(self.variable_values, self.info.begin(self.context_value))
        token = running.set(self._operation_run)
        try:
            return function(value)
        finally:
            running.reset(token)

    def _count(self, error: Exception) -> None:
        if isinstance(error, Unfit):
            self.fallbacks.count("value")


def compiled(base: type[E], info: SchemaInfo, give_way: GiveWay = never, fallbacks: Fallbacks | None = None) -> type[E]:
    """The executor class `base` with compiled selections, for one schema; `base` itself where the mode is off."""
    fallbacks = fallbacks or Fallbacks()
    if fallbacks.mode is Mode.OFF:
        return base
    own = {
        "plans": Plans(info, give_way),
        "inputs": Inputs(give_way),
        "give_way": staticmethod(give_way),
        "info": info,
        "fallbacks": fallbacks,
    }
    return cast("type[E]", type(base.__name__, (CompiledSelections, base), own))
