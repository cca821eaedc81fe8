"""What a load takes: validated rows, each of which knows where it came from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from policy.errors import VoceroError
from policy.facts import Property
from policy.terms import AdminKind, Happened, RelationshipType


class NodeRow(NamedTuple):
    """
    A node and the properties that the file gives it; a property that is absent keeps its stored value, None clears it.

    hints: what the file says in passing; it fills what nothing else gives, in whatever order the two are read
    """

    id: str
    properties: Mapping[str, Property]
    hints: Mapping[str, Property] = MappingProxyType({})


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


class Telling(NamedTuple):
    """
    What one answer or event tells of a relationship. Tellings come in any order, late, twice or never; all of them together decide.

    start: None = whoever it is; only with MOVED_AWAY
    at:    microseconds since 1970, UTC; for MOVED_* when the transfer was completed, which is not yet when it takes effect;
           None = it isn't told, so the instant of the load that first brings the telling, kept by later ones
    rank:  how good the source of the date is; of several beginnings the lowest rank wins, then the earliest
    of:    which of several that the source keeps apart, such as two GDAP relationships of which one follows the other; "" = it isn't told
    """

    type: RelationshipType
    start: str | None
    end: str
    kind: AdminKind | None
    what: Happened
    at: int | None
    rank: int
    source: str
    of: str = ""


class VersionRow(NamedTuple):
    """A superseded version of a node, as history restores it. Instants are microseconds since 1970, UTC."""

    id: str
    recorded_at: int
    superseded_at: int
    properties: Mapping[str, Property]


class Located(NamedTuple):
    """A row and its origin, as `rejected.csv` reports it: the file's name, the line (1 is the header), the row's own text."""

    row: NodeRow | RelationshipRow | VersionRow | Telling
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


class Note(NamedTuple):
    """What was taken otherwise than a file gives it, and why."""

    file: str
    line: int
    reason: str


def reason_of(error: Exception) -> str:
    """Why a row was not taken that raised this: no row can end a load."""
    if isinstance(error, VoceroError):
        return str(error)
    return f"can't be taken, by a fault of this program ({type(error).__name__}); report it with this row"
