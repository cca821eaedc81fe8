import strawberry

from policy.terms import Verdict
from resolvers.difference import Changed
from schema.customer import Customer
from schema.node import Communicator
from schema.partner import communicator
from schema.policy import Topic
from schema.scalars import DateTime, Revision


@strawberry.type(
    description="at: when the difference takes effect. The revision encodes it, so that a watch resumes after it; "
    "in a simulation, at is the instant compared at, and the revision the one that the simulation rests on."
)
class PermissionDifference:
    """A verdict that is another one afterwards."""

    communicator: Communicator
    customer: Customer
    topic: Topic
    before: Verdict
    after: Verdict
    at: DateTime
    revision: Revision

    @classmethod
    def of(cls, changed: Changed) -> "PermissionDifference":
        """The difference as clients see it."""
        return cls(
            communicator=communicator(changed.communicator),
            customer=Customer.of(changed.customer),
            topic=Topic.of(changed.difference.topic),
            before=changed.difference.before,
            after=changed.difference.after,
            at=DateTime(changed.at),
            revision=Revision(changed.revision),
        )
