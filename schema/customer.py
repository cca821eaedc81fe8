from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import strawberry

from policy import facts
from policy.situation import Situation
from policy.terms import Cloud, RelationshipType, Verdict
from resolvers.decided import About, Asked
from resolvers.events import events
from resolvers.node import Node as StoredNode
from resolvers.operation import by_name
from resolvers.permission import known_situation_of
from resolvers.permission_matrix import permission_matrix
from resolvers.permitted_communicators import permitted_communicators
from schema import said
from schema.agreement import Agreement
from schema.compiled import InContext, Later
from schema.context import Context, Info
from schema.event import CustomerEvent
from schema.inputs import AsOf, asked
from schema.node import Communicator, Node
from schema.observer import told
from schema.partner import Partner, communicator
from schema.plain_fields import at_once
from schema.policy import Topic
from schema.relationship import Relationship
from schema.scalars import DateTime, Revision
from schema.subscription import ProductSubscription

if TYPE_CHECKING:
    from schema.permission import Permission


@strawberry.type
class PermissionMatrix:
    """verdicts[topic][communicator], in the orders of the other two."""

    topics: list[Topic]
    communicators: list[Communicator]
    verdicts: list[list[Verdict]]
    revision: Revision


def _permitted_at_once(
    context: Context,
    customer: "Customer",
    topic: str,
    scope: str | None = None,
    asOf: object = None,  # noqa: N803 - the API's
) -> Later:
    if asOf is not None:
        raise LookupError(customer.id)
    return said.permitted_communicators(context, customer.id, topic, scope)


def _subscriptions_at_once(context: Context, customer: "Customer", asOf: object = None) -> list[ProductSubscription]:  # noqa: N803
    at = context.at_once(asOf)
    return [ProductSubscription.of(at.nodes[each]) for each in at.remembered.situation(customer.id).shown_subscriptions]


def _agreements_at_once(context: Context, customer: "Customer", asOf: object = None) -> list[Agreement]:  # noqa: N803
    at = context.at_once(asOf)
    return [Agreement.of(at.nodes[each]) for each in at.remembered.situation(customer.id).agreements]


def _partners_at_once(context: Context, customer: "Customer", asOf: object = None) -> list[Partner]:  # noqa: N803
    at = context.at_once(asOf)
    return [Partner.of(node) for node in by_name(at.nodes[each] for each in at.remembered.situation(customer.id).partners)]


@strawberry.type
class Customer(Node):
    """A tenant that somebody sells to."""

    name: str
    domain: str | None
    country: str | None
    cloud: Cloud

    @classmethod
    def of(cls, node: StoredNode) -> "Customer":
        """The customer as clients see it."""
        properties = node.properties
        return cls(
            id=strawberry.ID(node.id),
            name=node.name,
            domain=properties.get("domain"),
            country=properties.get("country"),
            cloud=Cloud(properties["cloud"]),
        )

    @strawberry.field
    @at_once(InContext(_subscriptions_at_once))
    async def subscriptions(self, info: Info, as_of: AsOf | None = None) -> list[ProductSubscription]:
        """Those that it holds and that are not deleted, by id."""
        at = await self._situation(info, as_of)
        return [ProductSubscription.of(node) for node in await info.context.operation(info).shown_all(at.shown_subscriptions if at else ())]

    @strawberry.field
    @at_once(InContext(_agreements_at_once))
    async def agreements(self, info: Info, as_of: AsOf | None = None) -> list[Agreement]:
        """Those to which it is party, by id."""
        at = await self._situation(info, as_of)
        return [Agreement.of(node) for node in await info.context.operation(info).shown_all(at.agreements if at else ())]

    @strawberry.field(description="Partners with a live BILLS or RESELLS on one of its subscriptions, or a live RESELLER_FOR.")
    @at_once(InContext(_partners_at_once))
    async def partners(self, info: Info, as_of: AsOf | None = None) -> list[Partner]:
        """By name."""
        at = await self._situation(info, as_of)
        return [Partner.of(node) for node in await info.context.operation(info).shown_by_name(at.partners if at else ())]

    @strawberry.field
    @at_once(InContext(_permitted_at_once))
    async def permitted_communicators(
        self, info: Info, topic: str, scope: strawberry.ID | None = None, as_of: AsOf | None = None
    ) -> list[Annotated["Permission", strawberry.lazy("schema.permission")]] | None:
        """Who may speak to it about the topic, the most expected first."""
        from schema.permission import Permission

        answers = await permitted_communicators(info.context.operation(info), self.id, topic, scope, asked(as_of))
        await told(info, Asked.PERMITTED_COMMUNICATORS, [About(self.id, topic, scope, answers)], asked(as_of))
        return [Permission.of(answer) for answer in answers]

    @strawberry.field(description="Every candidate communicator by every topic: rows in the order of topics.")
    async def permission_matrix(self, info: Info, as_of: AsOf | None = None) -> PermissionMatrix:
        """One cell for each pair; without candidates where the customer was not known yet."""
        asking = info.context.operation(info)
        matrix = permission_matrix(asking, await self._situation(info, as_of))
        return PermissionMatrix(
            topics=[Topic.of(topic) for topic in matrix.topics],
            communicators=[communicator(node) for node in await asking.shown_all(matrix.communicators)],
            verdicts=[list(row) for row in matrix.verdicts],
            revision=Revision(await asking.token()),
        )

    @strawberry.field(
        description="All ownership relationships around the customer, live at asOf, as one graph to draw; relationships: of any type."
    )
    async def ownership(self, info: Info, as_of: AsOf | None = None) -> list[Relationship]:
        """By type, then by the ids of both ends."""
        at = await self._situation(info, as_of)
        return self._edges(info, at.ownership() if at else ())

    @strawberry.field
    async def relationships(self, info: Info, types: list[RelationshipType] | None = None, as_of: AsOf | None = None) -> list[Relationship]:
        """By type, then by the ids of both ends."""
        at = await self._situation(info, as_of)
        return self._edges(info, (each for each in at.relationships() if types is None or each.type in types) if at else ())

    @strawberry.field(description="Of each relationship that `relationships` gives at some instant, when it begins and when it ends.")
    async def events(self, info: Info, known_at: DateTime | None = None) -> list[CustomerEvent]:
        """In the order of time, as it was known at `knownAt`; without it, as it is known."""
        at = info.context.operation(info)
        return [CustomerEvent.of(each, at.nodes) for each in await events(at, self.id, known_at)]

    @staticmethod
    def _edges(info: Info, relationships: Iterable[facts.Relationship]) -> list[Relationship]:
        nodes = info.context.operation(info).nodes
        return [Relationship.of(each, nodes) for each in relationships]

    async def _situation(self, info: Info, as_of: AsOf | None) -> Situation | None:
        return await known_situation_of(info.context.operation(info), self.id, asked(as_of))
