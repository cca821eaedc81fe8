from graph.index.local_index import LocalIndex
from graph.revision import Revision
from graph.time_slices import wait_for
from policy.errors import Unavailable
from resolvers.freshness import Freshness, settled_revision


class Pinned:
    """The revision that everything in an operation is answered at: the newest when it was asked for first, as fresh as was asked for."""

    def __init__(self, index: LocalIndex, freshness: Freshness) -> None:
        self._index = index
        self._freshness = freshness
        self.known: Revision | None = None
        """None = nothing was read yet."""
        self.unreachable: Unavailable | None = None
        """Why the graph could not be asked: nobody waits in vain again; None = it could."""

    def revision(self) -> Revision:
        """The revision; waits, once, until the graph holds what the caller has seen, or asks to see. Raises Unavailable, BadInput."""
        if self.known is None:
            if self.unreachable is not None:
                raise self.unreachable
            at_once = self._index.poller.revision_at_once() if self._freshness == Freshness() else None
            try:
                settled = at_once or wait_for(settled_revision(self._index, self._freshness))
            except Unavailable as error:
                self.unreachable = error
                raise
            self.known = self.known or self._freshness.exactly or settled
        return self.known
