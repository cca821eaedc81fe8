"""Whom an entry of the log touched, as the graph was at its revision."""

from graph.log import Entry, touched_by
from graph.time_slices import wait_for
from graph.touched import count_of_customers_touched, customers_touched
from policy.span import Span
from resolvers.node import Node
from resolvers.operation import Operation

LISTED_AT_ONCE = 1000


def customers_of(operation: Operation, entry: Entry, limit: int) -> list[Node]:
    """The first customers that it touched, by name; the operation is answered at its revision. Raises Unavailable."""
    touched = wait_for(touched_by(operation.graph, entry.revision.number))
    found: list[str] = []
    read, recorded_at = operation.graph.read, entry.revision.recorded_at
    while page := wait_for(
        customers_touched(read, touched, limit=LISTED_AT_ONCE, after=found[-1] if found else None, recorded_at=recorded_at)
    ):
        found += page
    operation.prefetch(found)
    first = operation.facts.in_order(found, Span(limit))[:limit]
    return operation.shown_by_name(customer for customer, _ in first)


def number_of_customers_of(operation: Operation, entry: Entry) -> int:
    """The number of customers that it touched. Raises Unavailable."""
    touched = wait_for(touched_by(operation.graph, entry.revision.number))
    return wait_for(count_of_customers_touched(operation.graph.read, touched, recorded_at=entry.revision.recorded_at))
