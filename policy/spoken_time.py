"""Instants in words, in UTC: as of when an answer is, and until when something held."""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from policy.instant import day_of, written
from policy.phrases import phrases, say
from policy.terms import Language

DAY: Final = 86_400_000_000
MINUTE: Final = 60_000_000
SECOND: Final = 1_000_000


def spoken_date(instant: int, language: Language) -> str:
    """The day, as it is read out."""
    return _spoken_day(instant // DAY, language)


def spoken_instant(instant: int, boundaries: Collection[int], language: Language) -> str:
    """
    The day, and the time of day where a boundary parts that day.

    boundaries: instants at which the answer may become another one; the time is as exact as it takes to tell both sides apart
    """
    start = instant // DAY * DAY
    if not any(start < boundary < start + DAY for boundary in boundaries):
        return spoken_date(instant, language)
    for unit in (MINUTE, SECOND):
        floor = instant // unit * unit
        if not any(floor < boundary <= instant for boundary in boundaries):
            return _timed(floor, language)
    return _timed(instant, language)


def spoken_end(end: int, language: Language) -> str:
    """Until when a half-open validity held: one that ends at midnight held on the day before, and no longer."""
    if end % DAY == 0:
        return say(language, "end.DAY", day=spoken_date(end - DAY, language))
    return say(language, "end.TIME", time=_timed(end, language))


def _timed(instant: int, language: Language) -> str:
    exact = written(instant).partition("T")[2].removesuffix("Z")
    time = exact[: len("00:00")] if instant % MINUTE == 0 else exact
    return say(language, "date.time", day=spoken_date(instant, language), time=time)


@lru_cache(maxsize=1000)
def _spoken_day(number: int, language: Language) -> str:
    year, month, day = day_of(number * DAY)
    return say(language, "date.day", day=day, month=phrases()["date.month"][language].split()[month - 1], year=year)
