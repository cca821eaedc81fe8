from typing import TYPE_CHECKING, Annotated

import strawberry

from policy.terms import Channel
from resolvers.node import Node as StoredNode
from resolvers.subscription import channel_at, history, live_at
from schema.context import Info
from schema.inputs import AsOf, asked
from schema.node import Communicator, Node
from schema.partner import Partner, communicator
from schema.relationship import Relationship

if TYPE_CHECKING:
    from schema.customer import Customer


@strawberry.type(
    description="What Microsoft calls a subscription. Not named Subscription: that is GraphQL's root, and tools stumble over it."
)
class ProductSubscription(Node):
    """One subscription of one customer."""

    offer: str
    status: str

    @classmethod
    def of(cls, node: StoredNode) -> "ProductSubscription":
        """The subscription as clients see it."""
        return cls(id=strawberry.ID(node.id), offer=node.properties.get("offer") or "", status=node.properties["status"])

    @strawberry.field
    def customer(self, info: Info, as_of: AsOf | None = None) -> Annotated["Customer", strawberry.lazy("schema.customer")] | None:
        """Whom it serves."""
        from schema.customer import Customer

        at = info.context.operation
        holder = (live_at(at, self.id, asked(as_of))).holder(self.id)
        node = holder and at.shown(holder)
        return Customer.of(node) if node else None

    @strawberry.field
    def channel(self, info: Info, as_of: AsOf | None = None) -> Channel:
        """How it is sold."""
        return channel_at(info.context.operation, self.id, asked(as_of))

    @strawberry.field
    def billed_by(self, info: Info, as_of: AsOf | None = None) -> Communicator | None:
        """Who owns its billing."""
        at = info.context.operation
        biller = (live_at(at, self.id, asked(as_of))).biller(self.id)
        node = biller and at.shown(biller)
        return communicator(node) if node else None

    @strawberry.field
    def resellers(self, info: Info, as_of: AsOf | None = None) -> list[Partner]:
        """The resellers of record, by name."""
        at = info.context.operation
        live = live_at(at, self.id, asked(as_of))
        return [Partner.of(node) for node in at.shown_by_name(live.resellers(self.id))]

    @strawberry.field
    def history(self, info: Info) -> list[Relationship]:
        """Every record there ever was of its relationships, also superseded ones, in the order in which they held."""
        at = info.context.operation
        return [Relationship.of(each) for each in history(at, self.id)]
