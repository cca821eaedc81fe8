"""`vocero load` killed in the middle and run again ends as if it had run once."""

import asyncio
import csv
import os
import signal
import sys
from pathlib import Path

import pytest

from graph.embedded import Running
from graph.graph import Graph
from graph.store import newest_revision
from resolvers.export_book import export_book
from resolvers.load_folder import load_book
from tests.running_service import emptied

CUSTOMERS, SUBSCRIPTIONS = 2_000, 8_000
BATCHES = 3
REJECTED = 12
RECORDED = "2024-02-01T00:00:00Z"


@pytest.mark.parametrize("restores", [False, True], ids=["as it is", "restoring history"])
async def test_a_load_that_is_killed_and_run_again_ends_as_if_it_had_run_once(
    neo4j: Running, graph: Graph, tmp_path: Path, *, restores: bool
) -> None:
    """Killed twice: after the first batch and after the second. The same revisions, the same graph, the same rejected rows."""
    folder = book(tmp_path / "book", restores=restores)
    await load_book(graph, folder, tmp_path / "once.csv", actor="test", progress=lambda _: None)
    once = await exported(graph, tmp_path / "once", restores=restores)
    assert (await newest_revision(graph)).number == BATCHES
    await emptied(graph)

    for revision in range(1, BATCHES):
        await killed_at(revision, neo4j, graph, folder)
        assert revision <= (await newest_revision(graph)).number < BATCHES
    ending = await (await loading(neo4j, folder)).wait()

    assert ending == 1
    assert (await newest_revision(graph)).number == BATCHES
    assert await exported(graph, tmp_path / "again", restores=restores) == once
    assert (folder / "rejected.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()
    assert len((tmp_path / "once.csv").read_text("utf-8").splitlines()) == 1 + REJECTED


async def killed_at(revision: int, neo4j: Running, graph: Graph, folder: Path) -> None:
    """A load that got no further than the batch after that revision."""
    process = await loading(neo4j, folder)
    while (await newest_revision(graph)).number < revision:
        assert process.returncode is None, "the load ended before it could be killed"
        await asyncio.sleep(0.01)
    process.kill()
    assert await process.wait() == -signal.SIGKILL


async def loading(neo4j: Running, folder: Path) -> asyncio.subprocess.Process:
    address = neo4j.address
    settings = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.command_line", "load", str(folder)),
        env=os.environ | settings,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


def book(folder: Path, *, restores: bool) -> Path:
    """Three batches, some rows of which can't be taken: for what stands in their file, in another batch, or nowhere."""
    folder.mkdir()
    recorded = RECORDED if restores else ""
    subscriptions = range(SUBSCRIPTIONS)
    lines = {
        "customers": ["key,name", *(f"c{number},Customer {number}" for number in range(CUSTOMERS))],
        "partners": ["key,name", "p0,Fabrikam", "p1,Northwind"],
        "subscriptions": ["key,offer", *(f"s{number},Azure plan" for number in subscriptions)],
        "relationships": [
            "type,from,to,valid_from,valid_to,recorded_at",
            *(f"HOLDS,customer:c{number % CUSTOMERS},subscription:s{number},2024-01-01,,{recorded}" for number in subscriptions),
            *(f"BILLS,partner:p0,subscription:s{number},2024-01-01,2025-01-01,{recorded}" for number in subscriptions),
            *(f"BILLS,partner:p1,subscription:s{number},2024-12-31,,{recorded}" for number in range(4)),
            *(f"HOLDS,customer:c1,subscription:s{number},2024-06-01,,{recorded}" for number in (0, 2, 4, 6)),
            *(f"BILLS,partner:p{number},subscription:s0,2025-01-01,,{recorded}" for number in (1, 0, 7)),
            "BILLS,partner:p0,subscription:s1,soon,,",
            "BILLS,partner:p1,subscription:s1,2025-01-01,,2096-01-01",
            f"BILLS,partner:p1,subscription:s7,2025-01-01,,{recorded}",
        ],
    }
    if restores:
        lines["versions"] = [
            "id,recorded_at,superseded_at,name",
            "customer:nobody,2023-01-01,2024-01-01,Nobody",
            *(f"customer:c{number},2023-01-01,2024-01-01,Old name {number}" for number in range(0, CUSTOMERS, 2)),
        ]
        lines["relationships"].remove("BILLS,partner:p0,subscription:s1,soon,,")
    for name, rows in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(rows), "utf-8")
    return folder


async def exported(graph: Graph, folder: Path, *, restores: bool) -> dict[str, str]:
    """The files of `export book`; where the load itself gave the times of the record, without these."""
    await export_book(graph, folder, progress=lambda _: None)
    if not restores:
        without_recorded_at(folder / "relationships.csv")
    return contents(folder)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def without_recorded_at(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["recorded_at"] for row in rows)
    path.write_text("\n".join(str(row | {"recorded_at": ""}) for row in rows), "utf-8")
