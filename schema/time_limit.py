"""The longest time that an operation may take."""

import asyncio
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType

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

    return Timed


async def _in_time(result: Awaitable[object], seconds: float) -> object:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await result
    except TimeoutError:
        if not limit.expired():
            raise
        error = Unavailable(f"the operation did not finish within {seconds:g} s; ask again, or for less at once")
        return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])
