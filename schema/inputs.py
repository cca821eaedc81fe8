"""What a caller gives: arguments of more than one field."""

import strawberry

from graph.ids import parse_id
from graph.pages import CustomerTest, TextTest
from resolvers import operation, permission
from schema.scalars import DateTime, Revision
from schema.terms import Cloud


@strawberry.input
class AsOf:
    """When a question is about."""

    valid_at: DateTime | None = None
    known_at: DateTime | None = None


def asked(as_of: AsOf | None) -> operation.AsOf | None:
    """The instant as the resolvers take it."""
    return None if as_of is None else operation.AsOf(as_of.valid_at, as_of.known_at)


@strawberry.input(
    one_of=True,
    description="How fresh an answer must be. Default MINIMIZE_LATENCY: a cached state at most the configured staleness old.",
)
class Consistency:
    """Read by schema.freshness before the operation's first reading."""

    minimize_latency: strawberry.Maybe[bool]
    at_least: strawberry.Maybe[Revision]
    full: strawberry.Maybe[bool]


@strawberry.input
class Question:
    """One of many questions."""

    communicator: strawberry.ID
    customer: strawberry.ID
    topic: str
    scope: strawberry.ID | None = None

    def asked(self) -> permission.Question:
        """The question as the resolvers take it."""
        return permission.Question(self.communicator, self.customer, self.topic, self.scope)


@strawberry.input(description="Folds case and accents.")
class TextFilter:
    """What a text has to be; all members given have to hold."""

    eq: str | None = None
    in_: list[str] | None = strawberry.field(name="in", default=None)
    contains: str | None = None
    starts_with: str | None = None


@strawberry.input
class CustomerFilter:
    """Which customers; all members given have to hold."""

    name: TextFilter | None = None
    country: TextFilter | None = None
    cloud: Cloud | None = None
    billed_by: strawberry.ID | None = None


def customer_test(given: CustomerFilter | None) -> CustomerTest:
    """The filter as the graph takes it. Raises BadInput."""
    if given is None:
        return CustomerTest()
    billed_by = None if given.billed_by is None else parse_id(given.billed_by, ("partner", "operator"))
    return CustomerTest(_text_test(given.name), _text_test(given.country), given.cloud, billed_by)


def _text_test(given: TextFilter | None) -> TextTest:
    return TextTest() if given is None else TextTest(given.eq, given.in_, given.contains, given.starts_with)
