"""Communications that were sent: what is recorded of them, and what is known of them today."""

from typing import cast

import strawberry
from strawberry import UNSET

from graph import communications
from graph.communications import CommunicationTest
from graph.ids import parse_id
from graph.time_slices import give_way
from policy.terms import Verdict
from resolvers.audit import Sent
from resolvers.communications import is_changed, today, topic_of
from resolvers.permission import Question
from schema.connections import Counting, PageInfo
from schema.context import Info
from schema.customer import Customer
from schema.filter import Filter
from schema.node import Communicator, shown_at
from schema.permission import Permission, Scope
from schema.policy import Topic
from schema.scalars import DateTime


@strawberry.input(
    description="at: when it was sent. reference: the sender's name for it. scope: the one that it was confined to, if to any."
)
class SentCommunication:
    """A communication that was sent."""

    communicator: strawberry.ID
    customer: strawberry.ID
    topic: str
    scope: strawberry.ID | None = None
    at: DateTime
    reference: str

    def __post_init__(self) -> None:
        give_way()  # of thousands others need not wait for the last

    def sent(self) -> Sent:
        """The communication as the resolvers take it."""
        return Sent(Question(self.communicator, self.customer, self.topic, self.scope), self.at, self.reference)


@strawberry.input(description="verdict: the one that was kept. from <= at < to.")
class CommunicationFilter(Filter):
    """Which communications; all members given have to hold."""

    verdict: Verdict | None = UNSET
    communicator: strawberry.ID | None = UNSET
    customer: strawberry.ID | None = UNSET
    since: DateTime | None = strawberry.field(name="from", default=UNSET)
    until: DateTime | None = strawberry.field(name="to", default=UNSET)


def communication_test(given: CommunicationFilter | None) -> CommunicationTest:
    """The filter as the graph takes it. Raises BadInput."""
    if given is None:
        return CommunicationTest()
    communicator = None if given.communicator is None else parse_id(given.communicator, ("partner", "operator"))
    customer = None if given.customer is None else parse_id(given.customer, ("customer",))
    return CommunicationTest(given.verdict, communicator, customer, given.since, given.until)


@strawberry.type
class Communication:
    """A communication that was sent, with the verdict of what was known when it was recorded."""

    id: strawberry.ID
    at: DateTime
    reference: str
    verdict: Verdict
    permitted: bool
    policy_version: str
    recorded_at: DateTime
    recorded_by: str
    found: strawberry.Private[communications.Communication]

    @classmethod
    def of(cls, found: communications.Communication) -> "Communication":
        """The communication as clients see it."""
        kept = found.kept
        return cls(
            id=strawberry.ID(found.id),
            at=DateTime(kept.at),
            reference=kept.reference,
            verdict=kept.verdict,
            permitted=kept.permitted,
            policy_version=kept.policy_version,
            recorded_at=DateTime(found.recorded_at),
            recorded_by=found.actor,
            found=found,
        )

    @strawberry.field
    def communicator(self, info: Info) -> Communicator:
        """Who sent it."""
        return cast("Communicator", shown_at(info, self.found.kept.communicator))

    @strawberry.field
    def customer(self, info: Info) -> Customer:
        """To whom."""
        return cast("Customer", shown_at(info, self.found.kept.customer))

    @strawberry.field
    def topic(self, info: Info) -> Topic:
        """What it was about; a topic that the policy has no more is named by its code."""
        return Topic.of(topic_of(info.context.operation, self.found))

    @strawberry.field
    def scope(self, info: Info) -> Scope | None:
        """What it was confined to."""
        scope = self.found.kept.scope
        return None if scope is None else cast("Scope", shown_at(info, scope))

    @strawberry.field
    def today(self, info: Info) -> Permission | None:
        """What is known now of the instant at which it was sent; null where the customer is known to have held no such scope then."""
        answer = today(info.context.operation, self.found)
        return None if answer is None else Permission.of(answer)

    @strawberry.field
    def changed(self, info: Info) -> bool:
        """Whether the verdict of `today` is another one than the one that was kept, or none."""
        return is_changed(info.context.operation, self.found)


@strawberry.type
class CommunicationEdge:
    """A communication in a list."""

    cursor: str
    node: Communication


@strawberry.type
class CommunicationConnection:
    """A page of communications."""

    edges: list[CommunicationEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return self.counting()
