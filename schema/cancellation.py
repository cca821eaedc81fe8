"""A cancellation ends the task that was cancelled, and nothing else."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class CancelledElsewhere(RuntimeError):  # noqa: N818 - named for what happened
    """Something that was waited for had been cancelled, and not whoever waits."""


@contextmanager
def own_cancellation() -> Iterator[None]:
    """Let the cancellation of the current task through; raise any other one as CancelledElsewhere, which is an error as any."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise CancelledElsewhere from error
