"""What the store holds of nodes, read as the export of a book reads it."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from graph.graph import Graph
from graph.ids import kind_of
from graph.reading import relationship_of, versions_of
from graph.revision import Revision
from graph.store import newest_revision
from policy.facts import Relationship, Version
from policy.span import NO_LIMIT


class Records(NamedTuple):
    """All records that end at some nodes, and a revision that they hold."""

    revision: Revision
    found: list[Relationship]


async def versions_in(graph: Graph, ids: Collection[str]) -> Mapping[str, tuple[Version, ...]]:
    """All versions of these nodes."""
    rows = [row for kind in {kind_of(id_) for id_ in ids} for row in await _rows(graph, kind)]
    return versions_of([row[:3] for row in rows if row[0] in ids])


async def records_at(graph: Graph, ends: Collection[str]) -> Records:
    """All that was ever recorded at these nodes."""
    revision = await newest_revision(graph)
    rows = [row for kind in {kind_of(end) for end in ends} for row in await _rows(graph, kind)]
    return Records(revision, [relationship_of(record) for row in rows if row[0] in ends for record in row[3]])


async def _rows(graph: Graph, kind: str) -> list[list[Any]]:
    rows: list[list[Any]] = (await graph.read("export_nodes", label=kind.capitalize(), after="", limit=NO_LIMIT))["nodes"]
    return rows
