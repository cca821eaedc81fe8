"""Every customer that a filter takes, one after the other: a batch is let go before the next is read, however many they are."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from graph.contacts import customers_of
from graph.customer_test import CustomerTest, steps_of
from graph.histories import histories_of
from graph.pages import Span, page_of_customers
from graph.time_slices import checkpoint
from policy.caller import Role
from policy.facts import History
from policy.seen import situation_seen
from policy.situation import Situation
from resolvers.instants import AsOf, Instant
from resolvers.operation import Operation
from resolvers.passing import passes, sort_of

AT_ONCE = 500
FROM_THE_FIRST = Span(AT_ONCE)


class Passed(NamedTuple):
    """A customer that the walk comes by: its place in the order of names, as a cursor holds it, and its situation."""

    sort: str
    at: Situation


async def situations_of(
    operation: Operation, test: CustomerTest, as_of: AsOf | None, *, span: Span = FROM_THE_FIRST
) -> AsyncIterator[Passed]:
    """
    The situations of the customers that pass the test at that instant and that the caller sees, in the order of names.

    All of it is answered at the operation's revision. What of it is shown, `operation.show` has to know.

    span:   sort keys that they lie between, which way, and how many are read at once; there is no other limit
    raises: BadInput, Unavailable
    """
    instant = await operation.reading(await operation.instant(as_of))
    steps = steps_of(test)
    while True:
        sorts = await _customers(operation, test, span, instant)
        # not by the operation's own reader, which remembers every history that it read
        histories = await _histories(operation, list(sorts))
        for customer, sort in sorts.items():
            history = histories.get(customer)
            found = history and situation_seen(history, instant.valid_at, instant.known_at, operation.caller)
            if found and (not operation.caller.is_bound or passes(found, steps)):
                if operation.caller.role is Role.CUSTOMER:
                    operation.show(found)  # this one alone, with whoever sells to it
                yield Passed(sort, found)
            await checkpoint()  # so many customers take their time, and others are waiting
        if len(sorts) < span.limit:
            return
        last = list(sorts.values())[-1]
        span = span._replace(after=last) if span.forward else span._replace(before=last)


async def _customers(operation: Operation, test: CustomerTest, span: Span, at: Instant) -> Mapping[str, str]:
    """The next customers by id, with their sort keys, in the order of the walk; the graph applies the test where all is to be seen."""
    caller, recorded_at = operation.caller, (await operation.revision()).recorded_at
    if caller.partner is not None:
        return dict(await customers_of(operation.graph, caller.partner, span, recorded_at=recorded_at))
    if caller.role is Role.CUSTOMER:
        own = await operation.shown(str(caller.node))
        return {own.id: sort_of(own)} if own and span.holds(sort_of(own)) else {}
    page = await page_of_customers(operation.graph, test, None, span, valid_at=at.valid_at, known_at=at.known_at)
    sorts = {customer: str(newest.properties["sort"]) for customer, (newest, *_) in page.items()}
    return sorts if span.forward else dict(reversed(sorts.items()))


async def _histories(operation: Operation, customers: list[str]) -> Mapping[str, History]:
    cache, partner = operation.graph.cache, operation.caller.partner
    found: dict[str, History] = {} if cache is None else cache.known(customers, partner)
    missing = [each for each in customers if each not in found]
    if missing:
        found.update((await histories_of(operation.graph, missing, partner)).of)
    return found
