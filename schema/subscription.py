from typing import TYPE_CHECKING, Annotated

import strawberry

from policy.terms import Channel
from resolvers.node import Node as StoredNode
from resolvers.operation import by_name
from resolvers.subscription import history, live_at, sold_at
from schema.compiled import InContext
from schema.context import Context, Info
from schema.inputs import AsOf, asked
from schema.node import Communicator, Node
from schema.partner import Partner, communicator
from schema.plain_fields import at_once
from schema.relationship import Relationship

if TYPE_CHECKING:
    from schema.customer import Customer


def _billed_by_at_once(context: Context, subscription: "ProductSubscription", asOf: object = None) -> Communicator | None:  # noqa: N803
    at = context.at_once(asOf)
    biller = at.remembered.around(subscription.id).biller(subscription.id)
    return communicator(at.nodes[biller]) if biller else None


def _resellers_at_once(context: Context, subscription: "ProductSubscription", asOf: object = None) -> list[Partner]:  # noqa: N803
    at = context.at_once(asOf)
    resellers = at.remembered.around(subscription.id).resellers(subscription.id)
    return [Partner.of(node) for node in by_name(at.nodes[each] for each in resellers)]


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
    async def customer(self, info: Info, as_of: AsOf | None = None) -> Annotated["Customer", strawberry.lazy("schema.customer")] | None:
        """Whom it serves."""
        from schema.customer import Customer

        at = info.context.operation(info)
        holder = (await live_at(at, self.id, asked(as_of))).holder(self.id)
        node = holder and await at.shown(holder)
        return Customer.of(node) if node else None

    @strawberry.field
    async def channel(self, info: Info, as_of: AsOf | None = None) -> Channel:
        """How it is sold."""
        return (await sold_at(info.context.operation(info), self.id, asked(as_of))).channel(self.id)

    @strawberry.field
    @at_once(InContext(_billed_by_at_once))
    async def billed_by(self, info: Info, as_of: AsOf | None = None) -> Communicator | None:
        """Who owns its billing."""
        at = info.context.operation(info)
        biller = (await sold_at(at, self.id, asked(as_of))).biller(self.id)
        node = biller and await at.shown(biller)
        return communicator(node) if node else None

    @strawberry.field
    @at_once(InContext(_resellers_at_once))
    async def resellers(self, info: Info, as_of: AsOf | None = None) -> list[Partner]:
        """The resellers of record, by name."""
        at = info.context.operation(info)
        live = await sold_at(at, self.id, asked(as_of))
        return [Partner.of(node) for node in await at.shown_by_name(live.resellers(self.id))]

    @strawberry.field
    async def history(self, info: Info) -> list[Relationship]:
        """Every record there ever was of its relationships, also superseded ones, in the order in which they held."""
        at = info.context.operation(info)
        return [Relationship.of(each, at.nodes) for each in await history(at, self.id)]
