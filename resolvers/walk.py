"""Every customer that a filter takes, one after the other: nothing of one is kept when the next is looked at."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from graph.customer_test import CustomerTest, partners_near, steps_of
from graph.time_slices import give_way
from policy.caller import Role
from policy.situation import Situation
from policy.span import Span, page_by_page
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.passing import passes, sort_of

AT_ONCE = 200
FROM_THE_FIRST = Span(AT_ONCE)


class Passed(NamedTuple):
    """A customer that the walk comes by: its place in the order of names, as a cursor holds it, and its situation."""

    sort: str
    at: Situation


def situations_of(
    operation: Operation, test: CustomerTest, as_of: AsOf | None, *, span: Span = FROM_THE_FIRST, among: Sequence[str] | None = None
) -> Iterator[Passed]:
    """
    The situations of the customers that pass the test at that instant and that the caller sees, in the order of names.

    All of it is answered at the operation's revision. What of it is shown, `operation.show` has to know.

    span:   sort keys that they lie between, and which way; there is no limit
    among:  ids of those that are looked at; None = all
    raises: BadInput, Unavailable
    """
    instant = operation.reading(operation.instant(as_of))
    steps = steps_of(test)
    listed = _listed(operation, partners_near(test, steps), span) if among is None else operation.facts.in_order(among, span)
    for customer, sort in listed:
        give_way()  # so many customers take their time, and others are waiting
        found = operation.situation_at(customer, instant)
        if found and passes(found, steps):
            if operation.caller.role is Role.CUSTOMER:
                operation.show(found)  # this one alone, with whoever sells to it
            yield Passed(sort, found)


def _listed(operation: Operation, partners: Sequence[str] | None, span: Span) -> Iterator[tuple[str, str]]:
    """The ids and sort keys of customers among which all are that pass, in the order of the walk."""
    caller, facts = operation.caller, operation.facts
    if caller.role is Role.CUSTOMER:
        own = operation.shown(str(caller.node))
        if own and span.holds(sort_of(own)):
            yield own.id, sort_of(own)
        return
    page_of: Callable[[Span], list[tuple[str, str]]] = facts.customers_named
    if caller.partner is not None:
        page_of = partial(facts.customers_seen_by, caller.partner)
    elif partners is not None and len(partners) == 1:
        page_of = partial(facts.customers_tied_to, partners[0])
    yield from page_by_page(page_of, span._replace(limit=AT_ONCE))
