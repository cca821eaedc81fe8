"""
What a service does on a disk that gets full: `python -m tests.service.full_disk FOLDER`, where FOLDER/data is a file system of its own.

One line of JSON on standard output says all that came of it.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.embedded import running
from tests.service.applies import Client, made
from tests.service.vocero import Served, Vocero, children_of, gone_within

LEAST_FREE, BELOW = 100, 80
INDEX_LEAST_FREE, BETWEEN = 120, 110
SECONDS, END_SECONDS = 300, 60
LIST = {"query": "{ customers(first: 1, consistency: {full: true}) { totalCount } }"}
READ = {"query": '{ customer(id: "customer:c0", consistency: {full: true}) { name } }'}


class Disk:
    """The file system of the data folder, which other programs fill."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self, leave: int) -> None:
        """Leave this many MB of it."""
        status = os.statvfs(self._filler.parent)
        with self._filler.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - (leave << 20)))

    def free(self) -> None:
        """Give it all back."""
        self._filler.unlink()


def main(folder: Path) -> dict[str, Any]:
    """Everything that was seen, by name."""
    vocero = Vocero(folder, VOCERO_LEAST_FREE=str(LEAST_FREE), VOCERO_INDEX_LEAST_FREE=str(INDEX_LEAST_FREE))
    disk, client = Disk(folder / "data"), Client()
    seen: dict[str, Any] = {}

    def ask(served: Served, number: int) -> bool:
        if payload := client.ask(served, number):
            client.answered[number] = payload
        return payload is not None

    with vocero.serving() as served:
        seen["with room"] = [ask(served, number) for number in range(3)]

        served.client.post("/graphql", json=LIST)  # so the index has it all
        disk.fill(leave=BETWEEN)
        seen["below the mark of the index, at the same revision"] = state_of(served, client, applied=False)
        seen["below the mark of the index"] = state_of(served, client, applied=ask(served, 100))
        seen["its lists"] = served.client.post("/graphql", json=LIST).json()
        disk.free()
        seen["with room for the index again"] = until(lambda: served.client.get("/readyz").status_code == HTTPStatus.OK)
        seen["its lists then"] = served.client.post("/graphql", json=LIST).json()

        disk.fill(leave=BELOW)
        seen["below the mark"] = state_of(served, client, applied=ask(served, 3))
        disk.free()
        seen["with room again"] = state_of(served, client, applied=ask(served, 4))

        disk.fill(leave=0)
        [neo4j] = children_of(served.process.pid)
        write_until_it_fails(folder / "data")
        seen["ended in its panic"] = gone_within(SECONDS, neo4j)
        seen["while it is gone"] = state_of(served, client, applied=ask(served, 5))
        disk.free()
        seen["back by itself"] = until(lambda: ask(served, 6))
        seen["after it came back"] = sorted(made(served, client.asked))

        seen["more"] = [ask(served, number) for number in range(7, 10)]
        disk.fill(leave=0)
        served.process.send_signal(signal.SIGTERM)
        seen["ended on a full disk"] = served.process.wait(END_SECONDS)
    disk.free()

    with vocero.serving() as served:
        seen["at the next start"] = sorted(made(served, client.asked))
        again = {number: client.ask(served, number) for number in client.asked}
        seen["made before"] = sorted(number for number, payload in again.items() if payload and payload["replayed"])
    seen["acknowledged"] = sorted(client.answered)
    return seen


def state_of(served: Served, client: Client, *, applied: bool) -> dict[str, Any]:
    """Whether an apply just now was made, and what else the service said."""
    read = served.client.post("/graphql", json=READ).json()
    ready = served.client.get("/readyz")
    codes, client.codes = sorted(client.codes), set()
    return {"applied": applied, "codes": codes, "read": read, "ready": [ready.status_code, ready.json()]}


def write_until_it_fails(data: Path) -> None:
    """Take the last of the space by writes of Neo4j itself, as those do that were under way when another program took the rest."""
    address = running(data)
    assert address
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password), max_transaction_retry_time=0) as driver:
        try:
            for number in range(10_000):
                driver.execute_query("CREATE (:Filler {text: $text})", text=str(number) * 50_000)
        except (DriverError, Neo4jError):
            return
    raise AssertionError("the disk did not get full")


def until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold in time."""
    ending = time.monotonic() + SECONDS
    while not (held := holds()) and time.monotonic() < ending:
        time.sleep(0.2)
    return held


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
