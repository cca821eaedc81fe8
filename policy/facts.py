"""
The facts that a judgement rests on, as plain values.

Every instant is a whole number of microseconds since 1970-01-01T00:00:00Z. Ids are node ids: `customer:<key>`, in lower case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from policy.terms import AdminKind, RelationshipType

Property = str | bool | list[str] | None


class Relationship(NamedTuple):
    """One record of one relationship: it held in the world and was known to the service in two half-open intervals."""

    type: RelationshipType
    start: str
    end: str
    kind: AdminKind | None
    valid_from: int
    valid_to: int | None
    recorded_at: int
    superseded_at: int | None
    source: str

    def is_live(self, valid_at: int, known_at: int) -> bool:
        """Half-open on both axes: at the instant of a transfer only the new owner bills."""
        return self.valid_from <= valid_at and (self.valid_to is None or valid_at < self.valid_to) and self.is_known(known_at)

    def is_known(self, known_at: int) -> bool:
        """Was it the service's belief then, whenever it held in the world?"""
        return self.recorded_at <= known_at and (self.superseded_at is None or known_at < self.superseded_at)


class Version(NamedTuple):
    """The properties of a node as they were known while [recorded_at, superseded_at)."""

    recorded_at: int
    superseded_at: int | None
    properties: Mapping[str, Property]


@dataclass(frozen=True, slots=True)
class History:
    """
    All that was ever recorded around one customer, on both time axes, in no order.

    relationships: its HOLDS, PARTY_TO, RESELLER_FOR and ADMINISTERS; BILLS, RESELLS, SUPPORTS and GOVERNS of every subscription it
                   ever held; the operators' PARTY_TO of its agreements; PROVIDES_FOR between partners named in any of these
    nodes:         node id -> its versions, for the customer, both operators, and every node at an end of these relationships.
                   Customer: name domain country cloud; Partner: name country mpnIds; Operator: name;
                   Subscription: offer status consumption; Agreement: type channel
    worked_out:    what was worked out from all this and is kept with it
    """

    customer: str
    relationships: tuple[Relationship, ...]
    nodes: Mapping[str, tuple[Version, ...]]
    worked_out: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
