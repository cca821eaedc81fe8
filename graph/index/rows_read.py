"""The rows of the index, read from the graph."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.graph import Graph, Row
from graph.ids import OF_MANY, kind_of
from graph.index.rows import KINDS, CustomerRow, PartnerRow
from graph.nodes import nodes_of
from graph.reading import TYPES, read_steadily, versions_of
from graph.revision import Revision
from graph.ties import providers_of
from graph.time_slices import give_way
from policy.facts import Relationship, Version
from policy.terms import RelationshipType

PAGE: Final = 250
"""Customers of one reading, and partners: the event loop has its turn between two."""
HOLDS, PARTY_TO = RelationshipType.HOLDS, RelationshipType.PARTY_TO


class Rows(NamedTuple):
    """Rows of customers, and of partners and operators, by id, as of this revision or later; of an unknown one there is none."""

    revision: Revision
    customers: Mapping[str, CustomerRow]
    partners: Mapping[str, PartnerRow]


class Customers(NamedTuple):
    """Rows of customers by id, as of this revision or later."""

    revision: Revision
    of: Mapping[str, CustomerRow]


class Partners(NamedTuple):
    """Rows of partners and operators by id, as of this revision or later."""

    revision: Revision
    of: Mapping[str, PartnerRow]


async def rows_of(graph: Graph, nodes: Collection[str]) -> Rows:
    """The rows of these customers, partners and operators, 1 to PAGE. Raises Unavailable."""
    customers = await customers_of(graph, [node for node in nodes if kind_of(node) == "customer"])
    partners = await partners_of(graph, [node for node in nodes if kind_of(node) != "customer"])
    return Rows(min(customers.revision, partners.revision), customers.of, partners.of)


async def customers_of(graph: Graph, customers: Sequence[str]) -> Customers:
    """The rows of these customers, up to PAGE. Raises Unavailable. Source: queries/rows_of_customers.cypher."""
    row = await read_steadily(graph, "rows_of_customers", _newest, customers=list(customers))
    rows = {}
    for fields in row["customers"]:
        customer, customer_row = _customer_row(*fields)
        rows[customer] = customer_row
        give_way()
    return Customers(await graph.seen(row["revision"], row["recordedAt"]), rows)


async def partners_of(graph: Graph, partners: Sequence[str]) -> Partners:
    """The rows of these partners and operators, up to PAGE. Raises Unavailable."""
    nodes = await nodes_of(graph, partners)
    providers = await providers_of(graph, partners)
    rows = {partner: PartnerRow(versions, providers.of.get(partner, ())) for partner, versions in nodes.of.items()}
    return Partners(min(nodes.revision, providers.revision), rows)


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
