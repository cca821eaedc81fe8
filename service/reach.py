"""The graph that the settings name."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic

from graph.embedded import Running, running, start
from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.space import Space
from graph.store import open_store
from policy.errors import Unavailable
from service.commands.console import err, say
from service.commands.progress import counting
from service.settings import Settings

POLL_SECONDS, MOST_WAIT_SECONDS = 0.1, 10.0
"""How often, and for how long, an index is looked at that another process fills or writes."""


@asynccontextmanager
async def reached_graph(settings: Settings) -> AsyncIterator[Graph]:
    """
    A server's graph, or the embedded one: that of a running service on the same data folder, else one started for the while.

    raises: Unavailable
    """
    async with AsyncExitStack() as stack:
        address = settings.server() or running(settings.data)
        if address is None:
            if err.is_terminal:  # it takes about ten seconds
                say(f"starting Neo4j on {settings.data}, since no `vocero serve` runs there …", err)
            own = await _started(settings)
            stack.push_async_callback(asyncio.to_thread, own.stop)
            address = own.address
        connecting = Graph.connect(address, read_seconds=settings.read_seconds, write_seconds=settings.write_seconds)
        graph = await stack.enter_async_context(connecting)
        await open_store(graph)
        if settings.server() is None:  # from here on: a store is opened, and read, with less room
            graph.space = Space(settings.data, settings.least_free << 20)
        yield graph


async def _started(settings: Settings) -> Running:
    """A Neo4j of our own; who is interrupted meanwhile doesn't wait for it: its process ends with this one."""
    loop = asyncio.get_running_loop()
    started: asyncio.Future[Running] = loop.create_future()

    def settle(own: Running | None, error: BaseException | None) -> None:
        if started.cancelled():
            return
        if own is None:
            started.set_exception(error or Unavailable("Neo4j did not start"))
        else:
            started.set_result(own)

    def run() -> None:
        own, error = None, None
        try:
            own = start(settings.data, settings.cache, show_progress=True)
        except BaseException as failed:  # noqa: BLE001 - whatever it is, it is raised to whoever waits
            error = failed
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            loop.call_soon_threadsafe(settle, own, error)

    threading.Thread(target=run, name="start-neo4j", daemon=True).start()
    return await started


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


async def make_index(index: LocalIndex) -> None:
    """Make the local index where there is none yet, with a progress bar on a terminal. Raises Unavailable."""
    until = monotonic() + MOST_WAIT_SECONDS
    await index.poller.revision(fresh=True)
    while index.unready() is not None and monotonic() < until:
        try:
            with counting("customers", err) as progress:
                await index.fill(progress)  # nothing, where a service does it
            if index.opened is None:
                await index.open()
        except Unavailable:
            if monotonic() > until - POLL_SECONDS:
                raise
            # a service gave up this generation meanwhile, and makes another
        await index.poller.revision(fresh=True)
        await asyncio.sleep(POLL_SECONDS if index.unready() else 0)
