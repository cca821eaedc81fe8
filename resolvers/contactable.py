"""Customers to whom a communicator is permitted to speak about a topic, in the order of their names."""

import asyncio
from collections.abc import AsyncIterator

from graph.contacts import contacts_of
from graph.customer_test import CustomerTest
from graph.pages import Span
from policy.decide import decide
from policy.policy import Topic
from resolvers.operation import AsOf, Operation
from resolvers.paging import Page, Paging, page_of
from resolvers.permission import Answer, known_situation_of, topic_of
from resolvers.walk import AT_ONCE, situations_of

FEWEST_READ = 50
MOST_READ = 500


async def contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None, paging: Paging) -> Page[Answer]:
    """One page of them; its cost is that of the page, not of the graph. Raises BadInput, NotFound, Unavailable."""
    span = paging.span()
    found: list[tuple[str, Answer]] = []
    async for each in _contactable(operation, communicator, topic, as_of, after=span.after, wanted=span.limit):
        found.append(each)
        if len(found) == span.limit:
            break
    for _, answer in found:
        operation.show(answer.situation)
    return page_of(span, found)


async def count_of_contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None) -> int:
    """How many they are in all. Raises BadInput, NotFound, Unavailable."""
    count = 0
    async for _ in _contactable(operation, communicator, topic, as_of, after=None, wanted=MOST_READ):
        count += 1
    return count


async def _contactable(
    operation: Operation, communicator: str, topic: str, as_of: AsOf | None, *, after: str | None, wanted: int
) -> AsyncIterator[tuple[str, Answer]]:
    about = topic_of(operation, topic)
    if operation.caller.is_bound:
        async for each in _seen(operation, communicator, about, as_of, after=after):
            yield each
        return
    instant, revision = await operation.instant(as_of), await operation.token()
    limit = min(max(wanted, FEWEST_READ), MOST_READ)
    while True:
        contacts = await contacts_of(operation.graph, communicator, after=after, limit=limit)
        situations = await asyncio.gather(*(known_situation_of(operation, contact.customer, as_of) for contact in contacts))
        for contact, at in zip(contacts, situations, strict=True):
            if at is not None:
                decision = decide(at, communicator, about.category, operation.policy)
                if decision.permitted_in:
                    yield contact.sort, Answer(decision, at, about, instant, revision)
        if len(contacts) < limit:
            return
        after = contacts[-1].sort


async def _seen(
    operation: Operation, communicator: str, about: Topic, as_of: AsOf | None, *, after: str | None
) -> AsyncIterator[tuple[str, Answer]]:
    """The same as a bound caller sees it: nothing of another partner but itself."""
    instant, revision = await operation.instant(as_of), await operation.token()
    async for sort, at in situations_of(operation, CustomerTest(), as_of, span=Span(AT_ONCE, after)):
        if at.knows(communicator):
            decision = decide(at, communicator, about.category, operation.policy)
            if decision.permitted_in:
                yield sort, Answer(decision, at, about, instant, revision)
