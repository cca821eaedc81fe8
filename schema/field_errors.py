"""How the failure of a field shows in an answer: there, and nowhere else."""

from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar

from graphql import ExecutionResult, GraphQLError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.cancellation import own_cancellation

T = TypeVar("T")
Path = tuple[str | int, ...]


class FieldErrors(StrawberryGraphQLCoreExecutionContext):
    """An executor whose errors are told in one order, and to which a field that was cancelled is one that failed."""

    async def with_abort_signal(self, awaitable: Awaitable[T]) -> T:
        """What a resolver gave to be waited for."""
        with own_cancellation():
            return await super().with_abort_signal(awaitable)

    def build_response(self, data: dict[str, Any] | None) -> Any:  # noqa: ANN401 - as graphql-core has it
        """The result."""
        result = super().build_response(data)
        if isinstance(result, ExecutionResult) and result.errors:
            result.errors = in_order(data, result.errors)
        return result


def in_order(data: dict[str, Any] | None, errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """
    The errors in the order in which the document names their fields, in lists by place.

    Of those below one null only that which made it null is left: whether others were met before is a race.
    """
    told: dict[Path, GraphQLError] = {}
    for error in errors:  # below what is null already graphql-core collects none, so the last one made it null
        told[_null(data, error.path or ())] = error
    return sorted(told.values(), key=_place)


def _null(data: Any, path: Iterable[str | int]) -> Path:  # noqa: ANN401 - whatever is in an answer
    """The place of the null in which an error of that path shows."""
    place: Path = ()
    for key in path:
        if data is None:
            break
        place, data = (*place, key), data[key]
    return place


def _place(error: GraphQLError) -> tuple[list[int], list[tuple[int, str]]]:
    return list(error.positions or ()), [(key, "") if isinstance(key, int) else (0, key) for key in error.path or ()]
