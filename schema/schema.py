"""The schema: types, scalars, and what runs around every operation."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

import schema.terms  # noqa: F401 - the enums have to stand before the types that use them
from policy.errors import BadInput, VoceroError
from schema.compiled import compiled
from schema.contactable import ContactableConnection
from schema.context import Context
from schema.described import describe
from schema.errors import Report, mask, split
from schema.limits import Limits
from schema.mutation import Mutation
from schema.needs import guard
from schema.observer import Observed, Observer, observe_root_fields
from schema.partner import Operator, Partner
from schema.plain_fields import PlainFields
from schema.query import Query
from schema.relationship import Relationship
from schema.scalars import SCALARS
from schema.time_limit import executor_within
from schema.validated import Validated, validating
from schema.watch import Subscription
from schema.within_limits import Gate, Refused, within


class CannotBeRun(BadInput, CannotGetOperationTypeError):  # noqa: N818 - one of Strawberry's, so that every transport makes an answer of it
    """A document without an operation that can be run where it was sent."""

    def as_http_error_reason(self) -> str:
        """The message."""
        return str(self)


class NeedsPost(CannotBeRun):
    """A mutation was sent by GET."""


class OneOperation(SchemaExtension):
    """Refuses a document in which it isn't clear what to run, or which can't be run where it was sent, before it is validated."""

    def on_parse(self) -> Iterator[None]:
        """After the parsing. Raises CannotBeRun."""
        yield
        context = self.execution_context
        if context.graphql_document is not None:
            kind = _operation_in(context.graphql_document, context._provided_operation_name)  # noqa: SLF001 - the public one makes up a name
            _expect_allowed(kind, set(context.allowed_operations))


class OwnContext(SchemaExtension):
    """Gives each operation a context of its own, where Strawberry gives one to each connection."""

    def on_operation(self) -> Iterator[None]:
        """Before anything of the operation runs."""
        given = self.execution_context.context
        if isinstance(given, Context):
            self.execution_context.context = given.fresh()
        yield


class VoceroSchema(strawberry.Schema):
    """The schema; report is called with every error that is ours to mend, observer is told of every operation."""

    def __init__(self, report: Report, observer: Observer | None = None, limits: Limits | None = None) -> None:
        self.gate = Gate(limits or Limits())
        self._validated = Validated()
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[Operator, Partner, Relationship, ContactableConnection],
            config=StrawberryConfig(scalar_map=SCALARS),
            execution_context_class=compiled(executor_within(self.gate.limits.seconds), PlainFields()),
            extensions=[
                OwnContext,
                Observed,
                OneOperation,
                within(self.gate),
                validating(self._validated),
            ],
        )
        self._report = report
        self.observer = observer
        describe(self._schema)
        guard(self._schema)
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
        """Strawberry's own, which would answer a subscription with a null."""
        allowed = set(allowed_operation_types or OperationType) - {OperationType.SUBSCRIPTION}
        try:
            return await super().execute(query, variable_values, context_value, root_value, operation_name, allowed, operation_extensions)
        except (CannotBeRun, Refused) as error:
            return PreExecutionError(data=None, errors=[GraphQLError(str(error), original_error=error)])

    def faults_in(self, document: str) -> list[str]:
        """What is wrong with a document that this schema can't answer; empty where it can."""
        try:
            parsed = self.gate.read(document)
        except GraphQLError as error:
            return [error.message]
        except VoceroError as error:
            return [str(error)]
        return [error.message for error in self._validated.errors(self._schema, parsed, tuple(specified_rules))]

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


def _operation_in(document: DocumentNode, name: str | None) -> OperationType:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    if not operations:
        raise CannotBeRun("the document has no operation" + ("" if name is None else f" named `{name[:80]}`"))
    if name is None and len(operations) > 1:
        raise CannotBeRun("the document has several operations; say which by `operationName`")
    return OperationType(operations[0].operation.value)


def _expect_allowed(kind: OperationType, allowed: AbstractSet[OperationType]) -> None:
    if kind in allowed:
        return
    if kind is OperationType.SUBSCRIPTION:
        raise CannotBeRun(
            "a subscription is answered over a WebSocket (graphql-transport-ws), "
            "or over HTTP to `accept: text/event-stream` or `multipart/mixed; subscriptionSpec=1.0`"
        )
    if allowed <= {OperationType.SUBSCRIPTION}:
        raise CannotBeRun(f"`multipart/mixed` is for subscriptions; accept `application/graphql-response+json` for a {kind.value}")
    raise NeedsPost("a mutation changes the graph; send it by POST")
