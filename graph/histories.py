from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.graph import Graph, Row
from graph.reading import relationship_of, versions_of
from graph.revision import Revision
from policy.facts import History, Relationship, Version

REREADS = 5


class Histories(NamedTuple):
    """The histories that were asked for, all of one revision; an unknown customer is absent."""

    revision: Revision
    of: Mapping[str, History]


class Chain(NamedTuple):
    """All that was ever recorded at one subscription: relationships of any type that end at it, and the nodes they come from."""

    relationships: tuple[Relationship, ...]
    nodes: Mapping[str, tuple[Version, ...]]


async def histories_of(graph: Graph, customers: Sequence[str]) -> Histories:
    """
    All that was ever recorded around each customer, in one round trip.

    customers: customer ids, 1 to 1000
    raises:    Unavailable
    source:    queries/histories_of_customers.cypher
    """
    row = await read_steadily(graph, "histories_of_customers", customers=list(customers))
    nodes = versions_of(row["nodes"])
    histories = {}
    for customer, rows in row["customers"]:
        relationships = tuple(relationship_of(each) for each in rows)
        near = {customer} | {end for each in relationships for end in (each.start, each.end)}
        histories[customer] = History(customer, relationships, {node: nodes[node] for node in near})
    return Histories(Revision(row["revision"], row["recordedAt"]), histories)


async def read_steadily(graph: Graph, name: str, **parameters: object) -> Row:
    """
    The one record of a query that gives `revision` and `revisionAfter`, read again while a write came between.

    The database reads what is committed, also in the middle of a query. Relationships are append-only, so that only a node whose
    properties were just superseded could be seen torn; under a load that never pauses the last reading is taken.
    """
    row = await graph.read(name, **parameters)
    for _ in range(REREADS):
        if row["revision"] == row["revisionAfter"]:
            break
        row = await graph.read(name, **parameters)
    return row
