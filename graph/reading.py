"""What every query of facts gives back, turned into plain values."""

from collections.abc import Callable, Iterable, Mapping
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


def newest_of_nodes(row: Row) -> int:
    """When the newest of the `nodes` of a record was recorded."""
    return max((properties["recordedAt"] for _, properties, _ in row.get("nodes", ())), default=0)


async def read_steadily(
    graph: Graph | Transaction, name: str, newest_of: Callable[[Row], int] = newest_of_nodes, /, **parameters: object
) -> Row:
    """
    The one record of a query that gives `revision` and `recordedAt`, with all that this revision holds.

    While a transaction commits, readers see its writes one after the other. A reading that may have come in the middle, since it is the
    first of its revision or holds a node that is newer than that, is made again when what it saw is whole: that is what bookmarks wait for.

    newest_of: when the newest node of a record was recorded
    """
    if not isinstance(graph, Graph):
        return await graph.run(name, **parameters)
    first, bookmarks = await graph.read_marked((), name, **parameters)
    row = first
    for _ in range(REREADS):
        if graph.is_whole(first["recordedAt"]) and newest_of(row) <= row["recordedAt"]:
            break
        row, bookmarks = await graph.read_marked(bookmarks, name, **parameters)
        graph.found_whole(first["recordedAt"])
    return row | {"revision": first["revision"], "recordedAt": first["recordedAt"]}
