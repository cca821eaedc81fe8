"""`vocero load` of a first book, killed while it makes the store and run again, ends as if it had run once."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path

from graph.check import check
from graph.embedded import start
from graph.embedded.folder import FIRST, STORE
from graph.graph import Graph
from graph.store import newest_revision, open_store
from resolvers.load_folder import load_book
from tests.graph.test_killed_load import BATCHES, book, exported
from tests.service.vocero import children_of, gone_within

LOADING = "import service.load; service.load.PAYS = 1; from service.command_line import main; main()"
INSTANTS = (f"{FIRST}/draft", f"{FIRST}/Customer.csv", f"{FIRST}/{STORE}", STORE)
"""What has just appeared in the data folder when the load is killed, each time later."""


async def test_a_first_load_that_is_killed_and_run_again_ends_as_if_it_had_run_once(graph: Graph, cache: Path, tmp_path: Path) -> None:
    """Nothing is there before all is; and the importer does not outlive who started it. The book restores history too."""
    folder, data = book(tmp_path / "book", restores=True), tmp_path / "data"
    await load_book(graph, folder, tmp_path / "once.csv", actor="test")
    once = await exported(graph, tmp_path / "once", restores=True)

    for instant in INSTANTS:
        assert not (data / STORE).exists()
        await killed_when(data / instant, folder, data)
    with start(data, cache, show_progress=False, heap="512m", pagecache="64m") as neo4j:
        ending = await (await loading(folder, data)).wait()

        assert ending == 1
        assert not (data / FIRST).exists()
        assert (folder / "rejected.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()
        async with Graph.connect(neo4j.address, read_seconds=30) as first:
            await open_store(first)
            assert (await newest_revision(first)).number == BATCHES
            assert (await check(first)).findings == []
            assert await exported(first, tmp_path / "again", restores=True) == once


async def killed_when(there: Path, folder: Path, data: Path) -> None:
    """A load that got no further than to where this appears."""
    process = await loading(folder, data)
    while not there.exists():  # noqa: ASYNC240 - a look takes microseconds
        assert process.returncode is None, "the load ended before it could be killed"
        await asyncio.sleep(0.002)
    begun = children_of(process.pid)
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    assert all(gone_within(30, each) for each in begun)


async def loading(folder: Path, data: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LOADING, "load", str(folder)),
        env=os.environ | {"VOCERO_DATA": str(data)},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
