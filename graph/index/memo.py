"""Histories that were read from the index, with what was worked out of them: as many as there is room for."""

from collections import OrderedDict
from typing import NamedTuple

from graph.index.snapshot import Read
from policy.facts import History

OF_HISTORY, OF_RELATIONSHIP, OF_NODE = 1500, 420, 220
"""Bytes, as measured; with what is worked out of a history and kept with it."""


FULL = 0.9
"""The part of the memory that is filled ahead."""


class Kept(NamedTuple):
    """What was read, the number of the snapshot that it was found right in last, and its bytes."""

    read: Read
    snapshot: int
    size: int


class HistoryMemo:
    """
    The histories of a process, by customer.

    most_bytes: what they may take in all; those not used for the longest time go first
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self.bytes = 0

    @property
    def is_full(self) -> bool:
        """Would more drive out what is kept?"""
        return self.bytes >= self._most_bytes * FULL

    def get(self, customer: str) -> Kept | None:
        """What is kept of a customer."""
        kept = self._kept.get(customer)
        if kept is not None:
            self._kept.move_to_end(customer)
        return kept

    def keep(self, customer: str, read: Read, snapshot: int) -> None:
        """Keep a history, in the place of the one that was kept."""
        old = self._kept.pop(customer, None)
        if old is not None:
            self.bytes -= old.size
            if old.read is not read:
                old.read.history.worked_out.clear()  # it refers back to the history
        size = old.size if old is not None and old.read is read else _bytes_of(read.history)
        if size > self._most_bytes:
            return
        self._kept[customer] = Kept(read, snapshot, size)
        self.bytes += size
        while self.bytes > self._most_bytes:
            _, gone = self._kept.popitem(last=False)
            self.bytes -= gone.size
            gone.read.history.worked_out.clear()

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self.bytes = 0


def _bytes_of(history: History) -> int:
    return OF_HISTORY + OF_RELATIONSHIP * len(history.relationships) + OF_NODE * len(history.nodes)
