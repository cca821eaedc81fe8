"""The graph that the settings name."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from graph.embedded import running, start
from graph.graph import Graph
from graph.history_cache import HistoryCache
from graph.space import Space
from graph.store import open_store
from policy.errors import Unavailable
from service.settings import Settings

LOOK_SECONDS = 5.0


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


def remember(graph: Graph, settings: Settings) -> HistoryCache:
    """Have the graph's facts remembered from now on, as far as the settings allow."""
    graph.cache = HistoryCache(graph, most_bytes=settings.facts_bytes, staleness=settings.staleness, greatest_age=settings.age_of_facts)
    return graph.cache


async def read_ahead(cache: HistoryCache) -> None:
    """Read everything that there is room for, and again when it was forgotten or gets old."""
    while True:
        with suppress(Unavailable):  # whoever asks will be told
            await _read_all(cache)
            while not cache.wants_reading_ahead():  # noqa: ASYNC110 - no event tells that something gets old
                await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(LOOK_SECONDS)


async def _read_all(cache: HistoryCache) -> None:
    after = None
    while True:
        after = await cache.read_ahead(after)
        gc.collect()
        gc.freeze()  # what was read ahead stays, and need not be looked through for cycles: all of it at once would take half a second
        if after is None:
            return
