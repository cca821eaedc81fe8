"""The schema: types, scalars, and what runs around every operation."""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

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

CACHED_DOCUMENTS = 500


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

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The one way that every error of a result goes, whether it comes from parsing, validation or a field."""
        errors[:] = [part for error in errors for part in split(error)]
        for error in errors:
            mask(error, self._report)
