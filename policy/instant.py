"""
Instants are whole microseconds since 1970-01-01T00:00:00Z; here they become what people and programs write.

An instant that is taken lies in the years 1 to 9999. Stores of 0.1.0 may hold others, which are written all the same: with a sign, as
ISO 8601 has it, so that they are read as no time and mended.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEAP = 60_000_000
"""How far a record may be ahead of the clock, as clocks differ; what is further ahead was written while a clock was wrong."""
BEGINNING = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
"""The instant before which there is none."""
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
"""The last one that can be written."""
YEARS = 400
"""After which the calendar repeats itself."""
CYCLE = 146_097 * 24 * 60 * 60 * 1_000_000


def instant_of(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return (moment - EPOCH) // MICROSECOND


def is_in_calendar(instant: int) -> bool:
    """Does it lie in the years 1 to 9999?"""
    return BEGINNING <= instant <= LATEST


def written(instant: int) -> str:
    """RFC 3339 in UTC with Z; microseconds only where there are any."""
    if is_in_calendar(instant):
        return (EPOCH + instant * MICROSECOND).isoformat().replace("+00:00", "Z")
    cycles = (instant - BEGINNING) // CYCLE
    within = written(instant - cycles * CYCLE)
    year = int(within[:4]) + cycles * YEARS
    return f"{'-' if year < 0 else '+'}{abs(year):05}{within[4:]}"


def day_of(instant: int) -> tuple[int, int, int]:
    """Year, month and day in UTC."""
    year, month, day = written(instant).partition("T")[0].rsplit("-", 2)
    return int(year), int(month), int(day)


def now() -> int:
    """The clock."""
    return instant_of(datetime.now(UTC))
