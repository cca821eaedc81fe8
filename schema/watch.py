"""What can be watched: every field only translates."""

from collections.abc import AsyncIterator

import strawberry

from graph.log import Entry
from resolvers.change import customers_of, number_of_customers_of
from resolvers.changes import changes
from resolvers.permission_changes import Interest, permission_changes
from resolvers.token import token_of
from schema.context import Info
from schema.customer import Customer
from schema.difference import PermissionDifference
from schema.scalars import DateTime, Revision


@strawberry.type
class GraphChange:
    """One entry of the log: what one revision changed."""

    revision: Revision
    recorded_at: DateTime
    actor: str | None
    summary: str
    entry: strawberry.Private[Entry]

    @classmethod
    def of(cls, entry: Entry) -> "GraphChange":
        """The entry as clients see it."""
        return cls(
            revision=Revision(token_of(entry.revision)),
            recorded_at=DateTime(entry.revision.recorded_at),
            actor=entry.actor,
            summary=entry.summary,
            entry=entry,
        )

    @strawberry.field
    async def customer_count(self, info: Info) -> int:
        """How many customers it touched: by what is recorded of them, of their subscriptions, agreements or partners."""
        return await number_of_customers_of(info.context.operation(info), self.entry)

    @strawberry.field
    async def customers(self, info: Info, first: int = 100) -> list[Customer]:
        """The first of them, by name."""
        return [Customer.of(node) for node in await customers_of(info.context.operation(info), self.entry, first)]


@strawberry.type
class Subscription:
    """What can be watched. Whoever watches again with the last `revision` received misses nothing and gets nothing twice."""

    @strawberry.subscription(description="Every change to the graph after a revision, oldest first, then live.")
    async def changes(self, info: Info, since: Revision | None = None) -> AsyncIterator[GraphChange]:
        """Without `since`, from now on."""
        context = info.context
        async for entry in changes(context.graph, context.tail, since):
            change = GraphChange.of(entry)
            context.begin_again(change.revision)
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
        interest = Interest.of(context.policy, customers, communicator, topics)
        async for changed in permission_changes(context.graph, context.tail, context.policy, interest, since):
            context.begin_again(changed.revision)
            yield PermissionDifference.of(changed)
