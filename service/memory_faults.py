"""Workers that a fault of memory ended: what they had open of the local index may be why."""

import signal
import time
from pathlib import Path
from typing import Final

import structlog

from graph.index.generations import give_up_those_of

FAULTS: Final = frozenset({-signal.SIGSEGV, *([-signal.SIGBUS] if hasattr(signal, "SIGBUS") else [])})
"""Exit codes: a file that is cut short under a process that has it mapped ends it by SIGBUS."""
ONCE_IN_SECONDS: Final = 3600.0
"""A worker that ends so again soon does not end by its file: it would be filled in a circle."""


class MemoryFaults:
    """
    Has what such a worker had open be made anew, once in an hour.

    folder: of the local index
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given_up_at: float | None = None

    def ended(self, pid: int | None, exit_code: int | None) -> None:
        """A worker has ended."""
        if pid is None or exit_code not in FAULTS:
            return
        is_again = self._given_up_at is not None and time.monotonic() - self._given_up_at < ONCE_IN_SECONDS
        is_given_up = not is_again and give_up_those_of(self._folder, pid)
        if is_given_up:
            self._given_up_at = time.monotonic()
        structlog.get_logger().error(
            "worker ended by a fault of memory", signal=signal.Signals(-exit_code).name, index_made_anew=is_given_up
        )
