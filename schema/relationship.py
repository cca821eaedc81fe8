import strawberry

from graph.relationship_ids import relationship_id
from policy import facts
from policy.terms import AdminKind, RelationshipType
from schema.context import Info
from schema.node import Node, shown_at
from schema.scalars import DateTime


@strawberry.type
class Relationship(Node):
    """One record of one relationship."""

    type: RelationshipType
    kind: AdminKind | None
    valid_from: DateTime
    valid_to: DateTime | None
    recorded_at: DateTime
    superseded_at: DateTime | None
    source: str
    ends: strawberry.Private[tuple[str, str]]

    @classmethod
    def of(cls, relationship: facts.Relationship) -> "Relationship":
        """The relationship as clients see it."""
        return cls(
            id=strawberry.ID(relationship_id(relationship)),
            type=relationship.type,
            kind=relationship.kind,
            valid_from=DateTime(relationship.valid_from),
            valid_to=None if relationship.valid_to is None else DateTime(relationship.valid_to),
            recorded_at=DateTime(relationship.recorded_at),
            superseded_at=None if relationship.superseded_at is None else DateTime(relationship.superseded_at),
            source=relationship.source,
            ends=(relationship.start, relationship.end),
        )

    @strawberry.field(name="from")
    def start(self, info: Info) -> Node:
        """The node it comes from."""
        return shown_at(info, self.ends[0])

    @strawberry.field(name="to")
    def end(self, info: Info) -> Node:
        """The node it goes to."""
        return shown_at(info, self.ends[1])
