import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 2
"""Readings under way at a time: what is wanted meanwhile is the next one, all of it together."""
MOST_KEYS = 500


class Misses(Generic[K, V]):
    """Reads what a cache misses: each key once, however many want it at the moment, and many of them in one reading."""

    def __init__(self, read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._wanted: dict[K, asyncio.Future[V]] = {}
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, keys: Iterable[K]) -> Mapping[K, V]:
        """What a reading that begins from now on gives for each key; it has to give something. Raises what the reading raises."""
        futures = {key: self._future(key) for key in keys}
        await asyncio.wait(futures.values())  # whoever gives up waiting leaves them to the others
        return {key: future.result() for key, future in futures.items()}

    def _future(self, key: K) -> asyncio.Future[V]:
        future = self._wanted.get(key)
        if future is None:
            loop = asyncio.get_running_loop()
            future = self._wanted[key] = loop.create_future()
            if len(self._wanted) == 1:
                loop.call_soon(self._begin)
        return future

    def _begin(self) -> None:
        while self._wanted and self._under_way < AT_ONCE:
            keys = list(self._wanted)[:MOST_KEYS]
            futures = {key: self._wanted.pop(key) for key in keys}
            self._under_way += 1
            task = asyncio.create_task(self._reading(futures))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _reading(self, futures: Mapping[K, asyncio.Future[V]]) -> None:
        try:
            found = await self._read(list(futures))
            for key, future in futures.items():
                if not future.done():
                    future.set_result(found[key])
        except BaseException as error:
            for future in futures.values():
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # nobody may be waiting any more
            if not isinstance(error, Exception):
                raise
        finally:
            self._under_way -= 1
            self._begin()
