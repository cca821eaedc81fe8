"""Answers that were given before, as they were sent. The same question gets the same one while nothing is written and no time runs out."""

from collections import OrderedDict
from time import monotonic
from typing import NamedTuple

from graph.revision import Revision
from policy.instant import now
from schema.given import Given

LARGEST_PART = 10
"""No answer takes more than this part of the memory."""
OF_AN_ANSWER = 600
"""Bytes beside its question and itself, as measured."""


class Asked(NamedTuple):
    """What was sent, to the byte, and the media type of the answer."""

    body: bytes
    media_type: str


class Kept(NamedTuple):
    """An answer, what it came about by, and when by the clock that only goes forward."""

    body: bytes
    given: Given
    at: float


class Answers:
    """
    Those of a process to callers that see everything: all of them are given the same.

    most_bytes:   what they may take; those not asked for the longest time go first
    greatest_age: seconds after which one is worked out anew, so that a write behind the service's back is seen
    """

    def __init__(self, most_bytes: int, greatest_age: float) -> None:
        self._most_bytes = most_bytes
        self._greatest_age = greatest_age
        self._revision: Revision | None = None
        self._kept: OrderedDict[Asked, Kept] = OrderedDict()
        self._bytes = 0

    def __contains__(self, asked: Asked) -> bool:
        """Is there an answer, which may be outdated?"""
        return asked in self._kept

    def get(self, asked: Asked, newest: Revision) -> Kept | None:
        """The answer, if it is still the same at the newest revision, now."""
        if newest != self._revision:
            self.clear()
            return None
        kept = self._kept.get(asked)
        if kept is None:
            return None
        lasting = kept.given.lasting
        if not lasting.since <= now() < lasting.until or monotonic() - kept.at > self._greatest_age:
            self._drop(asked)
            return None
        self._kept.move_to_end(asked)
        return kept

    def keep(self, asked: Asked, body: bytes, given: Given, begun: float) -> None:
        """Remember an answer; begun: when it began to be found, by the clock that only goes forward."""
        size = _size(asked, body)
        if size > self._most_bytes // LARGEST_PART:
            return
        if given.lasting.revision != self._revision:
            if self._revision is not None and given.lasting.revision.recorded_at < self._revision.recorded_at:
                return
            self.clear()
            self._revision = given.lasting.revision
        self._drop(asked)
        self._kept[asked] = Kept(bytes(memoryview(body)), given, begun)  # what orjson gives holds on to a buffer of several kilobytes
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self._bytes = 0

    def _drop(self, asked: Asked) -> None:
        kept = self._kept.pop(asked, None)
        if kept is not None:
            self._bytes -= _size(asked, kept.body)


def _size(asked: Asked, body: bytes) -> int:
    return len(asked.body) + len(body) + OF_AN_ANSWER
