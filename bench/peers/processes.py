"""Servers that listen at a port that they are given."""

import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.peers.postgres import wait_for

STOP_SECONDS = 60


def free_port() -> int:
    """A port of loopback at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def until_ready(
    command: Sequence[str], ports: Sequence[int], log: Path, *, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Iterator[None]:
    """A process that listens at these ports by now; ended by SIGTERM. Raises NotStarted."""
    with log.open("a") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=folder)
    try:
        for port in ports:
            wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
