"""The newest revision as a process knows it: one look at the graph serves all who wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from graph.revision import Revision
from graph.shared_task import shared_task

POLL_SECONDS: Final = 0.1
"""How often the graph is looked at for those who watch."""


class RevisionPoller:
    """
    Looks at the graph as seldom as may be.

    look:      gives the newest revision
    staleness: seconds that the newest revision may have been there before it is noticed, unless it is asked for
    """

    def __init__(self, look: Callable[[], Awaitable[Revision]], staleness: float) -> None:
        self._newest = look
        self.staleness = staleness
        self._revision: Revision | None = None
        self._begun: float | None = None
        self._looked: float | None = None
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None

    async def revision(self, *, fresh: bool) -> Revision:
        """
        The newest revision.

        fresh:  one that is no older than this call, else than the staleness
        raises: Unavailable
        """
        known = None if fresh else self.revision_at_once()
        if known is None:
            await (self._look_begun_now() if fresh else self._recent_look())
            known = self._revision
        if known is None:
            raise RuntimeError("looked, and no revision")
        return known

    async def within(self, seconds: float) -> Revision:
        """The newest revision, of a look at the graph that is no older than this. Raises Unavailable."""
        is_recent = self._looked is not None and monotonic() - self._looked <= seconds
        return self._revision if is_recent and self._revision is not None else await self.revision(fresh=True)

    def revision_at_once(self) -> Revision | None:
        """
        The same, no older than the staleness, where the graph need not be asked for it; else None.

        From half of the staleness on the next look is begun beside: nobody waits for a graph that stands still for a moment.
        """
        age = None if self._looked is None else monotonic() - self._looked
        if age is None or age > self.staleness:
            return None
        if age > self.staleness / 2 and self._next_look is None and (self._look is None or self._look.done()):
            self._next_look = shared_task(self._after(self._look))
        return self._revision

    def expire(self) -> None:
        """Look at the graph before the next answer, however fresh it may be: this process wrote something."""
        self._looked = self._begun = None

    async def beyond(self, number: int, seconds: float | None = None) -> None:
        """Wait until there is a revision after the one of this number, for so many seconds at most. Raises Unavailable."""
        try:
            async with asyncio.timeout(seconds):
                while self._revision is None or self._revision.number <= number:
                    await asyncio.sleep(POLL_SECONDS)
                    if self._looked is None or monotonic() - self._looked >= POLL_SECONDS:
                        await self._look_begun_now()
        except TimeoutError:
            return

    async def _recent_look(self) -> None:
        """Wait for the look at the graph that is under way, if that is recent enough, else for the next."""
        is_recent = self._begun is not None and monotonic() - self._begun <= self.staleness
        if self._look is not None and not self._look.done() and is_recent:
            await asyncio.shield(self._look)
        else:
            await self._look_begun_now()

    async def _look_begun_now(self) -> None:
        """Wait for a look at the graph that begins from now on: all who come while one is under way share the next."""
        if self._next_look is None:
            self._next_look = shared_task(self._after(self._look))
        await asyncio.shield(self._next_look)

    async def _after(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        self._look, self._next_look = self._next_look, None
        self._begun = begun = monotonic()
        self._revision = await self._newest()
        if self._begun == begun:  # else this process wrote something meanwhile
            self._looked = begun
