"""Processes that fill an index or follow the log, killed in the middle: whoever comes next goes on, and nothing is wrong."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.embedded import Running
from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.follower import refresh
from graph.index.snapshot import snapshot
from tests.graph.index.comparison import CUSTOMERS, STORE, expect_nothing_wrong, expect_the_same, follow_newest, rename_customers

KILLED = """
import asyncio, sys
from pathlib import Path
from graph.address import Address
from graph.graph import Graph
from graph.index import filler, follower, rows_read
from graph.index.environment import Environment
from graph.store import newest_revision
rows_read.PAGE = follower.PAGE = 10
async def never(*_):
    print("read", flush=True)
    await asyncio.Event().wait()
async def main():
    uri, password, folder, work = sys.argv[1:]
    async with Graph.connect(Address(uri, "neo4j", password), read_seconds=30) as graph:
        with Environment(Path(folder)) as environment:
            print("begun", flush=True)
            if work.startswith("before"):
                await follower.follow(graph, environment, await newest_revision(graph)) if work == "before rows" else None
                follower.in_thread = never
                await follower.follow(graph, environment, await newest_revision(graph))
                await follower.refresh(graph, environment)
            if work == "filling":
                await filler.fill(graph, environment, "one")
            while work == "following":
                await follower.follow(graph, environment, await newest_revision(graph))
                await follower.refresh(graph, environment)
asyncio.run(main())
"""


@contextmanager
def another_process(neo4j: Running, folder: Path, work: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is filling an index, or following the log; killed at the end of the block."""
    command = [sys.executable, "-c", KILLED, neo4j.address.uri, neo4j.address.password, str(folder), work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.15])
async def test_a_filler_that_is_killed_is_gone_on_with(stored: Graph, neo4j: Running, tmp_path: Path, seconds: float) -> None:
    """Another process goes on where it was, and what is written is whole."""
    folder = tmp_path / "index"
    with another_process(neo4j, folder, "filling"):
        await asyncio.sleep(seconds)
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
        await follow_newest(stored, environment)
        assert await expect_the_same(stored, environment) == CUSTOMERS


@pytest.mark.parametrize("changes", [1, 5, 12])
async def test_a_follower_that_is_killed_between_two_commits_leaves_nothing_wrong(
    stored: Graph, neo4j: Running, tmp_path: Path, changes: int
) -> None:
    """What it had not written is written by the next, and until then no row is wrong."""
    folder = tmp_path / "index"
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
    with another_process(neo4j, folder, "following"):
        await rename_customers(stored, changes)
    with Environment(folder) as environment:
        await follow_newest(stored, environment)
        await expect_nothing_wrong(stored, environment)
        await refresh(stored, environment)
        assert await expect_the_same(stored, environment) == CUSTOMERS


@pytest.mark.parametrize("work", ["before marks", "before rows"])
async def test_a_follower_that_is_killed_between_the_graphs_commit_and_its_own_write_has_written_nothing(
    stored: Graph, neo4j: Running, tmp_path: Path, work: str
) -> None:
    """It has read the log, or the rows, when it ends; the next one reads them again."""
    folder = tmp_path / "index"
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
    await rename_customers(stored, 5)
    with another_process(neo4j, folder, work) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "read\n"
    with Environment(folder) as environment:
        with snapshot(environment) as index:
            assert index.count_of_stale() == (5 if work == "before rows" else 0)
        await follow_newest(stored, environment)
        await expect_nothing_wrong(stored, environment)
        await refresh(stored, environment)
        assert await expect_the_same(stored, environment) == CUSTOMERS
