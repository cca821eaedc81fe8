from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from graph.following import Following
from graph.misses import Misses
from graph.revision import Revision

V = TypeVar("V")

MOST_KEPT = 10_000


class Of(NamedTuple, Generic[V]):
    """What was read of some partners, at one revision; of one that is absent there is nothing."""

    revision: Revision
    of: Mapping[str, V]


class Read(NamedTuple, Generic[V]):
    """What was read of one, None where there is nothing, and the number of the revision that it was read at."""

    value: V | None
    number: int


class PartnerCache(Generic[V]):
    """
    What a process has read of partners and operators, of each until a revision touches it.

    read:         of these, 1 to 500, as a reading that begins now finds it
    greatest_age: seconds after which it is read anew
    """

    def __init__(self, read: Callable[[Sequence[str]], Awaitable[Of[V]]], greatest_age: float, log: Following) -> None:
        self._read_anew = read
        self._greatest_age = greatest_age
        self._log = log
        self._kept: dict[str, tuple[V, float]] = {}
        self._misses = Misses(self._read)

    async def get(self, id_: str, at: Revision) -> V | None:
        """What there is of one, good for that revision to which the log was followed. Raises Unavailable."""
        while (known := self.known(id_)) is None:
            read = (await self._misses.get((id_,)))[id_]
            if read.number >= at.number:
                return read.value
        return known

    def known(self, id_: str) -> V | None:
        """The same where it is remembered, good for the revision to which the log was followed; else None."""
        kept = self._kept.get(id_)
        return kept[0] if kept is not None and monotonic() - kept[1] <= self._greatest_age else None

    def met(self, found: Mapping[str, V], at: float) -> None:
        """Take what was read just now, at a revision that the log was followed to; at: when, by the clock that only goes forward."""
        if len(self._kept) + len(found) > MOST_KEPT:
            self.clear()
        self._kept.update((id_, (value, at)) for id_, value in found.items())

    def forget(self, id_: str) -> None:
        """A revision touched it."""
        self._kept.pop(id_, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    async def _read(self, ids: Sequence[str]) -> Mapping[str, Read[V]]:
        read = await self._read_anew(ids)
        number = read.revision.number
        if number >= self._log.followed_to:  # what is behind the log, as far as that is being followed, may have been touched since
            self.met(read.of, monotonic())
        return {id_: Read(read.of.get(id_), number) for id_ in ids}
