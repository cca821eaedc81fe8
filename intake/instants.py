from datetime import UTC, datetime
from functools import lru_cache

from policy.errors import BadInput
from policy.instant import instant_of

LATEST = instant_of(datetime.max.replace(tzinfo=UTC))
EARLIEST = instant_of(datetime.min.replace(tzinfo=UTC))


class BadDate(BadInput):
    """A text that is no time."""


@lru_cache(maxsize=1 << 16)
def instant_from(text: str) -> int:
    """
    The instant that an ISO 8601 time tells, in microseconds since 1970; without a zone it is UTC, further digits are cut.

    raises: BadDate, which says what would be right
    """
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError as error:
        raise BadDate(f"`{text[:80]}` is no time; a time is written as 2024-07-01T00:00:00Z") from error
    instant = instant_of(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    if not EARLIEST <= instant <= LATEST:
        raise BadDate(f"`{text[:80]}` is outside the years 1 to 9999 in UTC")
    return instant
