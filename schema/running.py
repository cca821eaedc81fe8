"""A query or mutation, from its text to its result: what Strawberry's extensions do around a subscription, without their cost."""

import asyncio
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, GraphQLError, execute, specified_rules
from graphql import ExecutionResult as GraphQLResult
from graphql import OperationType as GraphQLOperationType
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graph.time_slices import begin_account, cooperative
from policy.caller import Caller
from schema.context import Context
from schema.observer import Ending, code_of, telling
from schema.operations import expect_allowed, operation_in
from schema.time_limit import too_late

if TYPE_CHECKING:
    from schema.schema import VoceroSchema

RULES = tuple(specified_rules)


class Running:
    """One operation; name: that of the operation that is meant, where the document has several."""

    def __init__(self, schema: "VoceroSchema", text: str, variables: dict[str, Any] | None, name: str | None, caller: Caller) -> None:
        self._schema = schema
        self._text = text
        self._variables = variables
        self._name = name
        self._caller = caller

    async def result(self, context: object, allowed: AbstractSet[OperationType]) -> ExecutionResult:
        """Its result, of which the schema's observer is told. Raises BadInput, TooComplex, Forbidden where nothing of it is run."""
        seconds = self._schema.gate.limits.seconds
        with telling(self._schema.observer) as ending:
            limit = asyncio.timeout(seconds)
            try:
                async with limit:
                    result = await cooperative(self._result(context, allowed, ending, limit))
            except TimeoutError:
                if not limit.expired():
                    raise
                error = too_late(seconds)
                result = self._refused([GraphQLError(str(error), original_error=error)])
            ending.code = code_of(result.errors)
        return result

    async def _result(
        self, context: object, allowed: AbstractSet[OperationType], ending: Ending, limit: asyncio.Timeout
    ) -> ExecutionResult:
        begin_account()
        schema = self._schema
        try:
            document, cost = schema.gate.admit(schema.graphql, self._text, self._name, self._variables, self._caller)
        except GraphQLError as error:
            return self._refused([error])
        operation = operation_in(document, self._name)
        expect_allowed(operation, allowed)
        if errors := schema.validated.errors(schema.graphql, document, RULES):
            return self._refused(errors)
        if operation.operation is GraphQLOperationType.MUTATION:
            limit.reschedule(None)  # so that it is known to be made or not
        ending.kind = operation.operation.value
        name = operation.name.value if operation.name else None
        if isinstance(context, Context):
            context.observer = schema.observer
        with nullcontext() if schema.observer is None else schema.observer.executing(ending.kind, name):
            result = await self._executed(document, context)
        if result.errors:
            schema.process_errors(result.errors)
        else:
            if isinstance(context, Context):
                context.end()
            schema.introspections.keep(self._text, document, result.data or {}, cost["cost"])
        was_executed = result.data is not None or any(error.path for error in result.errors or ())
        if was_executed:
            ending.cost = cost["cost"]
        return ExecutionResult(data=result.data, errors=result.errors, extensions={"cost": cost} if was_executed else None)

    async def _executed(self, document: DocumentNode, context: object) -> GraphQLResult:
        known = self._schema.introspections.get(self._text)
        if known is not None:
            return GraphQLResult(known, None)
        found = execute(
            self._schema.graphql,
            document,
            context_value=context,
            variable_values=self._variables,
            operation_name=self._name,
            executor_class=self._schema.execution_context_class,
        )
        return await found if isawaitable(found) else found

    def _refused(self, errors: list[GraphQLError]) -> ExecutionResult:
        self._schema.process_errors(errors)
        return PreExecutionError(data=None, errors=errors)
