"""The lists of customers and partners as a bound caller sees them: out of what it sees, so that none of the others leaves a trace."""

from collections.abc import AsyncIterator, Sequence

from graph.customer_test import CustomerTest
from graph.pages import Span
from policy.caller import Role
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.passing import finds, sort_of
from resolvers.permission import known_situation_of
from resolvers.walk import AT_ONCE, Passed, situations_of


async def customers_seen(
    operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None, span: Span
) -> Sequence[tuple[str, Node]]:
    """The customers of a span with their sort keys, in the order of names. Raises BadInput, Unavailable."""
    found: list[Passed] = []
    if span.limit:
        async for each in _walk(operation, test, search, as_of, span):
            found.append(each)
            if len(found) == span.limit:
                break
    for _, at in found:
        operation.show(at)
    items = [(sort, node) for sort, at in found for node in await operation.shown_all([at.customer])]
    return items if span.forward else items[::-1]


async def count_of_customers_seen(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None) -> int:
    """How many there are. Raises BadInput, Unavailable."""
    count = 0
    async for _ in _walk(operation, test, search, as_of, Span(AT_ONCE)):
        count += 1
    return count


async def partners_seen(operation: Operation, search: str | None, as_of: AsOf | None) -> Sequence[tuple[str, Node]]:
    """Whoever sells to the customer, or the partner itself, with their sort keys, in the order of names. Raises BadInput, Unavailable."""
    own = str(operation.caller.node)
    if operation.caller.role is Role.CUSTOMER:
        seen = await known_situation_of(operation, own, as_of)
        ids: Sequence[str] = seen.partners if seen else ()
    else:
        at = await operation.reading(await operation.instant(as_of))
        ids = [own] if await operation.knows(own, at.known_at) else []
    return sorted((sort_of(node), node) for node in await operation.shown_all(ids) if finds(search, node.name))


def within(span: Span, items: Sequence[tuple[str, Node]]) -> Sequence[tuple[str, Node]]:
    """Those of a span, in their order."""
    held = [each for each in items if span.holds(each[0])]
    return held[: span.limit] if span.forward else held[-span.limit :]


async def _walk(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None, span: Span) -> AsyncIterator[Passed]:
    async for each in situations_of(operation, test, as_of, span=span._replace(limit=AT_ONCE)):
        properties = each.at.properties(each.at.customer)
        if finds(search, each.at.name(each.at.customer), str(properties.get("domain") or "")):
            yield each
