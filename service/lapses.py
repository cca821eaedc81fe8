"""What lasts longer than an answer ends when its caller is no longer let in."""

import asyncio
from collections import Counter
from collections.abc import Coroutine

from graph.graph import Graph
from graph.keys import unrevoked_keys
from graph.revision_poller import RevisionPoller
from graph.shared_task import shared_task
from policy.errors import Unauthenticated, Unavailable
from policy.instant import now
from service.admission import Admission, Outdated, Revoked

LOOK_SECONDS = 2.0
EXPIRED = "the token or key has expired; come again with a new one"


class Lapses:
    """
    Tells when what a caller was let in by has no more force; nothing is looked at while nobody waits for that.

    The poller sees whether keys were made or revoked at all; only then, and of a key that is new here, the graph is asked for them.
    """

    def __init__(self, graph: Graph, poller: RevisionPoller) -> None:
        self._graph = graph
        self._poller = poller
        self._waiting: Counter[str] = Counter()
        self._unrevoked: dict[str, int] = {}
        """Keys that were not revoked after so many changes of keys."""
        self._look: asyncio.Task[frozenset[str]] | None = None

    async def expect_none(self, admission: Admission) -> None:
        """Has it force still? Raises Outdated, Revoked, Unavailable."""
        if admission.until is not None and now() >= admission.until:
            raise Outdated(EXPIRED)
        if admission.key is not None and not await unrevoked_keys(self._graph, [admission.key]):
            raise Revoked

    async def first(self, admission: Admission) -> Unauthenticated:
        """Wait until it has no more force; why."""
        if admission.key is not None:
            self._waiting[admission.key] += 1
        try:
            while True:
                if admission.key in await self._revoked():
                    return Revoked()
                if admission.until is not None and now() >= admission.until:
                    return Outdated(EXPIRED)
        finally:
            if admission.key is not None:
                self._waiting[admission.key] -= 1

    async def _revoked(self) -> frozenset[str]:
        if self._look is None or self._look.done():
            self._look = shared_task(self._after_a_while())
        return await asyncio.shield(self._look)

    async def _after_a_while(self) -> frozenset[str]:
        await asyncio.sleep(LOOK_SECONDS)
        self._waiting = +self._waiting  # without those that nobody waits for any more
        if not self._waiting:
            return frozenset()
        try:
            await self._poller.within(LOOK_SECONDS)
            changes = self._graph.key_changes
            keys = frozenset(key for key in self._waiting if self._unrevoked.get(key) != changes)
            unrevoked = await unrevoked_keys(self._graph, keys) if keys else keys
        except Unavailable:  # the next look will tell
            return frozenset()
        still = {key: seen for key, seen in self._unrevoked.items() if seen == changes and key in self._waiting}
        self._unrevoked = still | dict.fromkeys(unrevoked, changes)
        return keys - unrevoked


async def while_admitted(lapses: Lapses, admission: Admission, work: Coroutine[object, object, None]) -> None:
    """Do the work, or as much of it as is done until its caller is no longer let in."""
    if admission.can_lapse:
        await until(lapses.first(admission), work)
    else:
        await work


async def until(end: Coroutine[object, object, object], work: Coroutine[object, object, None]) -> None:
    """Do the work, or as much of it as is done by then."""
    tasks = working, ending = asyncio.create_task(work), asyncio.create_task(end)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)
