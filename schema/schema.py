"""The schema: types, scalars, and what runs around every operation."""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

import schema.terms  # noqa: F401 - the enums have to stand before the types that use them
from schema.contactable import ContactableConnection
from schema.errors import CodedErrors, Report
from schema.partner import Operator, Partner
from schema.query import Query
from schema.relationship import Relationship
from schema.scalars import SCALARS

CACHED_DOCUMENTS = 500


class VoceroSchema(strawberry.Schema):
    """The schema, whose errors are reported by CodedErrors alone: a caller's syntax error is nothing to log."""

    def process_errors(self, errors: Sequence[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing more."""


def build_schema(report: Report) -> VoceroSchema:
    """The schema that the service runs. report: called with every error that is ours to mend."""
    return VoceroSchema(
        query=Query,
        types=[Operator, Partner, Relationship, ContactableConnection],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[
            lambda: CodedErrors(report),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        ],
    )
