"""The service as users run it: its command, on a data folder or a server of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.cpu import cpu_seconds, memory_bytes
from bench.processes import started
from graph.address import Address

READY = re.compile(r"Vocero is ready: (https?://\S+)/graphql")
OPERATIONS = re.compile(r'^vocero_operations_total\{[^}]*code="(\w+)"[^}]*\} (\S+)$', re.MULTILINE)
LOOK_SECONDS = 0.1
"""After so many everything is told that each worker tells from time to time."""
LONG = 3600
OURS = ("VOCERO_BENCH", "VOCERO_DATA", "VOCERO_NEO4J")
ANSWERED = ("OK", "CANCELLED")  # the load leaves when its time is over, in the middle of its last questions


class NotServed(RuntimeError):  # noqa: N818  # it says what became of the service
    """A command of the service that failed, or an answer with an error."""


def settings() -> dict[str, str]:
    """What the environment sets of the service; where its data are is not its to say here."""
    return {name: value for name, value in os.environ.items() if name.startswith("VOCERO_") and not name.startswith(OURS)}


class Served:
    """A running service."""

    def __init__(self, url: str, pid: int, client: httpx.Client) -> None:
        self.url = f"{url}/graphql"
        self._pid = pid
        self._client = client

    def ask(self, document: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """The `data` of the answer. Raises NotServed for an error in it."""
        body = self.post(document, variables).json()
        if "errors" in body:
            raise NotServed(f"{body['errors'][:3]} to {document} with {variables}")
        data: dict[str, Any] = body["data"]
        return data

    def post(self, document: str, variables: Mapping[str, object]) -> httpx.Response:
        """The answer as it came."""
        return self._client.post("/graphql", json={"query": document, "variables": variables})

    def failed(self) -> float:
        """How many operations have been answered with an error."""
        counts = OPERATIONS.findall(self._client.get("/metrics").text)
        return sum(float(count) for code, count in counts if code not in ANSWERED)

    def settle(self) -> None:
        """Wait until its local index is whole."""
        while self._client.get("/readyz").is_error:
            time.sleep(LOOK_SECONDS)

    def cpu_seconds(self) -> float:
        """CPU time so far of the service, all its workers; also of the Neo4j that it started, if it did."""
        return cpu_seconds(self._pid)

    def memory_bytes(self) -> int:
        """Its memory, all workers together."""
        return memory_bytes(self._pid)


def load(book: Path, data: Path, server: Address | None) -> float:
    """Seconds that `vocero load` takes, into a server or a data folder with an embedded Neo4j of its own. Raises NotServed."""
    begun = time.perf_counter()
    done = subprocess.run(
        _command("load", str(book)), env=_environment(data, server), capture_output=True, text=True, timeout=LONG, check=False
    )
    if done.returncode:
        raise NotServed(f"vocero load: {done.stdout}{done.stderr}")
    return time.perf_counter() - begun


@contextmanager
def serving(data: Path, server: Address | None, workers: int) -> Iterator[Served]:
    """`vocero serve` with so many workers, on its embedded Neo4j or on a server; ended in order. Raises NotStarted."""
    data.mkdir(parents=True, exist_ok=True)
    command = _command("serve", "--port", "0", "--workers", str(workers))
    with (
        started(command, READY, data.parent / "service.log", _environment(data, server)) as (process, url),
        httpx.Client(base_url=url, timeout=LONG) as client,
    ):
        yield Served(url, process.pid, client)


def _command(*arguments: str) -> list[str]:
    return [os.environ.get("VOCERO_BENCH_PYTHON", sys.executable), "-m", "service.command_line", *arguments]


def _environment(data: Path, server: Address | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VOCERO_")}
    given = {"VOCERO_DATA": str(data)}
    if server is not None:
        given |= {"VOCERO_NEO4J_URI": server.uri, "VOCERO_NEO4J_USER": server.user, "VOCERO_NEO4J_PASSWORD": server.password}
    return {**kept, **settings(), **given, "COLUMNS": "200"}
