"""The longest time that an operation may take."""

import asyncio
from collections.abc import Awaitable
from functools import partial
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType

from graph.time_slices import cooperative, give_way
from policy.errors import Unavailable
from schema.context import Context
from schema.field_errors import FieldErrors
from schema.freshness import Document, freshness_asked


def executor_within(seconds: float) -> type[FieldErrors]:
    """
    An executor that ends a query, and the telling of one event of a watch, after so many seconds.

    Whatever it waits for is cancelled, and with it the Cypher that runs. A mutation is not cut off, so that it is known to be made or not.
    """

    class Timed(FieldErrors):
        def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401, FBT001 - as graphql-core has it
            context = self.context_value
            if isinstance(context, Context):
                document = Document(self.operation, self.fragment_definitions, self.variable_values.coerced)
                context.freshness = partial(freshness_asked, context.graph, document)
            result = super().execute_operation(serially)
            if isawaitable(result):
                return _in_time(result, None if self.operation.operation is OperationType.MUTATION else seconds, context)
            if isinstance(context, Context):
                context.report()
            return result

        async def complete_awaitable_value(self, *arguments: Any) -> Any:  # noqa: ANN401 - as graphql-core has it
            return await cooperative(super().complete_awaitable_value(*arguments))

        async def complete_awaitable_list_item_value(self, *arguments: Any) -> Any:  # noqa: ANN401 - the same
            return await cooperative(super().complete_awaitable_list_item_value(*arguments))

        def handle_field_error(self, *arguments: Any) -> None:  # noqa: ANN401 - the same
            give_way()  # where an error stands in a long document is looked for in all of it
            super().handle_field_error(*arguments)

    return Timed


async def _in_time(result: Awaitable[object], seconds: float | None, context: object) -> object:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            found = await result
    except TimeoutError:
        if seconds is None or not limit.expired():
            raise
        error = too_late(seconds)
        return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])
    if isinstance(context, Context):
        context.report()
    return found


def too_late(seconds: float) -> Unavailable:
    """The error of an operation that was ended."""
    return Unavailable(f"the operation did not finish within {seconds:g} s; ask again, or for less at once")
