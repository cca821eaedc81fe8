"""The floor of a load: the Cypher that creates, alone, by the bare driver, into a store as new as the one that the load found."""

import asyncio
import csv
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from neo4j import AsyncGraphDatabase, NotificationMinimumSeverity

from graph.address import Address
from graph.graph import Graph
from graph.ids import kind_of
from graph.labels import LABELS
from graph.load import BATCH
from graph.load_nodes import stored
from graph.query_files import query
from graph.store import open_store

LONG = 600.0
NODES = {"customers": "customer", "partners": "partner", "subscriptions": "subscription", "agreements": "agreement"}
"""Files of a book, and the kind of what stands in them."""


class Creating(NamedTuple):
    """One query, and how many relationships it creates."""

    name: str
    parameters: Mapping[str, object]
    relationships: int


def loading_rate(book: Path, server: Address) -> float:
    """Relationships a second that are created so, in an empty graph: nothing is looked up or checked, and no revision is recorded."""
    return asyncio.run(_rate(list(_creating(book)), server))


def _creating(book: Path) -> Iterator[Creating]:
    for name, kind in NODES.items():
        nodes = [stored(f"{kind}:{row.pop('key')}", row, 1) for row in _rows(book / f"{name}.csv")]
        for some in _some(nodes):
            yield Creating("create_nodes", {"label": LABELS[kind], "nodes": some}, 0)
    relationships = defaultdict(list)
    for row in _rows(book / "relationships.csv"):
        start, end, type_ = str(row.pop("from")), str(row.pop("to")), str(row.pop("type"))
        properties = {"validFrom": 1, "recordedAt": 1, "source": "book"}
        relationships[type_, LABELS[kind_of(start)], LABELS[kind_of(end)]].append({"start": start, "end": end, "properties": properties})
    for (type_, start_label, end_label), found in relationships.items():
        for some in _some(found):
            parameters = {"type": type_, "startLabel": start_label, "endLabel": end_label, "rows": some}
            yield Creating("append_relationships", parameters, len(some))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {name: value for name, value in row.items() if value}


def _some(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    return (rows[place : place + BATCH] for place in range(0, len(rows), BATCH))


async def _rate(queries: Sequence[Creating], server: Address) -> float:
    async with Graph.connect(server, read_seconds=LONG) as graph:
        await open_store(graph)
    quiet = NotificationMinimumSeverity.OFF
    async with (
        AsyncGraphDatabase.driver(server.uri, auth=(server.user, server.password), notifications_min_severity=quiet) as driver,
        driver.session(database=server.database) as session,
    ):
        begun = time.perf_counter()
        for name, parameters, _ in queries:
            await (await session.run(query(name, LONG), dict(parameters))).consume()
        return sum(each.relationships for each in queries) / (time.perf_counter() - begun)
