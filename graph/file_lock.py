"""Locks of files among the processes of a host, on every system; a lock ends with the process that holds it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.002
"""How often a lock is tried that another process holds."""

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: int, *, shared: bool = False) -> bool:
        """Take the lock of an open file; whether it could be had. It ends when the file is closed."""
        del shared  # the system has no such locks of one byte
        try:
            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(file: int) -> None:
        """Give the lock back."""
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def try_lock(file: int, *, shared: bool = False) -> bool:
        """Take the lock of an open file; whether it could be had. It ends when the file is closed."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(file: int) -> None:
        """Give the lock back."""
        fcntl.flock(file, fcntl.LOCK_UN)


def open_lock(path: Path) -> int:
    """A file to be locked, which no child process inherits; made where it is not there, for its owner only."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def lock_within(file: int, seconds: float) -> bool:
    """Take the lock of an open file; whether it could be had in this time. Blocks."""
    until = time.monotonic() + seconds
    while not try_lock(file):
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """The lock of a file, for as long as the block runs; False where another process holds it."""
    file = open_lock(path)
    try:
        yield try_lock(file)
    finally:
        os.close(file)
