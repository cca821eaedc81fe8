import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Protocol

from graph.graph import Graph
from graph.revision import Revision
from graph.shared_task import shared_task
from graph.store import newest_revision

ENTRIES_READ = 100
MOST_TOUCHED = 2000
"""Nodes that one revision may touch before everything is forgotten instead of looked for."""


class Remembering(Protocol):
    """Whatever holds something of the graph, as of the revision to which the log was followed."""

    def forget(self, touched: Iterable[str]) -> None:
        """A revision touched these nodes; perhaps none, and a name or a tie is another one all the same."""

    def clear(self) -> None:
        """Nothing is known of what was touched."""


class Following:
    """
    Follows the log: one look at it serves all that is remembered.

    staleness:   seconds that the newest revision may have been there before it is noticed, unless it is asked for
    followed_to: number of the newest revision that was seen; its entries may not be read yet
    """

    followed_to = 0

    def __init__(self, graph: Graph, staleness: float, remembering: Remembering) -> None:
        self._graph = graph
        self._staleness = staleness
        self._remembering = remembering
        self._revision: Revision | None = None
        self._begun: float | None = None
        self._looked: float | None = None
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None

    async def revision(self, *, fresh: bool) -> Revision:
        """
        The revision that everything remembered is good for.

        fresh:  one that is no older than this call, else than the staleness
        raises: Unavailable
        """
        known = None if fresh else self.revision_at_once()
        if known is None:
            await (self._followed() if fresh else self._noticed())
            known = self._revision
        if known is None:
            raise RuntimeError("followed, and no revision")
        return known

    def revision_at_once(self) -> Revision | None:
        """
        The same, no older than the staleness, where the log need not be looked at for it; else None.

        From half of the staleness on the next look is begun beside: nobody waits for a graph that stands still for a moment.
        """
        age = None if self._looked is None else monotonic() - self._looked
        if age is None or age > self._staleness:
            return None
        if age > self._staleness / 2 and self._next_look is None and (self._look is None or self._look.done()):
            self._next_look = shared_task(self._after(self._look))
        return self._revision

    def expire(self) -> None:
        """Look at the log before the next answer, however fresh it may be: this process wrote something."""
        self._looked = self._begun = None

    async def _noticed(self) -> None:
        """Wait for the look at the log that is under way, if that is recent enough, else for the next."""
        is_recent = self._begun is not None and monotonic() - self._begun <= self._staleness
        if self._look is not None and not self._look.done() and is_recent:
            await asyncio.shield(self._look)
        else:
            await self._followed()

    async def _followed(self) -> None:
        """Wait for a look at the log that begins from now on: all who come while one is under way share the next."""
        if self._next_look is None:
            self._next_look = shared_task(self._after(self._look))
        await asyncio.shield(self._next_look)

    async def _after(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        self._look, self._next_look = self._next_look, None
        self._begun = begun = monotonic()
        await self._follow(await newest_revision(self._graph))
        if self._begun == begun:  # else this process wrote something meanwhile
            self._looked = begun

    async def _follow(self, newest: Revision) -> None:
        before, self.followed_to = self._revision, newest.number
        if before is None or newest.number < before.number or (newest.number == before.number and newest.recorded_at != before.recorded_at):
            self._remembering.clear()  # nothing was followed yet, or it is another store by now
        elif newest.number > before.number:
            self._remembering.forget(())
            await self._forget_touched(before, newest)
        self._revision = newest

    async def _forget_touched(self, before: Revision, newest: Revision) -> None:
        after = before.number - 1  # with the one that is known, which tells whether this is the same log
        is_same = before.number == 0
        while after < newest.number:
            rows = (await self._graph.read("touched_after", after=after, limit=ENTRIES_READ, most=MOST_TOUCHED))["revisions"]
            for number, recorded_at, touched in rows:
                is_same = is_same or (number, recorded_at) == before[:2]
                if not is_same or touched is None:
                    self._remembering.clear()
                elif number > before.number:
                    self._remembering.forget(touched)
            if not rows:
                break
            after = rows[-1][0]
