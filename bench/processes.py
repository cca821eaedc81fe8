"""Servers that are run beside each other: started, waited for, ended by their own process."""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 120


class NotStarted(RuntimeError):  # noqa: N818  # it says what became of it
    """A server that ended before it was ready."""


@contextmanager
def started(
    command: Sequence[str], ready: re.Pattern[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """
    A process that has said on standard output that it is ready, and what the first group of that says; ended by SIGTERM.

    log:    file to which its standard error goes
    raises: NotStarted
    """
    with (
        log.open("a") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            for line in process.stdout or ():
                if match := ready.search(line):
                    yield process, match[1]
                    return
            raise NotStarted(f"{command[0]} ended before it was ready: {log.read_text('utf-8')[-1000:]}")
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)
