"""Every customer that a filter takes, one after the other: a batch is let go before the next is read, however many they are."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

from graph.customer_test import CustomerTest
from graph.histories import histories_of
from graph.pages import Span, page_of_customers
from policy.situation import Situation, situation
from resolvers.operation import AsOf, Operation

AT_ONCE = 500


class Passed(NamedTuple):
    """A customer that the walk comes by: its place in the order of names, as a cursor holds it, and its situation."""

    sort: str
    at: Situation


async def situations_of(operation: Operation, test: CustomerTest, as_of: AsOf | None, *, after: str | None = None) -> AsyncIterator[Passed]:
    """
    The situations of the customers that pass the test at that instant, in the order of names, all at the operation's revision.

    after:  sort key that they come after; None = from the first
    raises: BadInput, Unavailable
    """
    instant = await operation.reading(await operation.instant(as_of))
    while True:
        page = await page_of_customers(
            operation.graph, test, None, Span(AT_ONCE, after), valid_at=instant.valid_at, known_at=instant.known_at
        )
        if not page:
            return
        # not by the operation's own reader, which remembers every history that it read
        histories = (await histories_of(operation.graph, list(page))).of
        for customer, (newest, *_) in page.items():
            after = str(newest.properties["sort"])
            found = situation(histories[customer], instant.valid_at, instant.known_at)
            if found is not None:
                yield Passed(after, found)
            await asyncio.sleep(0)  # so many customers take their time, and others are waiting
        if len(page) < AT_ONCE:
            return
