"""What began and ended around one customer."""

import asyncio
from typing import TYPE_CHECKING

from policy.events import Event, events_of, turns
from resolvers.operation import AsOf, Operation

if TYPE_CHECKING:
    from policy.facts import Relationship


async def events(operation: Operation, customer: str, known_at: int | None) -> list[Event]:
    """
    Of each relationship that the caller sees around the customer at some instant, when it begins and when it ends.

    customer: an id in the graph's form
    known_at: microseconds; None = all that is known
    raises:   BadInput for a known_at in the future, Unavailable
    """
    history = await operation.history(customer)
    instant = await operation.reading(await operation.instant(AsOf(known_at=known_at)))
    if history is None:
        return []
    found: dict[Relationship, None] = {}
    for turn in turns(history):
        at = operation.seen(history, instant._replace(valid_at=turn))
        found.update(dict.fromkeys(at.relationships() if at else ()))
        await asyncio.sleep(0)  # a long history takes its time, and others are waiting
    return events_of(found)
