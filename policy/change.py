"""Changes to the graph as plain values: ids in the graph's form, instants in microseconds since 1970."""

from collections.abc import Mapping
from typing import NamedTuple

from policy.facts import Property
from policy.terms import AdminKind, RelationshipType


class Put(NamedTuple):
    """A node is given properties, and made where it is not there; one that is absent stays, None clears."""

    node: str
    properties: Mapping[str, Property]


class Start(NamedTuple):
    """A relationship holds from valid_from on; valid_to None = with no end in sight."""

    type: RelationshipType
    start: str
    end: str
    kind: AdminKind | None
    valid_from: int
    valid_to: int | None
    source: str


class End(NamedTuple):
    """The relationship that is open holds no longer than valid_to."""

    type: RelationshipType
    start: str
    end: str
    kind: AdminKind | None
    valid_to: int


class Retract(NamedTuple):
    """The relationship from valid_from on never held."""

    type: RelationshipType
    start: str
    end: str
    kind: AdminKind | None
    valid_from: int


class Transfer(NamedTuple):
    """Billing of the subscriptions moves to `to`, with or without a reseller, as completed at an instant."""

    subscriptions: tuple[str, ...]
    to: str
    completed_at: int
    reseller: str | None


Change = Put | Start | End | Retract | Transfer
