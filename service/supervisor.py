"""Supervision of background tasks: none of them dies unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a task that failed is started again: each failure doubles them, a run of the longest pause makes them short again."""


class Supervisor:
    """
    The one place that starts the background tasks of a process, logs and counts their failures, and restarts them.

    Leave its `async with` block to cancel them, the last one first.

    failed: called with the name of each task that failed
    """

    def __init__(self, failed: Callable[[str], None]) -> None:
        self._failed = failed
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Start a task that lasts as long as the process does."""
        self._tasks.append(asyncio.create_task(self._keep_running(name, work), name=name))

    async def _keep_running(self, name: str, work: Callable[[], Coroutine[object, object, None]]) -> None:
        pause = FIRST_PAUSE
        while True:
            begun = monotonic()
            try:
                await work()
            except (Exception, asyncio.CancelledError) as error:
                if _is_ending(error):
                    raise
                if monotonic() - begun > LONGEST_PAUSE:
                    pause = FIRST_PAUSE
                self._failed(name)
                structlog.get_logger().error("background task failed", task=name, restart_seconds=pause, exc_info=error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        while self._tasks:
            task = self._tasks.pop()
            task.cancel()
            await asyncio.wait([task])


def _is_ending(error: BaseException) -> bool:
    """Tell a cancellation of the task itself from one that came out of something that it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
