"""
Cooperative scheduling of long work on the one event loop that everybody waits for.

Whatever is `cooperative` may be interrupted wherever it, or any function below it, calls `give_way`: also between two statements that
know nothing of coroutines. All work of a process together has a few milliseconds in each turn of the loop; the operation that has had the
least time so far goes on first; one that has waited for long before one that has just come, or it would wait as long as others come.
"""

import asyncio
from asyncio import AbstractEventLoop, Future, Semaphore, get_running_loop
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from contextvars import ContextVar
from functools import partial
from heapq import heappop, heappush
from itertools import count
from time import perf_counter
from types import coroutine
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")

SLICE_SECONDS = 0.002
AGING = 0.05
"""What a second counts by which one operation began before another, in seconds of the loop that they have had."""
MOST_READS = 3
"""How much one operation may ask of the graph at once: what waits for its own turn is not the graph's delay."""


class Account:
    """
    What one operation takes, in all of its tasks.

    seconds: that it has had of the loop
    begun:   when it began, by the clock that only goes forward
    reads:   entered for each reading of the graph
    """

    __slots__ = ("begun", "reads", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0
        self.begun = perf_counter()
        self.reads = Semaphore(MOST_READS)


_account: ContextVar[Account | None] = ContextVar("account", default=None)


class _RunQueue:
    """The work of one event loop that waits for its next time slice."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self._began = 0.0
        self._is_in_turn = False
        self._waiting: list[tuple[float, int, Future[None]]] = []
        self._number = count()

    def is_due(self) -> bool:
        """Has the work of this turn of the loop had its time?"""
        if self._is_in_turn:
            return perf_counter() - self._began > SLICE_SECONDS
        self._begin()
        return False

    def wait(self) -> Generator[Any, None, None]:
        """Wait for the next time slice."""
        account = _account.get()
        if account is not None and self._is_in_turn:
            account.seconds += perf_counter() - self._began
        future = self.loop.create_future()
        place = account.seconds + AGING * account.begun if account else 0.0
        heappush(self._waiting, (place, next(self._number), future))
        if not self._is_in_turn:
            self._begin()
        yield from future
        self._began = perf_counter()

    def _begin(self) -> None:
        self._began, self._is_in_turn = perf_counter(), True
        self.loop.call_soon(self._end)

    def _end(self) -> None:
        """The end of the turn: whoever is next goes on in the turn that follows."""
        self._is_in_turn = False
        while self._waiting:
            _, _, future = heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                break
        if self._waiting:
            self._begin()


class _Worker(greenlet):
    """One step of a coroutine, which may be interrupted."""

    queue: _RunQueue


_queue: _RunQueue | None = None


def _queue_of_this_loop() -> _RunQueue:
    global _queue  # noqa: PLW0603 - a process has one loop; only tests have several, one after the other
    loop = get_running_loop()
    if _queue is None or _queue.loop is not loop:
        _queue = _RunQueue(loop)
    return _queue


def give_way() -> bool:
    """
    Let others have their turn if this work has had its own; whether they had one.

    Nothing happens outside of what is `cooperative`. What is shared with others may be another one afterwards. Raises what an `await`
    may raise: CancelledError, where the time is over.
    """
    worker = getcurrent()
    if type(worker) is not _Worker or not worker.queue.is_due():
        return False
    worker.parent.switch(None)  # type: ignore[union-attr]  # whoever drives it
    return True


def wait_for(work: Awaitable[T]) -> T:
    """
    The outcome of what has to be waited for, in the midst of functions that are no coroutines.

    Raises RuntimeError outside of what is `cooperative`, else what the work raises.
    """
    worker = getcurrent()
    if type(worker) is not _Worker:
        if asyncio.iscoroutine(work):
            work.close()
        raise RuntimeError("nothing can be waited for here")
    result: T = worker.parent.switch(work)  # type: ignore[union-attr]  # whoever drives it
    return result


async def checkpoint() -> None:
    """Let others have their turn, as `give_way` does, also outside of what is `cooperative`."""
    if type(getcurrent()) is _Worker:
        give_way()
    elif (queue := _queue_of_this_loop()).is_due():
        await _slice_of(queue)


@coroutine
def _slice_of(queue: _RunQueue) -> Generator[Any, None, None]:
    yield from queue.wait()


async def cooperative(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in which `give_way` lets others have their turn; its result."""
    result: T = await _driven(work)
    return result


@coroutine
def _driven(work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
    step: partial[Any] = partial(work.send, None)
    while True:
        is_over, found = yield from _interruptible(step)
        if is_over:
            return found
        try:
            step = partial(work.send, (yield found))
        except BaseException as error:  # noqa: BLE001 - it is the coroutine's to handle
            step = partial(work.throw, error)


def _interruptible(step: Callable[[], Any]) -> Generator[Any, None, tuple[bool, Any]]:
    """One step of a coroutine: whether it was the last, and its result, or else what is waited for next."""
    worker = _Worker(_outcome)
    worker.gr_context = getcurrent().gr_context
    worker.queue = queue = _queue_of_this_loop()
    found = worker.switch(step)
    while not worker.dead:
        try:
            result = yield from (queue.wait() if found is None else _awaited(found))
        except BaseException as error:  # noqa: BLE001 - whoever cancels: what was interrupted has to hear of it
            worker.parent = getcurrent()
            found = worker.throw(error)
        else:
            worker.parent = getcurrent()  # where this is itself a step of something cooperative, that is another one now
            found = worker.switch(result)
    outcome: tuple[bool, Any] = found
    return outcome


def _awaited(work: Awaitable[Any]) -> Generator[Any, None, Any]:
    return (yield from work.__await__())


def _outcome(step: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return False, step()
    except StopIteration as end:
        return True, end.value


async def call(function: Callable[[], T]) -> T:
    """The result of a function that may give way, or wait for something."""

    async def called() -> T:
        return function()

    return await cooperative(called())


async def stream(results: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """What a generator gives, each step of it `cooperative`, and all of them one operation."""
    begin_account()
    async with aclosing(results):  # type: ignore[type-var]  # a generator, whatever else it is called
        while True:
            try:
                result: T = await cooperative(anext(results))  # type: ignore[arg-type]  # a coroutine in all but name
            except StopAsyncIteration:
                return
            yield result


def begin_account() -> None:
    """Begin an operation: what is done in this task, and in those that it begins, counts together."""
    _account.set(Account())


def reads_of_operation() -> AbstractAsyncContextManager[None]:
    """Entered while the graph is read for an operation: so many of it may be at once."""
    account = _account.get()
    return nullcontext() if account is None else account.reads
