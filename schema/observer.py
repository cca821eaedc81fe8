"""Who is told of every operation, and how they are told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from time import perf_counter
from typing import Any, Protocol

from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from policy.errors import VoceroError
from policy.terms import Category, Verdict
from resolvers.decided import Decided
from schema.cancellation import own_cancellation

GIVEN = "OK"
LEFT = "CANCELLED"
NOT_EXECUTED = "none"


class Observer(Protocol):
    """Is told of every operation; each method returns at once."""

    @property
    def asks_of_fields(self) -> bool:
        """Does it want to be told of root fields?"""

    def executing(self, kind: str, name: str | None) -> AbstractContextManager[object]:
        """Entered while an operation is executed; kind: query, mutation or subscription, name: as its document has it."""

    def asking(self, field: str) -> AbstractContextManager[object]:
        """Entered while a root field of it is answered."""

    def watching(self) -> AbstractContextManager[object]:
        """Entered while a subscription is open."""

    def answered(self, kind: str, code: str, seconds: float, cost: int | None) -> None:
        """Called at its end; kind: also NOT_EXECUTED, code: of its first error, or GIVEN, or LEFT where the client did not wait."""

    def gave(self, verdicts: Mapping[tuple[Verdict | None, Category], int]) -> None:
        """Called with how many verdicts of each kind are given to the caller; None = nobody is permitted."""

    @property
    def keeps_decisions(self) -> bool:
        """Does it want to be told of each?"""

    def decided(self, decisions: Sequence[Decided]) -> None:
        """Called with each, where it does."""


@dataclass(slots=True)
class Ending:
    """How an operation came to its end, as far as it has come; cost: None where it was refused before that was known."""

    kind: str = NOT_EXECUTED
    code: str = VoceroError.code
    cost: int | None = None


@contextmanager
def telling(observer: Observer | None) -> Iterator[Ending]:
    """While an operation lasts; at its end the observer is told what stands in the ending, or why it was left."""
    ending, begun = Ending(), perf_counter()
    try:
        with own_cancellation():
            yield ending
    except VoceroError as error:
        ending.code = str(error.extensions["code"])
        raise
    except (asyncio.CancelledError, GeneratorExit):
        ending.code = LEFT
        raise
    finally:
        if observer is not None:
            observer.answered(ending.kind, ending.code, perf_counter() - begun, ending.cost)


class Observed(SchemaExtension):
    """Tells the schema's observer of one operation."""

    def on_operation(self) -> Iterator[None]:
        """From before the parsing to the end, which for a subscription is that of the watch."""
        with telling(observer_of(self.execution_context.schema)) as self._ending:
            try:
                with ExitStack() as self._open:
                    yield
                self._ending.code = self._code()
            finally:
                self._ending.cost = self._cost()

    def on_execute(self) -> Iterator[None]:
        """While it is executed; of a subscription only until it is open."""
        observer = observer_of(self.execution_context.schema)
        if observer is None:
            yield
            return
        kind = self.execution_context.operation_type
        self._ending.kind = kind.value
        with observer.executing(kind.value, self.execution_context.operation_name):
            yield
        if kind is OperationType.SUBSCRIPTION:
            self._open.enter_context(observer.watching())

    def _cost(self) -> int | None:
        told = self.execution_context.extensions_results.get("cost", {})
        return told.get("cost") if isinstance(told, dict) else None

    def _code(self) -> str:
        result = self.execution_context.result
        return code_of((result.errors if result else None) or self.execution_context.pre_execution_errors)


def code_of(errors: Iterable[GraphQLError] | None) -> str:
    """That of the first error; GIVEN where there is none."""
    return next((str((error.extensions or {}).get("code", VoceroError.code)) for error in errors or ()), GIVEN)


def observe_root_fields(schema: GraphQLSchema, observer: Observer) -> None:
    """Tell of each field of Query and Mutation, and of none below: to be told of every field makes an answer much slower."""
    for root in (schema.query_type, schema.mutation_type):
        for name, field in (root.fields if root else {}).items():
            if field.resolve is not None:
                field.resolve = _observed(field.resolve, name, observer)


def observer_of(schema: object) -> Observer | None:
    """Who is told of the operations of this schema, if anyone."""
    observer: Observer | None = getattr(schema, "observer", None)
    return observer


def _observed(resolve: Callable[..., Any], name: str, observer: Observer) -> Callable[..., Any]:
    async def awaited(found: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the field gives
        with observer.asking(name):
            return await found

    def resolver(*of: Any, **arguments: Any) -> Any:  # noqa: ANN401 - the same
        with observer.asking(name):
            found = resolve(*of, **arguments)
        return awaited(found) if isawaitable(found) else found

    return resolver
