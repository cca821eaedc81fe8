"""What a load takes: validated rows, each of which knows where it came from."""

from collections.abc import Mapping
from typing import NamedTuple

from policy.facts import Property
from policy.terms import AdminKind, RelationshipType


class NodeRow(NamedTuple):
    """A node and the properties that the file gives it; a property that is absent keeps its stored value, None clears it."""

    id: str
    properties: Mapping[str, Property]


class RelationshipRow(NamedTuple):
    """
    A relationship as a file gives it. Instants are microseconds since 1970, UTC.

    valid_from:    None = the instant of the load that first brings it, kept by later loads
    recorded_at:   None = now; given, the row restores history
    superseded_at: None = still believed
    """

    type: RelationshipType
    start: str
    end: str
    kind: AdminKind | None
    valid_from: int | None
    valid_to: int | None
    recorded_at: int | None
    superseded_at: int | None
    source: str


class VersionRow(NamedTuple):
    """A superseded version of a node, as history restores it. Instants are microseconds since 1970, UTC."""

    id: str
    recorded_at: int
    superseded_at: int
    properties: Mapping[str, Property]


class Located(NamedTuple):
    """A row and its origin, as `rejected.csv` reports it: the file's name, the line (1 is the header), the row's own text."""

    row: NodeRow | RelationshipRow | VersionRow
    file: str
    line: int
    text: str


class Refusal(NamedTuple):
    """A row that the graph did not take, and why."""

    located: Located
    reason: str


class Rejection(NamedTuple):
    """A row that was not taken, and why, in words that say what would be right."""

    file: str
    line: int
    reason: str
    text: str
