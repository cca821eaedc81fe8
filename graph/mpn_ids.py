from collections.abc import Mapping, Sequence

from graph.graph import Graph


async def mpn_ids_of_partners(graph: Graph) -> Mapping[str, Sequence[str]]:
    """The MPN ids of every partner that has some. Raises Unavailable. Source: queries/mpn_ids_of_partners.cypher."""
    return dict((await graph.read("mpn_ids_of_partners"))["partners"])
