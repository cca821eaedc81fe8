"""One subscription: who holds, bills and resells it, and who ever did."""

from policy.facts import Relationship
from policy.live import HOLDS, Live
from policy.seen import history_seen
from policy.situation import Situation
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import known_situation_of


async def live_at(operation: Operation, subscription: str, as_of: AsOf | None) -> Live:
    """What is live at the subscription at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    records = await operation.readings.chain(subscription)
    at = await operation.reading(await operation.instant(as_of))
    if not operation.caller.is_bound:
        return Live(records, at.valid_at, at.known_at)
    # of what became of it since the caller last saw a holder it is told nothing, so each that ever was is looked at as the caller sees it
    around = [await known_situation_of(operation, each, as_of) for each in sorted({each.start for each in records if each.type is HOLDS})]
    seen = [each for each in around if each is not None and subscription in each.subscriptions]
    if seen:
        return max(seen, key=lambda each: each.to(HOLDS, subscription)[0].recorded_at)
    return Live((each for each in records if each.start == operation.caller.node), at.valid_at, at.known_at)


async def sold_at(operation: Operation, subscription: str, as_of: AsOf | None) -> Live:
    """The same without whoever held it before, for which the facts of its customer are enough where they were read."""
    known = operation.around(subscription)
    if known is None:
        return await live_at(operation, subscription, as_of)
    at = await operation.reading(await operation.instant(as_of))
    return Live((each for each in known.relationships if each.end == subscription), at.valid_at, at.known_at)


async def history(operation: Operation, subscription: str) -> list[Relationship]:
    """Every record that the operation's revision holds, also superseded ones, in the order in which they held. Raises Unavailable."""
    recorded_at = (await operation.revision()).recorded_at
    records = [each for each in await operation.readings.chain(subscription) if each.recorded_at <= recorded_at]
    if operation.caller.is_bound:
        live = await live_at(operation, subscription, None)
        around = (live.customer, *live.agreements) if isinstance(live, Situation) else ()
        records = history_seen(records, operation.caller, around)
    return sorted(records, key=lambda each: (each.valid_from, each.recorded_at, each.type, each.start))
