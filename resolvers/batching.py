from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Batching(Protocol):
    """Makes of a reader of many keys one of a single key, whose calls of the same moment become one reading."""

    def __call__(self, many: Callable[[list[K]], Awaitable[Sequence[V]]]) -> Callable[[K], Awaitable[V]]:
        """A reader of one key."""
