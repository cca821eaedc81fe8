"""The whole store as its records, batch by batch, with what a checksum takes of each."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, NamedTuple

from graph.checksums import COMMUNICATIONS, Checksums, node_record, relationship_record
from graph.graph import Graph
from graph.labels import LABELS
from graph.reading import relationship_of
from graph.revision import Revision
from graph.stored_values import StoredNode

BATCH = 2000
KINDS = ("customer", "partner", "subscription", "agreement")


class Batch(NamedTuple):
    """
    Some records of the store.

    checksums: of all of them, as they were at the revision that is looked at
    nodes:     the nodes among them as they are now
    after:     id that the next batch comes after
    """

    checksums: Checksums
    nodes: Sequence[StoredNode]
    after: str


async def checksums_of(graph: Graph, revision: Revision) -> Checksums:
    """The checksums of all that a revision holds. Raises Unavailable, and what is spoilt as the database has it."""
    found = Checksums()
    for kind in (*KINDS, COMMUNICATIONS):
        async for batch in scanned(graph, kind, revision):
            for each, checksum in batch.checksums.items():
                found[each] += checksum
    return found


async def scanned(graph: Graph, kind: str, revision: Revision, after: str = "") -> AsyncIterator[Batch]:
    """
    The records of one kind in the order of their ids: nodes with their superseded versions and whatever ends at them, or communications.

    after:  id that they come after
    raises: Unavailable, and what is spoilt as the database has it
    """
    while batch := await _batch(graph, kind, revision, after):
        yield batch
        after = batch.after


async def _batch(graph: Graph, kind: str, revision: Revision, after: str) -> Batch | None:
    checksums = Checksums()
    if kind == COMMUNICATIONS:
        rows = (await graph.read("communications_after", after=after, limit=BATCH))["communications"]
        checksums.add(
            COMMUNICATIONS, (each for each in rows if each.get("recordedAt") is not None and each["recordedAt"] <= revision.recorded_at)
        )
        return Batch(checksums, (), str(rows[-1].get("id"))) if rows else None
    nodes = (await graph.read("export_nodes", label=LABELS[kind], after=after, limit=BATCH))["nodes"]
    for _, properties, superseded, relationships in nodes:
        versions = [*_known([properties, *superseded], revision)]
        checksums.add(LABELS[kind], map(node_record, versions[:1]))
        checksums.add(f"{LABELS[kind]}Version", map(node_record, versions[1:]))
        for record in map(relationship_of, relationships):
            if record.recorded_at is not None and record.recorded_at <= revision.recorded_at:
                is_believed = record.superseded_at is None or record.superseded_at > revision.recorded_at
                checksums.add(record.type, [relationship_record(record._replace(superseded_at=None) if is_believed else record)])
    return Batch(checksums, [StoredNode(*rest) for _, *rest in nodes], nodes[-1][0]) if nodes else None


def _known(versions: Sequence[dict[str, Any]], revision: Revision) -> Iterator[dict[str, Any]]:
    """The versions of a node that a revision holds, the newest first and without an end; one that can't be read is left out."""
    known = [each for each in versions if each.get("recordedAt") is not None and each["recordedAt"] <= revision.recorded_at]
    known.sort(key=lambda each: -each["recordedAt"])
    for place, version in enumerate(known):
        yield version if place else {name: value for name, value in version.items() if name != "supersededAt"}
