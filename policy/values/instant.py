"""Instants as people and programs write them."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from policy.errors import BadInput
from policy.instant import instant_of, is_in_calendar
from policy.values.text import readable

OFFSET: Final = re.compile(r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)\Z")
SHOWN: Final = 80


class BadDate(BadInput):
    """A text that is no time."""


@lru_cache(maxsize=1 << 16)
def instant_from(text: str) -> int:
    """
    The instant that an ISO 8601 time tells, in microseconds since 1970; without a zone it is UTC, further digits are cut.

    raises: BadDate, which says what would be right
    """
    given = text.strip().upper()
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise _bad(text) from error
    if moment.tzinfo is not None and not OFFSET.search(given):
        raise _bad(text)
    instant = instant_of(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    return in_calendar(instant, text)


def in_calendar(instant: int, text: str) -> int:
    """The instant, of which a source says so in its own words. Raises BadDate for one that no calendar has."""
    if not is_in_calendar(instant):
        raise BadDate(f"`{readable(text[:SHOWN])}` is outside the years 1 to 9999 in UTC")
    return instant


def _bad(text: str) -> BadDate:
    return BadDate(f"`{readable(text[:SHOWN])}` is no time; a time is written as 2024-07-01T00:00:00Z")
