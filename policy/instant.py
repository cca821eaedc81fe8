"""Instants are whole microseconds since 1970-01-01T00:00:00Z; here they become what people and programs write."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEAP = 60_000_000
"""How far a record may be ahead of the clock, as clocks differ; what is further ahead was written while a clock was wrong."""
BEGINNING = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
"""The instant before which there is none."""


def instant_of(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return (moment - EPOCH) // MICROSECOND


def datetime_of(instant: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return EPOCH + instant * MICROSECOND


def written(instant: int) -> str:
    """RFC 3339 in UTC with Z; microseconds only where there are any."""
    return datetime_of(instant).isoformat().replace("+00:00", "Z")


def now() -> int:
    """The clock."""
    return instant_of(datetime.now(UTC))
