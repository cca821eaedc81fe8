from typing import NamedTuple


class Instant(NamedTuple):
    """When a question is about, in microseconds since 1970: in the world, and as the service knew it."""

    valid_at: int
    known_at: int


class AsOf(NamedTuple):
    """The instant as a caller gives it; None = now, and what is known now."""

    valid_at: int | None = None
    known_at: int | None = None
