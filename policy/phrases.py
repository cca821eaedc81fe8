"""The sentences of phrases.toml and findings.toml, filled in."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from policy.instant import datetime_of
from policy.policy import Text
from policy.terms import Language

DAY = 86_400_000_000
I_SOUND = re.compile(r"\W*h?[ií](?![aeiou])", re.IGNORECASE)


@cache
def phrases() -> Mapping[str, Text]:
    """Name of a phrase, such as `answer.EXPECTED`, -> its text."""
    contents = (tomllib.loads(files("policy").joinpath(file).read_text(encoding="utf-8")) for file in ("phrases.toml", "findings.toml"))
    return {
        f"{group}.{name}": {Language(language): template for language, template in text.items()}
        for content in contents
        for group, texts in content.items()
        for name, text in texts.items()
    }


def say(language: Language, phrase: str, /, **values: str | int) -> str:
    """The phrase with its values; a sentence that ends in a name like `Contoso Ltd.` keeps one full stop."""
    text = phrases()[phrase][language].format_map(values)
    return text.removesuffix(".") if text.endswith("..") else text


def listed(items: Sequence[str], language: Language) -> str:
    """`A, B and C`; in Spanish `y` is `e` before the sound of an i."""
    *others, last = items
    if not others:
        return last
    return say(language, "list.AND_BEFORE_I" if I_SOUND.match(last) else "list.AND", first=", ".join(others), last=last)


def spoken_date(instant: int, language: Language) -> str:
    """The day in UTC, as it is read out."""
    return _spoken_day(instant // DAY, language)


@lru_cache(maxsize=1000)
def _spoken_day(number: int, language: Language) -> str:
    day = datetime_of(number * DAY)
    month = phrases()["date.month"][language].split()[day.month - 1]
    return say(language, "date.day", day=day.day, month=month, year=day.year)
