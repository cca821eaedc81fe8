import strawberry

from policy import events
from policy.events import EventKind
from schema.relationship import Relationship
from schema.scalars import DateTime

strawberry.enum(EventKind)


@strawberry.type
class CustomerEvent:
    """A relationship around a customer begins to hold, or no longer holds."""

    at: DateTime
    kind: EventKind
    relationship: Relationship

    @classmethod
    def of(cls, event: events.Event) -> "CustomerEvent":
        """The event as clients see it."""
        return cls(at=DateTime(event.at), kind=event.kind, relationship=Relationship.of(event.relationship))
