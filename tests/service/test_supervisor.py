"""Background tasks that fail: each failure is logged and counted, and the task starts again."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from service import supervisor
from service.supervisor import Supervisor
from tests.service.asking import on_server
from tests.service.vocero import Served, Vocero

LISTED = {"query": "{ customers { totalCount } }"}
SPOILT = """MATCH (store:Store) SET store.revision = 1
CREATE (:Change {revision: 1, recordedAt: store.recordedAt, touched: []})
CREATE (:Customer {id: 'customer:c', cloud: 'PUBLIC', recordedAt: 'spoilt'})"""
MENDED = "MATCH (c:Customer {id: 'customer:c'}) SET c.recordedAt = 1"
SECONDS = 60


def run(neo4j: Running, statement: str) -> None:
    address = neo4j.address
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        driver.execute_query(statement)


def logged(served: Served, event: str, number: int) -> list[dict[str, Any]]:
    """So many lines of the log about this event."""
    until = time.monotonic() + SECONDS
    while served.errors.count(f'"event":"{event}"') < number and time.monotonic() < until:
        time.sleep(0.1)
    lines = [json.loads(line) for line in served.errors.splitlines() if f'"event":"{event}"' in line]
    assert len(lines) >= number
    return lines


def measured(served: Served, name: str) -> float:
    """The number of a metric."""
    page = served.client.get("/metrics").text
    return next((float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(name)), 0.0)


async def test_a_task_that_fails_is_logged_counted_and_started_again(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    """A node that somebody spoilt behind the service's back hinders the filling of the index, until it is mended."""
    assert graph
    run(neo4j, SPOILT)
    with Vocero(tmp_path, **on_server(neo4j.address)).application() as served:
        first, second = logged(served, "background task failed", 2)[:2]
        failures = measured(served, 'vocero_background_failures_total{task="index"}')
        run(neo4j, MENDED)
        until = time.monotonic() + SECONDS
        while "errors" in (listed := served.client.post("/graphql", json=LISTED).json()) and time.monotonic() < until:  # noqa: ASYNC110 - HTTP tells of nothing
            await asyncio.sleep(0.2)

    assert (first["task"], first["level"], first["exception"][0]["exc_type"]) == ("index", "error", "TypeError")
    assert [first["restart_seconds"], second["restart_seconds"]] == [1.0, 2.0]
    assert failures >= 2
    assert listed["data"] == {"customers": {"totalCount": 1}}


async def test_a_task_that_is_cancelled_from_within_is_a_failure_and_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it waits for was cancelled, not the task: nobody meant it to end."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.0)
    failures, runs, again = list[str](), 0, asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            again.set()
            await asyncio.Event().wait()
        waited = asyncio.get_running_loop().create_future()
        waited.cancel()
        await waited

    async with Supervisor(failures.append) as background, asyncio.timeout(SECONDS):
        background.start("waiting", work)
        await again.wait()

    assert (failures, runs) == (["waiting"], 2)


async def test_tasks_end_in_the_opposite_order_of_their_start() -> None:
    ended, failures = list[str](), list[str]()

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    async with Supervisor(failures.append) as background:
        for name in ("first", "second"):
            background.start(name, partial(work, name))
        await asyncio.sleep(0)

    assert (ended, failures) == (["second", "first"], [])
