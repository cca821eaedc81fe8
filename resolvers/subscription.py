"""One subscription: who holds, bills and resells it, and who ever did."""

from collections.abc import Sequence

from policy.facts import Relationship
from policy.live import BILLS, HOLDS, Live, is_operator, version_at
from policy.seen import ended, history_seen
from policy.situation import Situation
from policy.terms import Channel
from resolvers.instants import AsOf
from resolvers.operation import Operation


def live_at(operation: Operation, subscription: str, as_of: AsOf | None) -> Live:
    """What is live at the subscription at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    records = records_seen(operation, subscription)
    at = operation.reading(operation.instant(as_of))
    if not operation.caller.is_bound:
        return Live(records, at.valid_at, at.known_at)
    # of what became of it since the caller last saw a holder it is told nothing, so each that ever was is looked at as the caller sees it
    around = [operation.situation(each, as_of) for each in sorted({each.start for each in records if each.type is HOLDS})]
    seen = [each for each in around if each is not None and subscription in each.subscriptions]
    if seen:
        return max(seen, key=lambda each: each.to(HOLDS, subscription)[0].recorded_at)
    return Live((each for each in records if each.start == operation.caller.node), at.valid_at, at.known_at)


def channel_at(operation: Operation, subscription: str, as_of: AsOf | None) -> Channel:
    """How the subscription is sold to whoever holds it then, as far as the caller sees it. Raises BadInput, Unavailable."""
    live = live_at(operation, subscription, as_of)
    holder = None if isinstance(live, Situation) else live.holder(subscription)
    around = None if holder is None else operation.situation(holder, as_of)
    return (around or live).channel(subscription)


def records_seen(operation: Operation, subscription: str) -> Sequence[Relationship]:
    """All that was ever recorded at the subscription, if the caller may know that it is there at all. Raises Unavailable."""
    recorded_at = operation.revision().recorded_at
    records = [each for each in operation.facts.records_at(subscription) if each.recorded_at <= recorded_at]
    partner = operation.caller.partner
    if partner is None:
        return records
    own = [each for each in records if each.start == partner]
    holders = {each.start for each in records if each.type is HOLDS}
    is_told = own or (
        any(each.type is BILLS and is_operator(each.start) for each in records)
        and any(operation.facts.has_tie(partner, holder) for holder in holders)
    )
    if own:  # seen, also where nobody is known to hold it
        versions = operation.facts.versions(subscription)
        last = max(ended(recorded_at, each) for each in own)
        known = version_at(versions, min(recorded_at, last))
        operation.meet(subscription, (known or versions[-1]).properties)
    return records if is_told else ()


def history(operation: Operation, subscription: str) -> list[Relationship]:
    """Every record that the operation's revision holds, also superseded ones, in the order in which they held. Raises Unavailable."""
    recorded_at = (operation.revision()).recorded_at
    records = [each for each in records_seen(operation, subscription) if each.recorded_at <= recorded_at]
    if operation.caller.is_bound:
        live = live_at(operation, subscription, None)
        around = (live.customer, *live.agreements) if isinstance(live, Situation) else ()
        records = history_seen(records, operation.caller, around)
    return sorted(records, key=lambda each: (each.valid_from, each.recorded_at, each.type, each.start))
