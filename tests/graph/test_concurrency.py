"""Writers that come at once: real connections and real processes on one store."""

import asyncio
import os
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from neo4j import AsyncGraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from graph.load_batch import Loaded
from graph.store import newest_revision
from resolvers.load_folder import load_book
from tests.stored import records_at

WRITERS = 8
ROWS = 11_000
"""More than one batch."""


async def test_of_billers_that_are_loaded_at_once_exactly_one_is_taken(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    await load(graph, world(tmp_path))
    partners = [f"partner:p{number}" for number in range(WRITERS)]
    rows = [f"BILLS,{partner},subscription:s1,2024-01-01" for partner in partners]
    books = [book(tmp_path / str(number), relationships=["type,from,to,valid_from", row]) for number, row in enumerate(rows)]

    outcomes = await asyncio.gather(*(load_alone(neo4j, folder) for folder in books))

    assert Counter((outcome.relationships, outcome.rejected) for outcome in outcomes) == {(1, 0): 1, (0, 1): WRITERS - 1}
    (stored,) = (await records_at(graph, ["subscription:s1"])).found
    assert stored.start == partners[[outcome.relationships for outcome in outcomes].index(1)]
    assert (await newest_revision(graph)).number == 2


async def test_revisions_are_taken_one_after_the_other(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    """No two writes take the same number, none is left out, and `recordedAt` grows with them."""
    folders = [
        book(tmp_path / f"{writer}-{turn}", customers=["key,name", f"c{writer},Name {turn}"])
        for writer in range(WRITERS)
        for turn in range(3)
    ]

    await asyncio.gather(*(load_alone(neo4j, folder) for folder in folders))

    log = await changes(neo4j)
    assert [change["revision"] for change in log] == list(range(1, len(folders) + 1))
    assert all(earlier["at"] < later["at"] for earlier, later in pairwise(log))
    assert (await newest_revision(graph))[:2] == (log[-1]["revision"], log[-1]["at"])


async def test_what_a_record_says_of_its_time_fits_the_log(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    """Whoever knows a revision's instant knows all that it holds: no later one brings a record from before it."""
    await load(graph, world(tmp_path))
    books = [
        book(tmp_path / f"s{number}", relationships=["type,from,to,valid_from", f"RESELLS,partner:p{number},subscription:s1,2024-01-01"])
        for number in range(WRITERS)
    ]

    await asyncio.gather(*(load_alone(neo4j, folder) for folder in books))

    recorded = sorted(each.recorded_at for each in (await records_at(graph, ["subscription:s1"])).found)
    assert recorded == [change["at"] for change in await changes(neo4j)][1:]


@pytest.mark.usefixtures("graph")
async def test_commands_that_load_other_books_at_once_both_complete(neo4j: Running, tmp_path: Path) -> None:
    names = ("left", "right")
    folders = [book(tmp_path / name, customers=["key,name", *(f"{name}{number},Customer" for number in range(ROWS))]) for name in names]

    endings = await asyncio.gather(*(command(neo4j, "load", str(folder)) for folder in folders))

    assert endings == [(0, f"{ROWS} nodes and 0 relationships loaded, 0 rows were there already\n")] * 2
    log = await changes(neo4j)
    assert [change["revision"] for change in log] == [1, 2, 3, 4]
    assert len({node for change in log for node in change["touched"]}) == 2 * ROWS


async def test_one_book_loaded_twice_at_once_is_taken_once(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    folder = world(tmp_path, *(f"c{number},Customer" for number in range(ROWS)))

    one, other = await asyncio.gather(load_alone(neo4j, folder, "one.csv"), load_alone(neo4j, folder, "other.csv"))

    rows = ROWS + WRITERS + 1
    assert (one.nodes + other.nodes, one.unchanged + other.unchanged, one.rejected + other.rejected) == (rows, rows, 0)
    assert (await newest_revision(graph)).number == one.revisions + other.revisions == 2
    assert await told(neo4j, "MATCH (load:UnfinishedLoad) RETURN load") == []


def world(folder: Path, *customers: str) -> Path:
    return book(
        folder / "world",
        customers=["key,name", *customers],
        partners=["key,name", *(f"p{number},Partner" for number in range(WRITERS))],
        subscriptions=["key,offer", "s1,Azure plan"],
    )


def book(folder: Path, **files: list[str]) -> Path:
    folder.mkdir()
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    return folder


async def load(graph: Graph, folder: Path, rejected: str = "rejected.csv") -> Loaded:
    return await load_book(graph, folder, folder / rejected, actor="test", progress=lambda _: None)


async def load_alone(neo4j: Running, folder: Path, rejected: str = "rejected.csv") -> Loaded:
    """Load a book over connections of its own."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        return await load(graph, folder, rejected)


async def command(neo4j: Running, *arguments: str) -> tuple[int | None, str]:
    """Exit status and standard output of `vocero` with these arguments."""
    address = neo4j.address
    settings = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.command_line", *arguments), env=os.environ | settings, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def changes(neo4j: Running) -> list[dict[str, Any]]:
    """The log, in the order of the revisions."""
    return await told(neo4j, "MATCH (c:Change) RETURN c.revision AS revision, c.recordedAt AS at, c.touched AS touched ORDER BY c.revision")


async def told(neo4j: Running, statement: str) -> list[dict[str, Any]]:
    address = neo4j.address
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        return [record.data() for record in (await driver.execute_query(statement)).records]
