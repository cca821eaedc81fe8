"""A local index in the process of the tests, kept up as a service keeps its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.space import Space


@asynccontextmanager
async def indexed(
    graph: Graph, folder: Path, *, staleness: float = 0.0, most_bytes: int = 10**8, space: Space | None = None
) -> AsyncIterator[LocalIndex]:
    """The index of a graph, which is filled before anything is asked."""
    index = LocalIndex(graph, folder, staleness=staleness, most_bytes=most_bytes, space=space)
    keeping = asyncio.create_task(index.keep())
    try:
        while index.unready() is not None:  # noqa: ASYNC110 - it is nobody's event
            await asyncio.sleep(0.01)
        yield index
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await index.close()
        graph.written = None


def reading_through(graph: Graph) -> LocalIndex:
    """No index at all: whatever is asked of it has to be read from the graph."""
    return LocalIndex(graph, None, staleness=0, most_bytes=0)
