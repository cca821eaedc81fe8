import asyncio

from graph.graph import Graph
from graph.revision import Revision
from graph.store import newest_revision
from policy.errors import Unavailable
from resolvers.freshness import Freshness, settled_revision


class Pinned:
    """The revision that everything in an operation is answered at: the first that it saw, as fresh as was asked for."""

    def __init__(self, graph: Graph, freshness: Freshness) -> None:
        self._graph = graph
        self._freshness = freshness
        self._settling = asyncio.Lock()
        self.known: Revision | None = None
        """None = nothing was read yet."""
        self.unreachable: Unavailable | None = None
        """What was heard when the graph was looked at last: nobody waits in vain again; None = nothing bad."""

    @property
    def is_usual(self) -> bool:
        """Was nothing fresher asked for than what anybody gets?"""
        return self._freshness == Freshness()

    async def revision(self) -> Revision:
        """It. Raises Unavailable, BadInput."""
        await self.settle()
        return self.known or self.pin(await newest_revision(self._graph))

    def pin(self, revision: Revision) -> Revision:
        """It, which is this one if none was seen before."""
        if self.known is None:
            self.known = revision
        return self.known

    def settle_at_once(self) -> None:
        """Take the newest that is known, where nothing fresher is asked for than that is. Raises LookupError."""
        known = self._graph.cache.log.revision_at_once() if self._graph.cache is not None and self.is_usual else None
        if known is None:
            raise LookupError
        self.pin(known)

    async def settle(self) -> None:
        """Wait, once, until the graph holds what the caller has seen, or asks to see. Raises Unavailable, BadInput."""
        if self.known is None:
            async with self._settling:
                if self.unreachable is not None:
                    raise self.unreachable
                if self.known is None and (settled := await self._settled()):
                    self.pin(self._freshness.exactly or settled)

    async def _settled(self) -> Revision | None:
        try:
            return await settled_revision(self._graph, self._freshness)
        except Unavailable as error:
            self.unreachable = error
            raise
