"""In which orders beginnings, ends and the instants of a question can stand: all that there are, and those of two ties."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import TypeVar

from tests.oracle.acceptance import Tie
from tests.oracle.view import View

Place = TypeVar("Place", datetime, int)
NEVER = 99
"""The place of an end that is open: after all others."""


def order(view: View, one: Tie, other: Tie) -> str:
    """The order of two validities and validAt, as text: `a1 b1 = now < a2 = b2`, an open end left out."""
    instants = {"a1": one.valid_from, "a2": one.valid_to, "b1": other.valid_from, "b2": other.valid_to, "now": view.valid_at}
    return in_order({name: instant for name, instant in instants.items() if instant is not None})


def in_order(places: dict[str, Place]) -> str:
    """The names in the order of their places; those at one place by name."""
    by_place: dict[Place, list[str]] = {}
    for name, place in places.items():
        by_place.setdefault(place, []).append(name)
    return " < ".join(" = ".join(sorted(by_place[place])) for place in sorted(by_place))


def every_order() -> set[str]:
    """All orders of two validities, each with or without an end, and validAt."""
    found = set()
    for open_one, open_other in product((False, True), repeat=2):
        names = ["a1", *([] if open_one else ["a2"]), "b1", *([] if open_other else ["b2"]), "now"]
        for ranks in product(range(len(names)), repeat=len(names)):
            places = dict(zip(names, ranks, strict=True))
            if places["a1"] < places.get("a2", NEVER) and places["b1"] < places.get("b2", NEVER):
                found.add(in_order(places))
    return found


def order_on_the_record(view: View, tie: Tie) -> str:
    """The order of a record and knownAt, as text; without knownAt where everything that is read is meant."""
    instants = {"recorded": tie.recorded_at, "superseded": tie.superseded_at, "known": view.known_at}
    return in_order({name: instant for name, instant in instants.items() if instant is not None})


def every_order_on_the_record() -> Iterator[str]:
    """All orders of a record, with or without an end, and knownAt, where it is given."""
    for names in (("recorded",), ("recorded", "superseded")):
        yield in_order({name: place for place, name in enumerate(names)})
        for place in range(2 * len(names) + 1):  # beside, between or at them
            yield in_order({name: 2 * number + 1 for number, name in enumerate(names)} | {"known": place})
