import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from graph.time_slices import checkpoint

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


AT_ONCE = 250
"""Tasks that are begun together: the loop runs each of them before anybody else has a turn."""


async def gathered(work: Callable[[K], Awaitable[V]], keys: Sequence[K]) -> list[V | Exception]:
    """What becomes of each key, or the error that it ends with, in their order; of many not all at the same time."""
    found: list[V | Exception] = []
    for first in range(0, len(keys), AT_ONCE):
        some = await asyncio.gather(*(work(key) for key in keys[first : first + AT_ONCE]), return_exceptions=True)
        for each in some:
            if isinstance(each, BaseException) and not isinstance(each, Exception):
                raise each
            found.append(each)
        await checkpoint()
    return found


class Batching(Protocol):
    """Makes of a reader of many keys one of a single key, whose calls of the same moment become one reading."""

    def __call__(self, many: Callable[[list[K]], Coroutine[Any, Any, Sequence[V]]]) -> Callable[[K], Awaitable[V]]:
        """A reader of one key."""
