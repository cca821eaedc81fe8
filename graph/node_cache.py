from collections.abc import Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from graph.following import Following
from graph.graph import Graph
from graph.ids import OF_MANY
from graph.misses import Misses
from graph.nodes import nodes_of
from graph.revision import Revision
from policy.facts import Version

MOST_NODES = 10_000


class Kept(NamedTuple):
    """All versions of a node, and when they were read by the clock that only goes forward."""

    versions: tuple[Version, ...]
    at: float


class Read(NamedTuple):
    """What was read of a node, no versions of one that is not known, and the number of the revision that it was read at."""

    versions: tuple[Version, ...]
    number: int


class NodeCache:
    """Partners and operators that a process has met, so that one without a tie to a customer need not be looked for each time."""

    def __init__(self, graph: Graph, greatest_age: float, log: Following) -> None:
        self._graph = graph
        self._greatest_age = greatest_age
        self._log = log
        self._kept: dict[str, Kept] = {}
        self._misses = Misses(self._read)

    async def get(self, id_: str, at: Revision) -> tuple[Version, ...]:
        """All versions of one, good for that revision to which the log was followed; none of one that is not known. Raises Unavailable."""
        known = self.known(id_)
        while not known:
            read = (await self._misses.get((id_,)))[id_]
            if read.number >= at.number:
                return read.versions
        return known

    def known(self, id_: str) -> tuple[Version, ...]:
        """The same where it is remembered, good for the revision to which the log was followed; else none."""
        kept = self._kept.get(id_)
        return kept.versions if kept is not None and monotonic() - kept.at <= self._greatest_age else ()

    def met(self, nodes: Mapping[str, tuple[Version, ...]], at: float) -> None:
        """Take the partners and operators among nodes that were read just now, at a revision that the log was followed to; at: when."""
        if len(self._kept) > MOST_NODES:
            self.clear()
        self._kept.update((id_, Kept(versions, at)) for id_, versions in nodes.items() if id_.startswith(OF_MANY))

    def forget(self, id_: str) -> None:
        """A revision touched it."""
        self._kept.pop(id_, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    async def _read(self, ids: Sequence[str]) -> Mapping[str, Read]:
        nodes = await nodes_of(self._graph, ids)
        number = nodes.revision.number
        if number >= self._log.followed_to:  # what is behind the log, as far as that is being followed, may have been touched since
            if len(self._kept) + len(nodes.of) > MOST_NODES:
                self.clear()
            at = monotonic()
            self._kept.update((id_, Kept(versions, at)) for id_, versions in nodes.of.items())
        return {id_: Read(nodes.of.get(id_, ()), number) for id_ in ids}
