"""Customers to whom a communicator is permitted to speak about a topic, in the order of their names."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import NamedTuple

from graph.contacts import Contact, contacts_of
from graph.customer_test import CustomerTest
from graph.pages import Span
from policy.policy import Topic
from policy.remembered import decided
from policy.situation import Situation
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, page_of
from resolvers.permission import Answer, known_situations_of, topic_of
from resolvers.walk import AT_ONCE, situations_of

FEWEST_READ = 50
MOST_READ = 500


class Contactable(NamedTuple):
    """A customer to whom somebody may speak, and the answer that says so."""

    customer: Node
    answer: Answer


async def contactable_page(operation: Operation, span: Span, found: Sequence[tuple[str, Answer]]) -> Page[Contactable]:
    """The page of a span out of the answers that were found for it, each with its sort key."""
    page = page_of(span, found)
    shown = await operation.shown_customers([answer.situation for _, answer in page.items])
    items = [(sort, Contactable(node, answer)) for node, (sort, answer) in zip(shown, page.items, strict=True)]
    return Page(items, page.has_next, page.has_previous)


async def contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None, paging: Paging) -> Page[Contactable]:
    """One page of them; its cost is that of the page, not of the graph. Raises BadInput, NotFound, Unavailable."""
    span = paging.span()
    found: list[tuple[str, Answer]] = []
    async for some in _contactable(operation, communicator, topic, as_of, after=span.after, wanted=span.limit):
        found += some[: span.limit - len(found)]
        if len(found) == span.limit:
            break
    if operation.caller.is_bound:
        for _, answer in found:
            operation.show(answer.situation)
    return await contactable_page(operation, span, found)


async def count_of_contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None) -> int:
    """How many they are in all. Raises BadInput, NotFound, Unavailable."""
    count = 0
    async for some in _contactable(operation, communicator, topic, as_of, after=None, wanted=MOST_READ):
        count += len(some)
    return count


async def _contactable(
    operation: Operation, communicator: str, topic: str, as_of: AsOf | None, *, after: str | None, wanted: int
) -> AsyncIterator[Sequence[tuple[str, Answer]]]:
    about = topic_of(operation, topic)
    if operation.caller.is_bound:
        async for each in _seen(operation, communicator, about, as_of, after=after):
            yield (each,)
        return
    instant, revision = await operation.instant(as_of), await operation.token()
    policy, nodes = operation.policy, operation.nodes
    async for contacts in _pages(operation, communicator, after, min(max(wanted, FEWEST_READ), MOST_READ)):
        situations = await _situations(operation, [contact.customer for contact in contacts], as_of)
        some = []
        for (_, sort), at in zip(contacts, situations, strict=True):
            if at is not None:
                decision = decided(at, communicator, about.category, policy)
                if decision.permits:
                    some.append((sort, Answer(decision, at, about, instant, revision, policy, nodes)))
        yield some


async def _situations(operation: Operation, customers: Sequence[str], as_of: AsOf | None) -> Sequence[Situation | None]:
    """Those of the customers, in their order; None of one that was not known then."""
    if as_of is None:
        with suppress(LookupError):  # mostly nothing has to be read
            situations = operation.remembered.situations(customers)
            return [situations[each] for each in customers]
    known = await known_situations_of(operation, customers, as_of)
    return [known.get(customer) for customer in customers]


async def _pages(operation: Operation, communicator: str, after: str | None, size: int) -> AsyncIterator[Sequence[Contact]]:
    """Those to whom it ever had a tie, some at a time, in the order of names."""
    cache = operation.graph.cache
    known = None if cache is None else await cache.contacts(communicator)
    if known is not None:
        first = 0 if after is None else bisect_right(known, after, key=attrgetter("sort"))
        for place in range(first, len(known), size):
            yield known[place : place + size]
        return
    while True:
        contacts = await contacts_of(operation.graph, communicator, after=after, limit=size)
        yield contacts
        if len(contacts) < size:
            return
        after = contacts[-1].sort


async def _seen(
    operation: Operation, communicator: str, about: Topic, as_of: AsOf | None, *, after: str | None
) -> AsyncIterator[tuple[str, Answer]]:
    """The same as a bound caller sees it: nothing of another partner but itself."""
    instant, revision = await operation.instant(as_of), await operation.token()
    async for sort, at in situations_of(operation, CustomerTest(), as_of, span=Span(AT_ONCE, after)):
        if at.knows(communicator):
            decision = decided(at, communicator, about.category, operation.policy)
            if decision.permits:
                yield sort, Answer(decision, at, about, instant, revision, operation.policy, operation.nodes)
