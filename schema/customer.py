from typing import TYPE_CHECKING, Annotated

import strawberry

from policy.situation import Situation
from policy.terms import Cloud, RelationshipType, Verdict
from resolvers.decided import About, Asked
from resolvers.events import events
from resolvers.node import Node as StoredNode
from resolvers.permission_matrix import permission_matrix
from resolvers.permitted_communicators import permitted_communicators
from schema.agreement import Agreement
from schema.context import Info
from schema.event import CustomerEvent
from schema.inputs import AsOf, asked
from schema.node import Communicator, Node
from schema.partner import Partner, communicator
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
    def subscriptions(self, info: Info, as_of: AsOf | None = None) -> list[ProductSubscription]:
        """Those that it holds and that are not deleted, by id."""
        at = self._situation(info, as_of)
        return [ProductSubscription.of(node) for node in info.context.operation.shown_all(at.shown_subscriptions if at else ())]

    @strawberry.field
    def agreements(self, info: Info, as_of: AsOf | None = None) -> list[Agreement]:
        """Those to which it is party, by id."""
        at = self._situation(info, as_of)
        return [Agreement.of(node) for node in info.context.operation.shown_all(at.agreements if at else ())]

    @strawberry.field(description="Partners with a live BILLS or RESELLS on one of its subscriptions, or a live RESELLER_FOR.")
    def partners(self, info: Info, as_of: AsOf | None = None) -> list[Partner]:
        """By name."""
        at = self._situation(info, as_of)
        return [Partner.of(node) for node in info.context.operation.shown_by_name(at.partners if at else ())]

    @strawberry.field
    def permitted_communicators(
        self, info: Info, topic: str, scope: strawberry.ID | None = None, as_of: AsOf | None = None
    ) -> list[Annotated["Permission", strawberry.lazy("schema.permission")]] | None:
        """Who may speak to it about the topic, the most expected first."""
        from schema.permission import Permission

        answers = permitted_communicators(info.context.operation, self.id, topic, scope, asked(as_of))
        info.context.tell(Asked.PERMITTED_COMMUNICATORS, About(self.id, topic, scope, answers), asked(as_of))
        return [Permission.of(answer) for answer in answers]

    @strawberry.field(description="Every candidate communicator by every topic: rows in the order of topics.")
    def permission_matrix(self, info: Info, as_of: AsOf | None = None) -> PermissionMatrix:
        """One cell for each pair; without candidates where the customer was not known yet."""
        asking = info.context.operation
        matrix = permission_matrix(asking, self._situation(info, as_of))
        return PermissionMatrix(
            topics=[Topic.of(topic) for topic in matrix.topics],
            communicators=[communicator(node) for node in asking.shown_all(matrix.communicators)],
            verdicts=[list(row) for row in matrix.verdicts],
            revision=Revision(asking.token()),
        )

    @strawberry.field(
        description="All ownership relationships around the customer, live at asOf, as one graph to draw; relationships: of any type."
    )
    def ownership(self, info: Info, as_of: AsOf | None = None) -> list[Relationship]:
        """By type, then by the ids of both ends."""
        at = self._situation(info, as_of)
        return [Relationship.of(each) for each in (at.ownership() if at else ())]

    @strawberry.field
    def relationships(self, info: Info, types: list[RelationshipType] | None = None, as_of: AsOf | None = None) -> list[Relationship]:
        """By type, then by the ids of both ends."""
        at = self._situation(info, as_of)
        return [Relationship.of(each) for each in (at.relationships() if at else ()) if types is None or each.type in types]

    @strawberry.field(description="Of each relationship that `relationships` gives at some instant, when it begins and when it ends.")
    def events(self, info: Info, known_at: DateTime | None = None) -> list[CustomerEvent]:
        """In the order of time, as it was known at `knownAt`; without it, as it is known."""
        at = info.context.operation
        return [CustomerEvent.of(each) for each in events(at, self.id, known_at)]

    def _situation(self, info: Info, as_of: AsOf | None) -> Situation | None:
        return info.context.operation.situation(self.id, asked(as_of))
