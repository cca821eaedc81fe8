"""Customers to whom a communicator is permitted to speak about a topic, in the order of their names."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from graph.customer_test import CustomerTest
from policy.remembered import decided
from policy.span import Span
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, list_id_of, page_of
from resolvers.permission import Answer, known_given, topic_of
from resolvers.walk import AT_ONCE, situations_of

MICROSOFT = "operator:microsoft"


class Contactable(NamedTuple):
    """A customer to whom somebody may speak, and the answer that says so."""

    customer: Node
    answer: Answer


def contactable_page(operation: Operation, list_id: str, span: Span, found: Sequence[tuple[str, Answer]]) -> Page[Contactable]:
    """The page of a span of a list out of the answers that were found for it, each with its sort key."""
    page = page_of(list_id, span, found)
    shown = operation.shown_customers([answer.situation for _, answer in page.items])
    items = [(cursor, Contactable(node, answer)) for node, (cursor, answer) in zip(shown, page.items, strict=True)]
    return Page(items, page.has_next, page.has_previous)


def contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None, paging: Paging) -> Page[Contactable]:
    """One page of them; its cost is that of the page, not of the graph. Raises BadInput, NotFound, Unavailable."""
    list_id = list_id_of("contactable", communicator, topic_of(operation, topic).code)
    span = paging.span(list_id)
    found = list(islice(_contactable(operation, communicator, topic, as_of, after=span.after), span.limit))
    for _, answer in found:
        operation.show(answer.situation)
    return contactable_page(operation, list_id, span, found)


def count_of_contactable(operation: Operation, communicator: str, topic: str, as_of: AsOf | None) -> int:
    """How many they are in all. Raises BadInput, NotFound, Unavailable."""
    return sum(1 for _ in _contactable(operation, communicator, topic, as_of, after=None))


def _contactable(
    operation: Operation, communicator: str, topic: str, as_of: AsOf | None, *, after: str | None
) -> Iterator[tuple[str, Answer]]:
    """The customers to whom it is permitted, with their sort keys, looked for among those that it ever had to do with."""
    about = topic_of(operation, topic)
    instant, revision = operation.instant(as_of), operation.token()
    policy, nodes = operation.policy, operation.nodes
    test = CustomerTest() if communicator == MICROSOFT else CustomerTest(tied_to=communicator)
    for sort, at in situations_of(operation, test, as_of, span=Span(AT_ONCE, after)):
        if not operation.caller.is_bound or at.knows(communicator):
            decision = decided(at, communicator, about.category, policy)
            if decision.permits:
                yield sort, Answer(decision, at, about, instant, revision, policy, nodes, known_given(as_of))
