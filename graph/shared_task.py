import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


def shared_task(work: Coroutine[object, object, T]) -> asyncio.Task[T]:
    """
    Start a short task whose outcome goes to all who await it; wait for it within `asyncio.shield`.

    Its error is theirs: where all of them have given up waiting, it is nobody's, and no fault.
    """
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
