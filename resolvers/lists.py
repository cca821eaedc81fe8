"""The lists of customers and partners, in the order of names, page by page."""

from collections.abc import Iterator
from itertools import islice

from graph.customer_test import CustomerTest, steps_of
from graph.time_slices import give_way
from policy.caller import Role
from policy.collation.search import LONGEST_SEARCH, Search, search_for
from policy.errors import BadInput
from policy.live import version_at
from policy.span import Span, page_by_page
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, list_id_of, page_of
from resolvers.passing import finds, sort_of
from resolvers.walk import AT_ONCE, FROM_THE_FIRST, Passed, situations_of


def customers(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None, paging: Paging) -> Page[Node]:
    """One page of the customers that pass the test at that instant, and that the caller sees. Raises BadInput, Unavailable."""
    list_id = list_id_of("customers", steps_of(test), search or "")
    span = paging.span(list_id)
    found = list(islice(_customers(operation, test, search, as_of, span), span.limit))
    for _, at in found:
        operation.show(at)
    shown = operation.shown_customers([at for _, at in found])
    items = [(sort, node) for (sort, _), node in zip(found, shown, strict=True)]
    return page_of(list_id, span, items if span.forward else items[::-1])


def count_customers(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None) -> int:
    """How many pass it. Raises BadInput, Unavailable."""
    return sum(1 for _ in _customers(operation, test, search, as_of, FROM_THE_FIRST))


def partners(operation: Operation, search: str | None, as_of: AsOf | None, paging: Paging) -> Page[Node]:
    """One page of the partners known then, and that the caller sees. Raises BadInput, Unavailable."""
    list_id = list_id_of("partners", search or "")
    span = paging.span(list_id)
    items = list(islice(_partners(operation, search, as_of, span), span.limit))
    return page_of(list_id, span, items if span.forward else items[::-1])


def count_partners(operation: Operation, search: str | None, as_of: AsOf | None) -> int:
    """How many there are. Raises BadInput, Unavailable."""
    return sum(1 for _ in _partners(operation, search, as_of, FROM_THE_FIRST))


def _customers(operation: Operation, test: CustomerTest, search: str | None, as_of: AsOf | None, span: Span) -> Iterator[Passed]:
    wanted = _search(search)
    for passed in situations_of(operation, test, as_of, span=span, among=_found(operation, "customer", wanted)):
        if finds(wanted, passed.at.customer, passed.at.properties(passed.at.customer)):
            yield passed


def _partners(operation: Operation, search: str | None, as_of: AsOf | None, span: Span) -> Iterator[tuple[str, Node]]:
    """The partners of a span with their sort keys, in the order of the span."""
    wanted = _search(search)
    known_at = operation.reading(operation.instant(as_of)).known_at
    for id_, sort in _partners_listed(operation, wanted, as_of, span):
        give_way()
        version = version_at(operation.facts.versions(id_), known_at)
        is_found = version is not None and finds(wanted, id_, version.properties)
        if is_found and (node := operation.shown(id_)) is not None:
            yield sort, node


def _partners_listed(operation: Operation, search: Search, as_of: AsOf | None, span: Span) -> Iterator[tuple[str, str]]:
    """The ids and sort keys of partners among which all are that are found and to be seen."""
    caller = operation.caller
    if caller.is_bound:
        seen = operation.situation(str(caller.node), as_of) if caller.role is Role.CUSTOMER else None
        own = seen.partners if seen else [str(caller.node)] if caller.role is Role.PARTNER else ()
        sorts = sorted((sort_of(node), node.id) for node in operation.shown_all(own))
        yield from ((id_, sort) for sort, id_ in (sorts if span.forward else sorts[::-1]) if span.holds(sort))
        return
    among = _found(operation, "partner", search)
    if among is not None:
        yield from operation.facts.in_order(among, span)
        return
    yield from page_by_page(operation.facts.partners_named, span._replace(limit=AT_ONCE))


def _found(operation: Operation, kind: str, search: Search) -> list[str] | None:
    """The ids of nodes among which all are that a search finds; None = it has to be looked for among all."""
    if not search or operation.caller.is_bound:
        return None
    operation.revision()
    return operation.facts.found_by(kind, search)


def _search(text: str | None) -> Search:
    """What a text searches; nothing where there is none. Raises BadInput."""
    if text is not None and len(text) > LONGEST_SEARCH:
        raise BadInput(f"`search` is {len(text)} characters long; give {LONGEST_SEARCH} at most")
    return search_for(text or "")
