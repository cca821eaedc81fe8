"""The schema: types, scalars, and what runs around every operation."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, suppress
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from graphql import OperationType as GraphQLOperationType
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

import schema.terms  # noqa: F401 - the enums have to stand before the types that use them
from graph.time_slices import begin_account, call, give_way, stream
from graphql_compiled import Fallbacks, compiled
from policy.caller import ANYBODY
from policy.errors import VoceroError
from schema.contactable import ContactableConnection
from schema.context import Context
from schema.cooperative_inputs import give_way_between_inputs
from schema.described import describe
from schema.errors import Report, mask, split
from schema.introspections import Introspections
from schema.limits import Limits
from schema.mutation import Mutation
from schema.names import Names
from schema.needs import guard
from schema.observer import Observed, Observer, observe_root_fields, observer_of
from schema.one_of import mark_one_ofs
from schema.operations import expect_allowed, operation_in
from schema.partner import Operator, Partner
from schema.plain_fields import PlainFields
from schema.query import Query
from schema.relationship import Relationship
from schema.running import RULES, Running
from schema.scalars import SCALARS
from schema.time_limit import executor_within
from schema.validated import Validated, validating
from schema.watch import Subscription
from schema.within_limits import Gate, within


class OneOperation(SchemaExtension):
    """Refuses a document in which it isn't clear what to run, or which can't be run where it was sent, before it is validated."""

    def on_parse(self) -> Iterator[None]:
        """After the parsing. Raises CannotBeRun."""
        yield
        context = self.execution_context
        if context.graphql_document is not None:
            operation = operation_in(context.graphql_document, context._provided_operation_name)  # noqa: SLF001 - the public one makes up a name
            expect_allowed(operation, set(context.allowed_operations))


class OwnContext(SchemaExtension):
    """Gives each operation a context of its own, where Strawberry gives one to each connection."""

    def on_operation(self) -> Iterator[None]:
        """Before anything of the operation runs."""
        given = self.execution_context.context
        if isinstance(given, Context):
            self.execution_context.context = own = given.fresh()
            own.observer = observer_of(self.execution_context.schema)
        yield


class VoceroSchema(strawberry.Schema):
    """The schema; report is called with every error that is ours to mend, observer is told of every operation."""

    def __init__(self, report: Report, observer: Observer | None = None, limits: Limits | None = None) -> None:
        self.gate = Gate(limits or Limits())
        self.validated = Validated()
        self.introspections = Introspections()
        self.fallbacks = Fallbacks()
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[Operator, Partner, Relationship, ContactableConnection],
            config=StrawberryConfig(scalar_map=SCALARS, name_converter=Names()),
            execution_context_class=compiled(
                executor_within(self.gate.limits.seconds), PlainFields(lambda: self), give_way, self.fallbacks
            ),
            extensions=[
                OwnContext,
                Observed,
                OneOperation,
                within(self.gate),
                validating(self.validated),
            ],
        )
        self._report = report
        self.observer = observer
        describe(self._schema)
        guard(self._schema)
        mark_one_ofs(self._schema)
        give_way_between_inputs(self._schema)
        if observer is not None and observer.asks_of_fields:
            observe_root_fields(self._schema, observer)

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401 - as Strawberry has it
        root_value: Any | None = None,  # noqa: ANN401 - the same
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """The same as Strawberry's own, with less around it."""
        allowed = set(allowed_operation_types or OperationType) - {OperationType.SUBSCRIPTION}
        caller = context_value.caller if isinstance(context_value, Context) else ANYBODY
        running = Running(self, query or "", variable_values, operation_name, caller)
        try:
            context = context_value.fresh() if isinstance(context_value, Context) else context_value
            return await running.result(context, allowed)
        except Exception as error:  # noqa: BLE001 - whatever it is, an answer has to say so
            return self._failed(error)

    async def stream(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as Strawberry has it
        """The results of an operation, one by one, as Strawberry gives them; what it doesn't tell of is told in a last one."""
        return self._told(stream(await super().stream(*arguments, **named)))

    async def _told(self, results: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - the same
        try:
            async with aclosing(results):
                async for result in results:
                    yield result
        except Exception as error:  # noqa: BLE001 - the same
            yield self._failed(error)

    def _failed(self, error: Exception) -> ExecutionResult:
        """The answer of an operation that failed as a whole."""
        result = PreExecutionError(data=None, errors=[GraphQLError(str(error), original_error=error)])
        self.process_errors(result.errors or [])
        return result

    @property
    def graphql(self) -> GraphQLSchema:
        """The same as graphql-core knows it."""
        return self._schema

    def faults_in(self, document: str) -> list[str]:
        """What is wrong with a document that this schema can't answer; empty where it can."""
        try:
            parsed = self.gate.read(document)
        except GraphQLError as error:
            return [error.message]
        except VoceroError as error:
            return [str(error)]
        return [error.message for error in self.validated.errors(self._schema, parsed, RULES)]

    async def is_watch(self, document: str, name: str | None) -> bool:
        """Is the operation that is meant a subscription? Not what can't be read: an answer says why."""

        def is_watch() -> bool:
            with suppress(GraphQLError, VoceroError):
                return operation_in(self.gate.read(document), name).operation is GraphQLOperationType.SUBSCRIPTION
            return False

        begin_account()
        return await call(is_watch)

    def trust(self, document: str) -> list[str]:
        """The same of a document that is answered from then on without being parsed or validated again."""
        with suppress(GraphQLError, VoceroError):
            self.gate.trusted[document] = self.gate.read(document)
        return self.faults_in(document)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The one way that every error of a result goes, whether it comes from parsing, validation or a field."""
        errors[:] = [part for error in errors for part in split(error)]
        for error in errors:
            mask(error, self._report)


def was_not_executed(result: ExecutionResult) -> bool:
    """Was the request refused before any field was asked? An error of a field has the field's path."""
    return bool(result.errors) and result.data is None and all(error.path is None for error in result.errors or ())
