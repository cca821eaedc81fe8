"""What can be watched: every field only translates."""

from collections.abc import AsyncIterator

import strawberry

from resolvers.change import customers_of, number_of_customers_of
from resolvers.changes import Told, changes
from resolvers.judging import Judging
from resolvers.paging import Paging
from resolvers.permission_changes import Interest, permission_changes
from resolvers.token import token_of
from schema.context import Context, Info
from schema.customer import Customer
from schema.difference import PermissionDifference
from schema.limits import expect_few
from schema.scalars import DateTime, Revision

PARTLY_SEEN = "something that you see changed"


@strawberry.type
class GraphChange:
    """One entry of the log: what one revision changed."""

    revision: Revision
    recorded_at: DateTime
    actor: str | None
    summary: str
    told: strawberry.Private[Told]

    @classmethod
    def of(cls, told: Told, context: Context) -> "GraphChange":
        """The entry as clients see it; who made it, and all of what it was, is nothing to a bound caller."""
        entry, is_bound = told.entry, context.caller.is_bound
        return cls(
            revision=Revision(token_of(context.graph, entry.revision, context.caller)),
            recorded_at=DateTime(entry.revision.recorded_at),
            actor=None if is_bound else entry.actor,
            summary=PARTLY_SEEN if is_bound else entry.summary,
            told=told,
        )

    @strawberry.field
    def customer_count(self, info: Info) -> int:
        """How many customers it touched: by what is recorded of them, of their subscriptions, agreements or partners."""
        if self.told.customers is not None:
            return len(self.told.customers)
        return number_of_customers_of(info.context.operation, self.told.entry)

    @strawberry.field
    def customers(self, info: Info, first: int | None = 100) -> list[Customer]:
        """The first of them, by name; 100 unless asked."""
        limit = Paging(100 if first is None else first).size()
        if self.told.customers is not None:
            return [Customer.of(node) for node in self.told.customers[:limit]]
        return [Customer.of(node) for node in customers_of(info.context.operation, self.told.entry, limit)]


@strawberry.type
class Subscription:
    """What can be watched. Whoever watches again with the last `revision` received misses nothing and gets nothing twice."""

    @strawberry.subscription(description="Every change to the graph after a revision, oldest first, then live.")
    async def changes(self, info: Info, since: Revision | None = None) -> AsyncIterator[GraphChange]:
        """Without `since`, from now on."""
        context = info.context
        async for told in changes(context.index, Judging(context.policy, context.caller), since):
            change = GraphChange.of(told, context)
            context.begin_again(told.entry.revision, change.revision)
            yield change

    @strawberry.subscription(description="Permissions that changed, for the customers, communicator and topics of interest.")
    async def permission_changes(
        self,
        info: Info,
        customers: list[strawberry.ID] | None = None,
        communicator: strawberry.ID | None = None,
        topics: list[str] | None = None,
        since: Revision | None = None,
    ) -> AsyncIterator[PermissionDifference]:
        """Those that come by a change to the graph, and those that come by time alone, when they come."""
        context = info.context
        expect_few(customers, "customers")
        expect_few(topics, "topics")
        interest = Interest.of(context.policy, customers, communicator, topics)
        async for changed in permission_changes(context.index, Judging(context.policy, context.caller), interest, since):
            context.begin_again(changed.rests_on, changed.revision)
            yield PermissionDifference.of(changed)
