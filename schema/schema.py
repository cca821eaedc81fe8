"""The schema: types, scalars, and what runs around every operation."""

from collections.abc import Iterable, Iterator
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

import schema.terms  # noqa: F401 - the enums have to stand before the types that use them
from schema.contactable import ContactableConnection
from schema.context import Context
from schema.described import describe
from schema.errors import Report, mask, split
from schema.mutation import Mutation
from schema.partner import Operator, Partner
from schema.query import Query
from schema.relationship import Relationship
from schema.scalars import SCALARS
from schema.watch import Subscription

CACHED_DOCUMENTS = 500


class NeedsStream(InvalidOperationTypeError):  # noqa: N818 - one of Strawberry's, which its HTTP view makes an answer of
    """A subscription was asked over a transport that gives one answer."""

    def as_http_error_reason(self, method: str) -> str:
        """What would be right."""
        return (
            "a subscription is answered over a WebSocket (graphql-transport-ws), "
            "or over HTTP to `accept: text/event-stream` or `multipart/mixed; subscriptionSpec=1.0`"
        )


class OwnContext(SchemaExtension):
    """Gives each operation a context of its own, where Strawberry gives one to each connection."""

    def on_operation(self) -> Iterator[None]:
        """Before anything of the operation runs."""
        given = self.execution_context.context
        if isinstance(given, Context):
            self.execution_context.context = given.fresh()
        yield


class VoceroSchema(strawberry.Schema):
    """The schema; report is called with every error that is ours to mend."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[Operator, Partner, Relationship, ContactableConnection],
            config=StrawberryConfig(scalar_map=SCALARS),
            extensions=[
                OwnContext,
                lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
                lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
            ],
        )
        self._report = report
        describe(self._schema)

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
        """Strawberry's own, which would answer a subscription with a null. Raises NeedsStream."""
        allowed = set(allowed_operation_types or OperationType) - {OperationType.SUBSCRIPTION}
        try:
            return await super().execute(query, variable_values, context_value, root_value, operation_name, allowed, operation_extensions)
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise NeedsStream(error.operation_type) from error
            raise

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The one way that every error of a result goes, whether it comes from parsing, validation or a field."""
        errors[:] = [part for error in errors for part in split(error)]
        for error in errors:
            mask(error, self._report)
