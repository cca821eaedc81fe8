"""What a caller gives: arguments of more than one field."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.types import get_object_definition

from graph.customer_test import CountTest, CustomerTest, TextTest
from graph.ids import parse_id
from graph.time_slices import give_way
from resolvers import instants, permission
from schema.filter import Filter
from schema.limits import expect_few
from schema.scalars import DateTime, Revision
from schema.terms import Channel, Cloud


@strawberry.input
class AsOf:
    """When a question is about."""

    valid_at: DateTime | None = None
    known_at: DateTime | None = None


def asked(as_of: AsOf | None) -> instants.AsOf | None:
    """The instant as the resolvers take it."""
    return None if as_of is None else instants.AsOf(as_of.valid_at, as_of.known_at)


@strawberry.input(
    one_of=True,
    description="How fresh an answer must be. Default MINIMIZE_LATENCY: a cached state at most the configured staleness old.",
)
class Consistency:
    """Read by schema.freshness before the operation's first reading."""

    minimize_latency: bool | None = UNSET
    at_least: Revision | None = UNSET
    full: bool | None = UNSET


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


def _question(_: type, given: Mapping[str, Any], __: object) -> Question:
    give_way()
    return Question(communicator=given["communicator"], customer=given["customer"], topic=given["topic"], scope=given.get("scope"))


# Strawberry's own way takes longer than to answer one of thousands
get_object_definition(Question, strict=True).from_input = _question


@strawberry.input(description="Folds case and accents.")
class TextFilter(Filter):
    """What a text has to be; all members given have to hold."""

    eq: str | None = UNSET
    in_: list[str] | None = strawberry.field(name="in", default=UNSET)
    contains: str | None = UNSET
    starts_with: str | None = UNSET


@strawberry.input
class IntFilter(Filter):
    """What a number has to be; all members given have to hold."""

    eq: int | None = UNSET
    gt: int | None = UNSET
    gte: int | None = UNSET
    lt: int | None = UNSET
    lte: int | None = UNSET


@strawberry.input
class CustomerFilter(Filter):
    """Which customers, as they are at the question's `asOf`; all members given have to hold."""

    and_: list["CustomerFilter"] | None = strawberry.field(name="and", default=UNSET, description="All of these; none given: everyone.")
    or_: list["CustomerFilter"] | None = strawberry.field(name="or", default=UNSET, description="One of these; none given: nobody.")
    not_: "CustomerFilter | None" = strawberry.field(name="not", default=UNSET, description="Whoever does not pass this.")
    name: TextFilter | None = UNSET
    domain: TextFilter | None = strawberry.field(default=UNSET, description="A customer without a domain passes no such test.")
    country: TextFilter | None = UNSET
    cloud: Cloud | None = UNSET
    billed_by: strawberry.ID | None = strawberry.field(default=UNSET, description="Who bills one of its subscriptions.")
    resold_by: strawberry.ID | None = strawberry.field(default=UNSET, description="Who resells one of its subscriptions.")
    holds_channel: Channel | None = strawberry.field(default=UNSET, description="How one of its subscriptions is sold.")
    agreement_type: TextFilter | None = strawberry.field(default=UNSET, description="The type of an agreement that it is party to.")
    partner_count: IntFilter | None = strawberry.field(default=UNSET, description="How many `partners` it has.")


def customer_test(given: CustomerFilter | None) -> CustomerTest:
    """The filter as the graph takes it. Raises BadInput."""
    if given is None:
        return CustomerTest()
    return CustomerTest(
        all_of=[customer_test(each) for each in given.and_ or ()],
        any_of=None if given.or_ is None else [customer_test(each) for each in given.or_],
        not_=None if given.not_ is None else customer_test(given.not_),
        name=_text_test(given.name),
        domain=_text_test(given.domain),
        country=_text_test(given.country),
        cloud=given.cloud,
        billed_by=_communicator(given.billed_by),
        resold_by=_communicator(given.resold_by),
        holds_channel=given.holds_channel,
        agreement_type=_text_test(given.agreement_type),
        partner_count=CountTest() if given.partner_count is None else CountTest(**asdict(given.partner_count)),
    )


def _communicator(given: str | None) -> str | None:
    return None if given is None else parse_id(given, ("partner", "operator"))


def _text_test(given: TextFilter | None) -> TextTest:
    if given is None:
        return TextTest()
    expect_few(given.in_, "in")
    return TextTest(given.eq, given.in_, given.contains, given.starts_with)
