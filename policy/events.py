"""What began and ended around a customer."""

from collections.abc import Iterable
from typing import NamedTuple

from policy.facts import History, Relationship
from policy.instant import BEGINNING
from policy.situation import TYPE_ORDER
from policy.terms import Term


class EventKind(Term):
    """Which end of a relationship's validity it is; at one instant what ends comes first."""

    ENDS = "ENDS"
    BEGINS = "BEGINS"


class Event(NamedTuple):
    """A relationship begins to hold, or no longer holds, at an instant in microseconds since 1970."""

    at: int
    kind: EventKind
    relationship: Relationship


def turns(history: History) -> list[int]:
    """The instants, in their order, between which the same relationships hold; before the first there is none."""
    return sorted({at for each in history.relationships for at in (each.valid_from, each.valid_to) if at is not None})


def events_of(relationships: Iterable[Relationship]) -> list[Event]:
    """
    When these begin and end, in the order of time; at one instant what ends, then by type, then by the ids of both ends.

    What is told without a beginning, as the relationships of another partner are, has no event.
    """
    told = [each for each in dict.fromkeys(relationships) if each.valid_from != BEGINNING]
    begins = [Event(each.valid_from, EventKind.BEGINS, each) for each in told]
    ends = [Event(each.valid_to, EventKind.ENDS, each) for each in told if each.valid_to is not None]
    return sorted(ends + begins, key=_order)


def _order(event: Event) -> tuple[int, bool, int, str, str, str]:
    _, _, (type_, start, end, kind, *_) = event
    return event.at, event.kind is EventKind.BEGINS, TYPE_ORDER[type_], start, end, kind or ""
