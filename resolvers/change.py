"""Whom an entry of the log touched, as the graph was at its revision."""

from graph.log import Entry, touched_by
from graph.touched import count_of_customers_touched, customers_touched
from resolvers.node import Node
from resolvers.operation import Operation, by_name


async def customers_of(operation: Operation, entry: Entry, limit: int) -> list[Node]:
    """The first customers that it touched, by name; the operation is answered at its revision. Raises Unavailable."""
    touched = await touched_by(operation.graph, entry.revision.number)
    found = await customers_touched(operation.graph.read, touched, limit=limit, recorded_at=entry.revision.recorded_at)
    return by_name(await operation.shown_all(customer for customer, _ in found))


async def number_of_customers_of(operation: Operation, entry: Entry) -> int:
    """The number of customers that it touched. Raises Unavailable."""
    touched = await touched_by(operation.graph, entry.revision.number)
    return await count_of_customers_touched(operation.graph.read, touched, recorded_at=entry.revision.recorded_at)
