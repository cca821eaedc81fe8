"""What every query of facts gives back, turned into plain values."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.graph import Graph, Row, Transaction
from policy.facts import Relationship, Version
from policy.terms import AdminKind, RelationshipType

TYPES = {str(type_): type_ for type_ in RelationshipType}
REREADS = 5
KINDS: Mapping[str | None, AdminKind | None] = {None: None} | {str(kind): kind for kind in AdminKind}


def relationship_of(row: list[Any]) -> Relationship:
    """[type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]."""
    type_, start, end, kind, *rest = row
    return Relationship(TYPES[type_], start, end, KINDS[kind], *rest)


def versions_of(rows: Iterable[list[Any]]) -> dict[str, tuple[Version, ...]]:
    """[id, properties, list of the properties of superseded versions] -> id -> its versions, the newest first."""
    return {
        node: (version_of(properties), *sorted((version_of(older) for older in superseded), key=lambda each: -each.recorded_at))
        for node, properties, superseded in rows
    }


def version_of(properties: dict[str, Any]) -> Version:
    """The properties of one version, its record beside them."""
    return Version(properties.pop("recordedAt"), properties.pop("supersededAt", None), properties)


async def read_steadily(graph: Graph | Transaction, name: str, **parameters: object) -> Row:
    """
    The one record of a query that gives `revision` and `revisionAfter`, read again while a write came between.

    The database reads what is committed, also in the middle of a query. Relationships are append-only, so that only a node whose
    properties were just superseded could be seen torn; under a load that never pauses the last reading is taken.
    """
    read = graph.read if isinstance(graph, Graph) else graph.run
    row = await read(name, **parameters)
    for _ in range(REREADS):
        if row["revision"] == row["revisionAfter"]:
            break
        row = await read(name, **parameters)
    return row
