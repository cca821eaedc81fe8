from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.graph import Graph, Row
from graph.reading import read_steadily, relationship_of, versions_of
from graph.revision import Revision
from policy.facts import Relationship, Version


class Nodes(NamedTuple):
    """Nodes with all their versions, by id; an unknown one is absent."""

    revision: Revision
    of: Mapping[str, tuple[Version, ...]]


class Relationships(NamedTuple):
    """Records of relationships, in no order, and the nodes that were read with them."""

    revision: Revision
    found: tuple[Relationship, ...]
    nodes: Mapping[str, tuple[Version, ...]]


async def nodes_of(graph: Graph, ids: Sequence[str]) -> Nodes:
    """
    The nodes with these ids, whatever their kind, in one round trip.

    ids:    1 to 1000
    raises: Unavailable
    source: queries/nodes.cypher
    """
    row = await read_steadily(graph, "nodes", ids=list(ids))
    return Nodes(await graph.seen(row["revision"], row["recordedAt"]), versions_of(row["nodes"]))


async def relationships_at(graph: Graph, wanted: Sequence[Relationship]) -> Relationships:
    """
    The stored records with the same type, kind, ends, validFrom and recordedAt as these, 1 to 1000.

    raises: Unavailable
    source: queries/relationships.cypher
    """
    parameters = [
        {"type": w.type, "kind": w.kind, "start": w.start, "end": w.end, "validFrom": w.valid_from, "recordedAt": w.recorded_at}
        for w in wanted
    ]
    row = await read_steadily(graph, "relationships", wanted=parameters)
    return Relationships(
        await graph.seen(row["revision"], row["recordedAt"]), tuple(relationship_of(each) for each in row["relationships"]), {}
    )


async def chains_of(graph: Graph, subscriptions: Sequence[str], partner: str | None = None) -> Relationships:
    """
    All that was ever recorded at these subscriptions, 1 to 1000: relationships of any type that end there, and the nodes at both ends.

    partner: id of the one that asks: those to which neither it nor a customer of it ever had a tie are as unknown; None = all
    raises: Unavailable
    source: queries/chains_of_subscriptions.cypher
    """
    row = await read_steadily(graph, "chains_of_subscriptions", subscriptions=list(subscriptions), partner=partner)
    return await _relationships(graph, row)


async def parties_of(graph: Graph, agreements: Sequence[str], partner: str | None = None) -> Relationships:
    """
    The customers that were ever party to these agreements, 1 to 1000.

    partner: id of the one that asks: only customers to which it ever had a tie; None = all
    raises: Unavailable
    source: queries/customers_of_agreements.cypher
    """
    row = await read_steadily(graph, "customers_of_agreements", agreements=list(agreements), partner=partner)
    return await _relationships(graph, row)


async def _relationships(graph: Graph, row: Row) -> Relationships:
    found = tuple(relationship_of(each) for each in row["relationships"])
    return Relationships(await graph.seen(row["revision"], row["recordedAt"]), found, versions_of(row["nodes"]))


async def mpn_ids_of_partners(graph: Graph) -> Mapping[str, Sequence[str]]:
    """The MPN ids of every partner that has some. Raises Unavailable. Source: queries/mpn_ids_of_partners.cypher."""
    return dict((await graph.read("mpn_ids_of_partners"))["partners"])
