"""A worker that ends by a fault of memory: what it had open of the index is made anew, and not in a circle."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.embedded import Running
from tests.oracle.book import Book, row_of
from tests.service.vocero import Served, Vocero

NAMES = "{ customers(first: 10, consistency: {full: true}) { edges { node { name } } } }"
SECONDS = 300
MARK = "marked"
"""A file that the test leaves in a generation; numbers of generations come again."""


def until(holds: Callable[[], bool]) -> bool:
    ending = time.monotonic() + SECONDS
    while not (held := holds()) and time.monotonic() < ending:
        time.sleep(0.1)
    return held


def generation(index: Path) -> Path | None:
    """The folder of the generation in use, when both workers have it open."""
    for current in index.glob("*/current"):
        folder = current.parent / current.read_text("ascii")
        return folder if len(workers(folder)) == 2 else None
    return None


def is_another(index: Path) -> bool:
    """Is the generation in use another one than that which was marked?"""
    folder = generation(index)
    return folder is not None and not (folder / MARK).exists()


def workers(folder: Path) -> set[int]:
    """The live processes that have a generation open."""
    pids = {int(mark.name.split("-")[1]) for mark in folder.glob("open-*")}
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def names(served: Served) -> list[str]:
    body = served.client.post("/graphql", json={"query": NAMES}).json()
    return [edge["node"]["name"] for edge in body["data"]["customers"]["edges"]]


@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="the system has no such signal")
def test_the_index_of_a_worker_that_a_fault_of_memory_ended_is_made_anew_once(neo4j: Running, tmp_path: Path) -> None:
    address = neo4j.address
    vocero = Vocero(tmp_path, VOCERO_NEO4J_URI=address.uri, VOCERO_NEO4J_PASSWORD=address.password, VOCERO_STALENESS="0")
    index = tmp_path / "data" / "index"
    book = Book(customers=[row_of("customers", key=f"fault{number}", name=f"Fault {number}") for number in range(3)])
    with vocero.serving("--workers", "2") as served:
        vocero("load", vocero.write("book", book))
        assert until(lambda: generation(index) is not None)
        expected = names(served)
        assert expected

        first = generation(index)
        assert first is not None
        (first / MARK).touch()
        os.kill(min(workers(first)), signal.SIGSEGV)
        assert until(lambda: is_another(index)), served.errors
        assert names(served) == expected

        second = generation(index)
        assert second is not None
        (second / MARK).touch()
        before = workers(second)
        os.kill(min(before), signal.SIGBUS)
        assert until(lambda: generation(index) is not None and workers(second) != before), served.errors
        time.sleep(2)
        assert not is_another(index)
        assert names(served) == expected
        assert served.errors.count("worker ended by a fault of memory") == 2
