"""A local index in the process of the tests, kept up as a service keeps its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from graph.embedded import Running
from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.space import Space
from resolvers.load_folder import load_book
from tests.oracle.book import Book
from tests.running_service import emptied

G = TypeVar("G", bound=Graph)

READ_SECONDS = 30.0
"""A Neo4j that began just now may take long over its first plans."""


@asynccontextmanager
async def indexed(
    graph: Graph, folder: Path, *, staleness: float = 0.0, most_bytes: int = 10**8, space: Space | None = None
) -> AsyncIterator[LocalIndex]:
    """The index of a graph, which is filled before anything is asked."""
    index = LocalIndex(graph, folder, staleness=staleness, most_bytes=most_bytes, space=space)
    try:
        async with kept(index):
            await ready(index)
            yield index
    finally:
        await index.close()
        graph.written = None


@asynccontextmanager
async def kept(index: LocalIndex) -> AsyncIterator[None]:
    """An index that is filled and follows its graph for as long as the block runs."""
    keeping = asyncio.create_task(index.keep())
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def ready(index: LocalIndex) -> None:
    """Wait until an index that is kept is filled."""
    while index.unready() is not None:  # noqa: ASYNC110 - it is nobody's event
        await asyncio.sleep(0.01)


@asynccontextmanager
async def loaded(graphs: AbstractAsyncContextManager[G], book: Book, folder: Path) -> AsyncIterator[G]:
    """A graph that is emptied, and then holds this book, every row of it."""
    book.write(folder)
    async with graphs as graph:
        await emptied(graph)
        taken = await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
        assert taken.rejected == 0, (folder / "rejected.csv").read_text("utf-8")
        yield graph


@asynccontextmanager
async def indexed_book(
    neo4j: Running, book: Book, folder: Path, *, kind: type[Graph] = Graph, staleness: float = 0.0
) -> AsyncIterator[LocalIndex]:
    """The index of an emptied graph that holds this book; the graph is of that kind."""
    async with (
        loaded(kind.connect(neo4j.address, read_seconds=READ_SECONDS), book, folder) as graph,
        indexed(graph, folder / "index", staleness=staleness) as index,
    ):
        yield index


def reading_through(graph: Graph) -> LocalIndex:
    """No index at all: whatever is asked of it has to be read from the graph."""
    return LocalIndex(graph, None, staleness=0, most_bytes=0)
