"""The lists of customers and partners, in the order of names, page by page."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter

from graph.comparable import LAST
from graph.contacts import Contact
from graph.customer_test import CustomerTest, partners_near, steps_of
from graph.pages import Span, count_of_customers, count_of_partners, page_of_customers, page_of_partners
from policy.errors import BadInput
from policy.facts import Version
from policy.live import version_at
from resolvers.instants import AsOf
from resolvers.lists_seen import count_of_customers_seen, customers_seen, partners_seen, within
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, page_of
from resolvers.passing import passes
from resolvers.permission import known_situations_of

LONGEST_SEARCH = 250
AT_ONCE = 200
_sort_of = attrgetter("sort")


async def customers(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None, paging: Paging) -> Page[Node]:
    """One page of the customers that pass the test at that instant, and that the caller sees. Raises BadInput, Unavailable."""
    span = paging.span()
    _check(search)
    if operation.caller.is_bound:
        return page_of(span, await customers_seen(operation, test, search, as_of, span))
    if not search and (contacts := await _contacts(operation, test)) is not None:
        return page_of(span, await _among(operation, contacts, test, as_of, span))
    operation.asks_the_graph_of_now()
    at = await operation.reading(await operation.instant(as_of))
    found = await page_of_customers(operation.graph, test, search, span, valid_at=at.valid_at, known_at=at.known_at)
    return await _page(operation, span, found)


async def count_customers(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None) -> int:
    """How many pass it. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return await count_of_customers_seen(operation, test, search, as_of)
    at = await operation.reading(await operation.instant(as_of))
    return await count_of_customers(operation.graph, test, search, valid_at=at.valid_at, known_at=at.known_at)


async def partners(operation: Operation, search: str | None, as_of: AsOf | None, paging: Paging) -> Page[Node]:
    """One page of the partners known then, and that the caller sees. Raises BadInput, Unavailable."""
    span = paging.span()
    _check(search)
    if operation.caller.is_bound:
        return page_of(span, within(span, await partners_seen(operation, search, as_of)))
    at = await operation.reading(await operation.instant(as_of))
    return await _page(operation, span, await page_of_partners(operation.graph, search, span, known_at=at.known_at))


async def count_partners(operation: Operation, search: str | None, as_of: AsOf | None) -> int:
    """How many there are. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return len(await partners_seen(operation, search, as_of))
    at = await operation.reading(await operation.instant(as_of))
    return await count_of_partners(operation.graph, search, known_at=at.known_at)


async def _contacts(operation: Operation, test: CustomerTest) -> Sequence[Contact] | None:
    """Customers among which all are that pass, where they are those of one partner and are remembered."""
    near = partners_near(test, steps_of(test))
    cache = operation.graph.cache
    if cache is None or near is None or len(near) != 1:
        return None
    await operation.revision()  # so that they are good for it
    return await cache.contacts(near[0])


async def _among(
    operation: Operation, contacts: Sequence[Contact], test: CustomerTest, as_of: AsOf | None, span: Span
) -> list[tuple[str, Node]]:
    steps, found = steps_of(test), list[tuple[str, Node]]()
    first = bisect_right(contacts, span.after or "", key=_sort_of)
    held = contacts[first : bisect_left(contacts, span.before or LAST, key=_sort_of)]
    ordered = held if span.forward else held[::-1]
    for place in range(0, len(ordered), AT_ONCE):
        chosen = ordered[place : place + AT_ONCE]
        known = await known_situations_of(operation, [each.customer for each in chosen], as_of)
        for customer, sort in chosen:
            if len(found) < span.limit and customer in known and passes(known[customer], steps):
                found.append((sort, operation.nodes[customer]))
        if len(found) == span.limit:
            break
    return found if span.forward else found[::-1]


def _check(search: str | None) -> None:
    # the full-text index refuses a query of more than 1,024 words, and folding can make four of one character
    if search is not None and len(search) > LONGEST_SEARCH:
        raise BadInput(f"`search` is {len(search)} characters long; give {LONGEST_SEARCH} at most")


async def _page(operation: Operation, span: Span, found: Mapping[str, tuple[Version, ...]]) -> Page[Node]:
    operation.keep(found)
    recorded_at = (await operation.revision()).recorded_at
    items = []
    for id_, versions in found.items():
        # the place in the list is the stored one, the properties are those of the operation's revision
        properties = (version_at(versions, recorded_at) or versions[-1]).properties
        items.append((str(versions[0].properties["sort"]), Node(id_, properties)))
    return page_of(span, items)
