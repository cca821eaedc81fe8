"""JSON of other people: what json.loads takes beyond RFC 8259, or makes one of two things of, is a fault of the object that holds it."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from policy.errors import BadInput

MOST_DIGITS: Final = 4_300
"""Of an integer: more are not read, as that takes time that grows with their square."""


class Faulty:
    """Stands in place of a value that can't be taken; reason: what is wrong with it, after the name of what holds it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def parsed(text: bytes | str, named: Callable[[str], str | None] = str) -> Any:  # noqa: ANN401 - JSON may be anything
    """
    The value of a JSON text, in which a Faulty stands for each part that is none.

    named:  the name of a member as the reader knows it; None = the member is forgotten
    raises: BadInput for a text that is no JSON at all
    """
    try:
        return _decoder(named).decode(text if isinstance(text, str) else text.decode(json.detect_encoding(text), "surrogatepass"))
    except UnicodeDecodeError as error:
        raise BadInput("holds bytes that are not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error


def expect_sound(value: object) -> None:
    """Look through a parsed value. Raises BadInput for one that holds anything faulty."""
    below = [value]
    while below:
        each = below.pop()
        if isinstance(each, Faulty):
            raise BadInput(each.reason)
        if isinstance(each, dict):
            below += each.values()
        elif isinstance(each, list):
            below += each


@cache
def _decoder(named: Callable[[str], str | None]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=lambda members: _object([(known, value) for name, value in members if (known := named(name)) is not None]),
        parse_constant=lambda word: Faulty(f"holds `{word}`, which is no number of JSON; give a number or null"),
        parse_int=_integer,
        parse_float=_float,
    )


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        found[twice] = Faulty(f"has the member `{twice}` more than once; keep one of them")
    return found


def _integer(text: str) -> int | Faulty:
    return (
        int(text)
        if len(text) <= MOST_DIGITS
        else Faulty(f"holds a number that is too long: it has {len(text)} digits, and {MOST_DIGITS} are read")
    )


def _float(text: str) -> float | Faulty:
    found = float(text)
    return found if abs(found) < float("inf") else Faulty(f"holds the number `{text}`, which is too large")
