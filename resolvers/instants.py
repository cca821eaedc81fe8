from typing import NamedTuple

from graph.revision import Revision
from policy.situation import Situation


class Instant(NamedTuple):
    """When a question is about, in microseconds since 1970: in the world, and as the service knew it."""

    valid_at: int
    known_at: int


class AsOf(NamedTuple):
    """The instant as a caller gives it; None = now, and what is known now."""

    valid_at: int | None = None
    known_at: int | None = None


class Known(NamedTuple):
    """What is known of a customer at an instant: its situation in that stretch of time; revision: token of the state that it rests on."""

    situation: Situation
    instant: Instant
    revision: str


class Lasting(NamedTuple):
    """For how long an answer is the same: while this revision is the newest, from one instant until another; in microseconds."""

    revision: Revision
    since: int
    until: int
