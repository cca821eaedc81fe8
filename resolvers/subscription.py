"""One subscription: who holds, bills and resells it, and who ever did."""

from policy.facts import Relationship
from policy.live import Live
from resolvers.operation import AsOf, Operation


async def live_at(operation: Operation, subscription: str, as_of: AsOf | None) -> Live:
    """What is live at the subscription at an instant. Raises BadInput, Unavailable."""
    records = await operation.chain(subscription)
    at = await operation.reading(await operation.instant(as_of))
    return Live(records, at.valid_at, at.known_at)


async def history(operation: Operation, subscription: str) -> list[Relationship]:
    """Every record that the operation's revision holds, also superseded ones, in the order in which they held. Raises Unavailable."""
    recorded_at = (await operation.revision()).recorded_at
    records = await operation.chain(subscription)
    known = [each for each in records if each.recorded_at <= recorded_at]
    return sorted(known, key=lambda each: (each.valid_from, each.recorded_at, each.type, each.start))
