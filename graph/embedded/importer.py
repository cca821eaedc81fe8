"""Neo4j's own importer, which makes a store out of files."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path

from graph.embedded.errors import NotImported
from graph.embedded.folder import LOGS
from graph.embedded.jars import fetch
from graph.embedded.messages import ImportOrder

OPTIONS = ("--bad-tolerance=0", "--path-pattern-style=none", "--max-off-heap-memory=1g")
"""What it is told of any files: every row counts, and names are names. Its own idea of memory is 90 % of the machine's.

They stand after those that name files: what follows such a one would be another file of it."""
LONGEST_LINE = 64 << 20
"""Bytes of a line of output: the importer may show a whole row that it cannot read."""
STAGE = re.compile(r"\((\d+)/(\d+)\)")
PART = re.compile(r" (\d+)%")


async def import_files(
    data: Path,
    home: Path,
    cache: Path,
    options: Sequence[str],
    *,
    progress: Callable[[float], None],
    heap: str = "1g",
    repository: str | None = None,
) -> None:
    """
    Make the store of a new database out of files.

    data:     the data folder, in whose `logs` the importer says what it does
    home:     folder in which the store is made, as its `data`; the store is whole only when this returns
    options:  which files, and how they are to be read, as `neo4j-admin database import full` has them
    progress: called with the part that is done, 0 to 1
    raises:   NotImported, and what `fetch` raises
    """
    jars = await asyncio.to_thread(fetch, cache, show_progress=True, repository=repository)
    order = ImportOrder(str(home), [str(jar) for jar in jars.classpath], [*options, *OPTIONS], heap)
    with (data / LOGS / "import.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "graph.embedded.import_child"),
            cwd=Path(__file__).parents[2],  # where `graph` is this one, wherever the caller stands
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C in a terminal is for the parent, which then ends it
        )
        try:
            await _follow(process, order, log.write, progress)
            status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if status:
        raise NotImported(f"neo4j's importer ended before its end; `{data / LOGS}/import.log` says why")


async def _follow(process: Process, order: ImportOrder, write: Callable[[bytes], object], progress: Callable[[float], None]) -> None:
    """Give the order, and read what is said until nothing more is."""
    assert process.stdin and process.stdout  # noqa: PT018, S101 - both are pipes
    process.stdin.write(order.line().encode())
    stage, stages = 1, 4
    async for line in process.stdout:
        text = line.decode("utf-8", "replace")
        if begun := STAGE.match(text):
            stage, stages = int(begun[1]), int(begun[2])
        if part := PART.search(text):
            progress((stage - 1 + int(part[1]) / 100) / stages)
        else:
            write(line)
