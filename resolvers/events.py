"""What began and ended around one customer."""

from typing import TYPE_CHECKING, Final

from graph.time_slices import give_way
from policy.errors import TooComplex
from policy.events import Event, events_of, turns
from resolvers.instants import AsOf
from resolvers.operation import Operation

if TYPE_CHECKING:
    from policy.facts import Relationship


MOST_TURNS: Final = 2000
"""Instants around one customer at which something begins or ends: at each of them all that is seen is looked at."""


def events(operation: Operation, customer: str, known_at: int | None) -> list[Event]:
    """
    Of each relationship that the caller sees around the customer at some instant, when it begins and when it ends.

    customer: an id in the graph's form
    known_at: microseconds; None = all that is known
    raises:   BadInput for a known_at in the future, TooComplex for a customer with more than MOST_TURNS, Unavailable
    """
    history = operation.history(customer)
    instant = operation.reading(operation.instant(AsOf(known_at=known_at)))
    if history is None:
        return []
    instants = turns(history)
    if len(instants) > MOST_TURNS:
        raise TooComplex(
            f"something began or ended at more than {MOST_TURNS:,} instants around the customer; "
            "ask for the `history` of one subscription at a time"
        )
    found: dict[Relationship, None] = {}
    shown: set[str] = set()
    for turn in instants:
        at = operation.situation_of(history, instant._replace(valid_at=turn))
        if at is not None:
            found.update(dict.fromkeys(at.relationships()))
            if not shown.issuperset(at.nodes):
                operation.show(at)
                shown.update(at.nodes)
        give_way()  # a long history takes its time, and others are waiting
    return events_of(found)
