"""Whom an entry of the log touched."""

from graph.log import Entry, touched_by
from graph.touched import count_of_customers_touched, customers_touched
from resolvers.node import Node
from resolvers.operation import Operation


async def customers_of(operation: Operation, entry: Entry, limit: int) -> list[Node]:
    """The first customers that it touched, by name. Raises Unavailable."""
    touched = await touched_by(operation.graph, entry.revision.number)
    found = await customers_touched(operation.graph.read, touched, limit=limit)
    return await operation.shown_all(customer for customer, _ in found)


async def number_of_customers_of(operation: Operation, entry: Entry) -> int:
    """How many customers it touched. Raises Unavailable."""
    return await count_of_customers_touched(operation.graph.read, await touched_by(operation.graph, entry.revision.number))
