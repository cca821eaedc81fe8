"""What happens to a watch when its service is killed, and when its client doesn't read."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from graph.embedded import Running
from graph.graph import Graph
from tests.service.vocero import Served, Vocero
from tests.watching import CHANGES, PERMISSION_CHANGES, Watch, watching

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
STARTED = "2024-01-01T00:00:00Z"
MANY, LONG = 100, 1000
WIDE = (
    "subscription ($since: Revision) { changes(since: $since) { revision "
    + " ".join(f"c{number}: customers(first: {MANY}) {{ id name }}" for number in range(20))
    + " } }"
)


@pytest.fixture
def vocero(neo4j: Running, graph: Graph, tmp_path: Path) -> Vocero:
    """On a server with an empty store; quick to lose patience."""
    assert graph
    address = neo4j.address
    settings = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    return Vocero(tmp_path, **settings, VOCERO_SLOW_SECONDS="0.5")


def applied(served: Served, *changes: dict[str, Any]) -> str:
    body = {"query": APPLY, "variables": {"changes": list(changes), "key": uuid4().hex}}
    revision: str = served.client.post("/graphql", json=body).json()["data"]["apply"]["revision"]
    return revision


def put(number: int) -> dict[str, Any]:
    return {"putCustomer": {"key": f"c{number}", "name": f"Customer {number}"}}


def revision(served: Served) -> str:
    newest: str = served.client.post("/graphql", json={"query": "{ revision }"}).json()["data"]["revision"]
    return newest


async def test_a_watch_goes_on_after_its_service_was_killed(vocero: Vocero) -> None:
    """Changes before the kill that were not read yet, and changes after the restart; a permission that begins in between."""
    begins = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    related = {"type": "RESELLER_FOR", "from": "partner:p", "to": "customer:c0", "validFrom": begins}
    with vocero.serving() as served:
        beginning = revision(served)
        async with watching(served.url, CHANGES, since=beginning) as watch:
            made = [applied(served, put(number)) for number in range(4)]
            told = [each["revision"] for each in await watch.take(2)]
            made.append(applied(served, {"putPartner": {"key": "p"}}, {"start": related}))
            served.process.kill()
            served.process.wait()
    with vocero.application() as served:
        made += [applied(served, put(number)) for number in range(4, 6)]
        async with watching(served.url, CHANGES, since=told[-1]) as watch:
            told += [each["revision"] for each in await watch.take(5)]
        interest = {"communicator": "partner:p", "topics": ["training"]}
        async with watching(served.url, PERMISSION_CHANGES, since=beginning, **interest) as watch:
            difference = await watch.next()

    assert told == made
    assert (difference["before"], difference["after"]) == ("NOT_STATED", "EXPECTED")
    assert datetime.fromisoformat(difference["at"]) >= datetime.fromisoformat(begins)


async def test_a_client_that_does_not_read_is_let_go_with_a_reason_and_can_go_on(vocero: Vocero) -> None:
    with vocero.application() as served:
        since = revision(served)
        made = [
            applied(served, *({"putCustomer": {"key": f"c{number}", "name": name * LONG}} for number in range(MANY)))
            for name in "abcdefghijkl"
        ]
        async with watching(served.url, WIDE, since=since) as watch:
            async with asyncio.timeout(60):
                while "client too slow" not in served.errors:  # noqa: ASYNC110 - until then it does not read, which is what this is about
                    await asyncio.sleep(0.1)
                told, closed = await heard(watch)
        async with watching(served.url, CHANGES, since=told[-1]) as watch:
            rest = [each["revision"] for each in await watch.take(len(made) - len(told))]

        assert closed == (1013, "too slow: a message was not accepted within 0.5 s; watch again since the last revision received")
        assert 0 < len(told) < len(made)
        assert told + rest == made
        assert "Traceback" not in served.errors


async def heard(watch: Watch) -> tuple[list[str], tuple[int, str] | None]:
    """The revisions told until the server closes, and how it does."""
    told: list[str] = []
    try:
        while True:
            told.append(json.loads(await watch.socket.recv())["payload"]["data"]["changes"]["revision"])
    except ConnectionClosed as error:
        return told, None if error.rcvd is None else (error.rcvd.code, error.rcvd.reason)
