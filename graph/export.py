"""The whole graph as rows, in an order that depends on its content alone."""

from collections.abc import AsyncIterator

from graph.checksums import DERIVED
from graph.graph import Graph
from graph.labels import LABELS
from graph.reading import relationship_of, versions_of
from graph.revision import Revision
from graph.rows import NodeRow, RelationshipRow, VersionRow
from graph.store import newest_revision
from policy.facts import Relationship

BATCH = 2000
KINDS = ("customer", "partner", "subscription", "agreement")

Row = NodeRow | VersionRow | RelationshipRow


async def export_rows(graph: Graph) -> AsyncIterator[list[Row]]:
    """
    Everything that the newest revision holds, superseded records included, batch by batch; operators stand in no book.

    Writes go on meanwhile: what they add is left out, and what they supersede is given as it was. Raises Unavailable.
    """
    revision = await newest_revision(graph)
    for kind in KINDS:
        after = ""
        while nodes := (await graph.read("export_nodes", label=LABELS[kind], after=after, limit=BATCH))["nodes"]:
            rows: list[Row] = []
            for node, properties, superseded, relationships in nodes:
                rows += _node_rows(node, properties, superseded, revision)
                records = (relationship_of(each) for each in relationships)
                known = [_relationship_row(each, revision) for each in records if each.recorded_at <= revision.recorded_at]
                known.sort(key=_order)
                rows += known
            yield rows
            after = nodes[-1][0]


def _node_rows(node: str, properties: dict[str, object], superseded: list[dict[str, object]], revision: Revision) -> list[Row]:
    versions = versions_of([[node, properties, superseded]])[node]
    known = [version for version in versions if version.recorded_at <= revision.recorded_at]
    if not known:
        return []
    newest, *older = known
    return [
        NodeRow(node, {name: value for name, value in newest.properties.items() if name not in DERIVED}),
        *(
            VersionRow(
                node,
                version.recorded_at,
                version.superseded_at or revision.recorded_at,
                {name: value for name, value in version.properties.items() if name not in DERIVED},
            )
            for version in reversed(older)
        ),
    ]


def _relationship_row(record: Relationship, revision: Revision) -> RelationshipRow:
    still_believed = record.superseded_at is None or record.superseded_at > revision.recorded_at
    return RelationshipRow(**record._asdict() | {"superseded_at": None if still_believed else record.superseded_at})


def _order(row: RelationshipRow) -> tuple[str, str, str, int, int]:
    return (row.type, row.start, row.kind or "", row.valid_from or 0, row.recorded_at or 0)
