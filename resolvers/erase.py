"""The erasure of a customer."""

from graph.erase import erase as erase_in_graph
from graph.graph import Graph
from graph.ids import parse_id
from policy.errors import NotFound


def expect_customer(text: str) -> str:
    """The id of a customer in the graph's form. Raises BadInput for one of anything else, of which nothing can be erased."""
    return parse_id(text, ("customer",))


async def erase(graph: Graph, customer: str) -> bool:
    """Blank what identifies a customer, of the id given; False where that was done already. Raises BadInput, NotFound, Unavailable."""
    erased = await erase_in_graph(graph, expect_customer(customer))
    if erased is None:
        raise NotFound(f"no customer `{customer}` in the graph")
    return erased
