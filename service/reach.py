"""The graph that the settings name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from graph.embedded import running, start
from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.space import Space
from graph.store import open_store
from policy.errors import Unavailable
from service.settings import Settings


@asynccontextmanager
async def reached_graph(settings: Settings) -> AsyncIterator[Graph]:
    """
    A server's graph, or the embedded one: that of a running service on the same data folder, else one started for the while.

    raises: Unavailable
    """
    async with AsyncExitStack() as stack:
        address = settings.server() or running(settings.data)
        if address is None:
            own = await asyncio.to_thread(start, settings.data, settings.cache, show_progress=True)
            stack.push_async_callback(asyncio.to_thread, own.stop)
            address = own.address
        connecting = Graph.connect(address, read_seconds=settings.read_seconds, write_seconds=settings.write_seconds)
        graph = await stack.enter_async_context(connecting)
        await open_store(graph)
        if settings.server() is None:  # from here on: a store is opened, and read, with less room
            graph.space = Space(settings.data, settings.least_free << 20)
        yield graph


@asynccontextmanager
async def local_index(graph: Graph, settings: Settings) -> AsyncIterator[LocalIndex]:
    """The local index of the graph; nobody keeps it up yet but those who ask."""
    index = LocalIndex(
        graph, settings.index_folder, staleness=settings.staleness, most_bytes=settings.facts_bytes, space=settings.index_space
    )
    try:
        yield index
    finally:
        await index.close()


@asynccontextmanager
async def reached_index(settings: Settings) -> AsyncIterator[LocalIndex]:
    """The graph that the settings name with its local index, where there is one, for a command. Raises Unavailable."""
    async with reached_graph(settings) as graph, local_index(graph, settings) as index:
        if settings.index_folder.exists():
            with suppress(Unavailable):  # what can't be read from it is read from the graph
                await index.open()
        yield index
