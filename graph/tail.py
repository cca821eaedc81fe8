import asyncio

from graph.graph import Graph
from graph.shared_task import shared_task
from graph.store import newest_revision

POLL_SECONDS = 0.1


class Tail:
    """Tells when the graph has moved on: one look at a time for all who wait, and none while nobody does."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._newest = 0
        self._look: asyncio.Task[None] | None = None

    async def beyond(self, number: int, seconds: float | None = None) -> None:
        """Wait until there is a revision after the one of this number, for so many seconds at most. Raises Unavailable."""
        try:
            async with asyncio.timeout(seconds):
                await self._looked()
                while self._newest <= number:
                    await self._looked()
        except TimeoutError:
            return

    async def _looked(self) -> None:
        if self._look is None or self._look.done():
            self._look = shared_task(self._after_a_while())
        await asyncio.shield(self._look)

    async def _after_a_while(self) -> None:
        await asyncio.sleep(POLL_SECONDS)
        self._newest = (await newest_revision(self._graph)).number
