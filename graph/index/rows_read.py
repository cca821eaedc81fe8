"""The rows of the index, read from the graph."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.graph import Graph, Row
from graph.ids import OF_MANY, kind_of
from graph.index.rows import KINDS, CustomerRow, LooseRow, PartnerRow
from graph.reading import TYPES, read_steadily, relationship_of, versions_of
from graph.revision import Revision
from graph.time_slices import give_way
from policy.facts import Relationship, Version
from policy.terms import RelationshipType

PAGE: Final = 250
"""Customers of one reading, and other nodes: the event loop has its turn between two."""
HOLDS, PARTY_TO = RelationshipType.HOLDS, RelationshipType.PARTY_TO


class Rows(NamedTuple):
    """Rows by id, as of this revision or later; of an unknown node there is none."""

    revision: Revision
    customers: Mapping[str, CustomerRow]
    partners: Mapping[str, PartnerRow]
    loose: Mapping[str, LooseRow]


async def rows_of(graph: Graph, nodes: Collection[str]) -> Rows:
    """
    The rows of these customers, partners, operators, subscriptions and agreements, 1 to PAGE.

    raises: Unavailable
    source: queries/rows_of_customers.cypher, queries/rows_of_nodes.cypher
    """
    customers = [node for node in nodes if kind_of(node) == "customer"]
    others = [node for node in nodes if kind_of(node) != "customer"]
    revisions = []
    of_customers: dict[str, CustomerRow] = {}
    partners: dict[str, PartnerRow] = {}
    loose: dict[str, LooseRow] = {}
    if customers:
        row = await read_steadily(graph, "rows_of_customers", _newest, customers=customers)
        revisions.append(await graph.seen(row["revision"], row["recordedAt"]))
        for fields in row["customers"]:
            customer, customer_row = _customer_row(*fields)
            of_customers[customer] = customer_row
            give_way()
    if others:
        row = await read_steadily(graph, "rows_of_nodes", _newest_of_nodes, ids=others)
        revisions.append(await graph.seen(row["revision"], row["recordedAt"]))
        for node, properties, superseded, records in row["nodes"]:
            versions, relationships = versions_of([[node, properties, superseded]])[node], tuple(map(relationship_of, records))
            if node.startswith(OF_MANY):
                partners[node] = PartnerRow(versions, relationships)
            else:
                loose[node] = LooseRow(versions, relationships)
    return Rows(min(revisions), of_customers, partners, loose)


def _newest_of_nodes(row: Row) -> int:
    """When the newest node of a record of rows_of_nodes was recorded."""
    return max((properties["recordedAt"] for _, properties, *_ in row["nodes"]), default=0)


def _newest(row: Row) -> int:
    """When the newest node of a record of rows_of_customers was recorded."""
    newest = 0
    for properties, _, held, agreements, _ in row["customers"]:
        governing = (governed[0] for *_, several in held for governed in several)
        nodes = (properties, *(subscription[0] for subscription in held), *(agreement[0] for agreement in agreements), *governing)
        newest = max(newest, *(node["recordedAt"] for node in nodes))
    return newest


def _customer_row(
    properties: dict[str, Any], superseded: list[Any], held: list[Any], agreements: list[Any], partners: list[Any]
) -> tuple[str, CustomerRow]:
    customer = str(properties["id"])
    nodes = _versions(properties, superseded)
    relationships = [*_records(partners, customer)]
    for *subscription, holds, at_it, governed in held:
        id_ = subscription[0]["id"]
        nodes |= _versions(*subscription)
        relationships += (Relationship(HOLDS, customer, id_, None, *record) for record in holds)
        relationships += _records(at_it, id_)
        for *agreement, record in governed:
            nodes |= _versions(*agreement)
            relationships += _records([record], id_)
    for *agreement, parties, of_operators in agreements:
        id_ = agreement[0]["id"]
        nodes |= _versions(*agreement)
        relationships += (Relationship(PARTY_TO, customer, id_, None, *record) for record in parties)
        relationships += _records(of_operators, id_)
    starts = dict.fromkeys(relationship.start for relationship in relationships if relationship.start.startswith(OF_MANY))
    return customer, CustomerRow(nodes, list(starts), tuple(relationships))


def _versions(properties: dict[str, Any], superseded: list[Any]) -> dict[str, tuple[Version, ...]]:
    return versions_of([[properties["id"], properties, superseded]])


def _records(rows: list[Any], end: str) -> Iterator[Relationship]:
    for type_, start, kind, *rest in rows:
        yield Relationship(TYPES[type_], start, end, kind and KINDS[kind], *rest)


async def ids_after(graph: Graph, label: str, after: str) -> Sequence[str]:
    """
    The ids of the next PAGE nodes of a label that have a row of their own.

    raises: Unavailable
    source: queries/node_ids_after.cypher
    """
    ids: list[str] = (await graph.read("node_ids_after", label=label, after=after, limit=PAGE))["ids"]
    return ids
