"""Whom an entry of the log touched."""

from graph.log import Entry, touched_by
from graph.touched import count_of_customers_touched, customers_touched
from resolvers.operation import Node, Operation
from resolvers.paging import Paging


async def customers_of(operation: Operation, entry: Entry, first: int) -> list[Node]:
    """The first customers that it touched, by name. Raises BadInput, Unavailable."""
    limit = Paging(first).span().limit - 1
    touched = await touched_by(operation.graph, entry.revision.number)
    found = await customers_touched(operation.graph.read, touched, limit=limit)
    return await operation.nodes(customer for customer, _ in found)


async def number_of_customers_of(operation: Operation, entry: Entry) -> int:
    """How many customers it touched. Raises Unavailable."""
    return await count_of_customers_touched(operation.graph.read, await touched_by(operation.graph, entry.revision.number))
