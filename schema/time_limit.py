"""The longest time that an operation may take."""

import asyncio
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType

from graph.time_slices import cooperative, give_way
from policy.errors import Unavailable
from schema.field_errors import FieldErrors


def executor_within(seconds: float) -> type[FieldErrors]:
    """
    An executor that ends a query, and the telling of one event of a watch, after so many seconds.

    Whatever it waits for is cancelled, and with it the Cypher that runs. A mutation is not cut off, so that it is known to be made or not.
    """

    class Timed(FieldErrors):
        def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401, FBT001 - as graphql-core has it
            result = super().execute_operation(serially)
            return _in_time(result, seconds) if isawaitable(result) and self.operation.operation is not OperationType.MUTATION else result

        async def complete_awaitable_value(self, *arguments: Any) -> Any:  # noqa: ANN401 - as graphql-core has it
            return await cooperative(super().complete_awaitable_value(*arguments))

        async def complete_awaitable_list_item_value(self, *arguments: Any) -> Any:  # noqa: ANN401 - the same
            return await cooperative(super().complete_awaitable_list_item_value(*arguments))

        def handle_field_error(self, *arguments: Any) -> None:  # noqa: ANN401 - the same
            give_way()  # where an error stands in a long document is looked for in all of it
            super().handle_field_error(*arguments)

    return Timed


async def _in_time(result: Awaitable[object], seconds: float) -> object:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await result
    except TimeoutError:
        if not limit.expired():
            raise
        error = too_late(seconds)
        return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])


def too_late(seconds: float) -> Unavailable:
    """The error of an operation that was ended."""
    return Unavailable(f"the operation did not finish within {seconds:g} s; ask again, or for less at once")
