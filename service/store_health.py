"""Whether the store holds what its log counts, as `/readyz` says it."""

import asyncio
from contextlib import suppress
from time import monotonic

import structlog

from graph.check import Finding, counts_contradicted
from graph.graph import Graph
from graph.revision import Revision
from graph.shared_task import shared_task
from policy.errors import Unavailable

WAIT_SECONDS = 1.0
SELDOM, SOON = 3600.0, 60.0
"""Seconds after which a store is looked at again: one that was found sound, and one that was not."""


class StoreHealth:
    """
    Counts the records that can be read, and compares them with the log: when it is first asked, then seldom.

    A count of a large store takes seconds: whoever asks waits for one of them at most, and is told what is known.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._findings: list[Finding] | None = None
        self._look: asyncio.Task[None] | None = None
        self._begun = 0.0
        self._at: tuple[object, ...] = ()

    async def is_sound(self, newest: Revision) -> bool | None:
        """Does the store hold all that its log counts? None = that is not known yet. One that is not sound is looked at when it changes."""
        if self._look is None or (self._look.done() and self._is_outdated(newest)):
            self._begun, self._at = monotonic(), newest[:2]
            self._look = shared_task(self._count())
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await asyncio.shield(self._look)
        return None if self._findings is None else not self._findings

    def _is_outdated(self, newest: Revision) -> bool:
        age = monotonic() - self._begun
        return age > SELDOM or (bool(self._findings) and (age > SOON or newest[:2] != self._at))

    async def _count(self) -> None:
        try:
            found = await counts_contradicted(self._graph)
        except Unavailable:  # too large to be counted in time, or out of reach, which `/readyz` says itself: the next look may tell
            self._findings = self._findings or []
            return
        if found and found != self._findings:
            told = [f"{fault} {about}: {text}" for fault, about, text in found]
            structlog.get_logger().error("the store does not hold what its log counts", findings=told)
        self._findings = found
