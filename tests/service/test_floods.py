"""What one caller sends, however much it is, keeps nobody else waiting: the one test here that looks at the clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import chain

import httpx
import pytest

from graph.embedded import Running
from graph.graph import Graph
from schema.schema import VoceroSchema
from service.log import report
from tests.oracle.book import Book, row_of
from tests.running_service import emptied
from tests.service.asking import bearing, on_server
from tests.service.floods import Flood, floods_of, known_floods
from tests.service.socket_floods import SOCKET_FLOODS
from tests.service.vocero import Served, Vocero

AT_MOST, LEAST_BOUND = 10, 0.25
"""The longest wait in a flood may be so many times that of a quiet time, or so many seconds, whichever is more."""
ROUNDS, TRIES = 6, 20
QUIET_SECONDS = 1.0
SECONDS = "1"
"""After so many the service ends an operation: long enough for it to keep others waiting, if it can."""
QUESTION = {"query": '{ permission(communicator: "operator:microsoft", customer: "customer:flooded", topic: "renewal") { verdict } }'}
ANSWER = {"permission": {"verdict": "PROHIBITED"}}
CUSTOMERS = 300
MADE = list(floods_of(VoceroSchema(report).graphql))
FLOODS = {"nobody": [*known_floods(), *MADE], "partner": MADE, "operator": [*known_floods(), *MADE]}
"""A partner sees another part of the graph; that long lists and texts are looked at in time is the same for all."""


def book() -> Book:
    """Some hundred customers of one partner."""
    keys = ["flooded", *(f"flooded-{n}" for n in range(CUSTOMERS))]
    return Book(
        customers=[row_of("customers", key=key, name=key, country="ES") for key in keys],
        partners=[row_of("partners", key="flooding", name="Flooding")],
        subscriptions=[row_of("subscriptions", key=f"of-{key}", offer="Microsoft 365 E3") for key in keys],
        relationships=list(
            chain.from_iterable(
                (
                    row_of("relationships", type="HOLDS", from_=f"customer:{key}", to=f"subscription:of-{key}", valid_from="2024-01-01"),
                    row_of("relationships", type="BILLS", from_="partner:flooding", to=f"subscription:of-{key}", valid_from="2024-01-01"),
                )
                for key in keys
            )
        ),
    )


@pytest.fixture(scope="module")
async def vocero(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Vocero:
    """The command, with authentication on."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)
    return Vocero(tmp_path_factory.mktemp("floods"), VOCERO_AUTH="on", VOCERO_OPERATION_SECONDS=SECONDS, **on_server(neo4j.address))


@pytest.fixture(scope="module")
def keys(vocero: Vocero) -> dict[str, dict[str, str]]:
    """The headers of a partner, and of an operator who asks at the same time."""
    loaded = vocero("load", vocero.write("book", book()))
    assert loaded.returncode == 0, loaded.stderr
    partner = vocero("key", "create", "flooding", "--role", "partner", "--node", "partner:flooding").stdout.strip()
    return {"partner": bearing(partner), "operator": bearing(vocero("key", "create", "second", "--role", "operator").stdout.strip())}


@pytest.fixture(scope="module")
def served(vocero: Vocero, keys: dict[str, dict[str, str]]) -> Iterator[Served]:  # noqa: ARG001 - the store has to be filled before
    with vocero.serving() as served:
        yield served


class Second:
    """
    A caller who asks small questions, one after the other.

    longest: the seconds that it waited for the slowest answer since this was set to 0
    """

    longest = 0.0

    def __init__(self) -> None:
        self._answered = asyncio.Event()

    async def ask(self, client: httpx.AsyncClient) -> None:
        while True:
            await self._ask(client.get("/healthz"), {"status": "ok"})
            await self._ask(client.post("/graphql", json=QUESTION), ANSWER)
            await asyncio.sleep(0.005)

    async def _ask(self, asked: Awaitable[httpx.Response], expected: object) -> None:
        begun = time.monotonic()
        answered = await asked
        self.longest = max(self.longest, time.monotonic() - begun)
        self._answered.set()
        body = answered.json()
        assert body.get("data", body) == expected

    async def heard(self) -> None:
        """What was being waited for is counted."""
        for _ in range(2):
            self._answered.clear()
            await self._answered.wait()


@asynccontextmanager
async def asking(served: Served, headers: dict[str, str]) -> AsyncIterator[Second]:
    second = Second()
    async with httpx.AsyncClient(base_url=served.url, headers=headers, timeout=120) as client, asyncio.TaskGroup() as group:
        for _ in range(TRIES):  # the first question of a service may take longer than it gives one
            if (await client.post("/graphql", json=QUESTION)).json().get("data") == ANSWER:
                break
        task = group.create_task(second.ask(client))
        yield second
        task.cancel()


async def flooded(served: Served, flood: Flood, headers: dict[str, str]) -> None:
    """One flood, until it is answered, at the latest when its time is over."""
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as client:
        answered = await client.post("/graphql", content=flood.body, headers={"content-type": "application/json", **headers})
    assert b'"code":"INTERNAL"' not in answered.content, flood.name


async def excess(second: Second, send: Callable[[], Awaitable[None]], bound: float) -> tuple[float, float]:
    """
    The longest wait while something was sent, and what it may be.

    Of several rounds the best counts, and a machine that has got other work meanwhile is waited for in quiet too: that is no fault of the
    service.
    """
    best = float("inf")
    for _ in range(ROUNDS):
        second.longest = 0.0
        await send()
        await second.heard()
        best = min(best, second.longest)
        if best <= bound:
            break
        bound = max(bound, await quiet(second))
    return best, bound


async def quiet(second: Second) -> float:
    """The bound for the longest wait, as of a time in which nobody else asks."""
    await second.heard()  # what is first is slower
    second.longest = 0.0
    await asyncio.sleep(QUIET_SECONDS)
    await second.heard()
    return max(AT_MOST * second.longest, LEAST_BOUND)


@pytest.mark.parametrize("who", FLOODS)
async def test_whoever_floods_keeps_no_second_caller_waiting(served: Served, keys: dict[str, dict[str, str]], who: str) -> None:
    """By nobody, or with a key; an operator may ask what anybody may where authentication is off. `pytest -rP` shows the waits."""
    waits = {}
    async with asking(served, keys["operator"]) as second:
        bound = await quiet(second)
        for flood in FLOODS[who]:
            waits[flood.name] = await excess(second, partial(flooded, served, flood, keys.get(who, {})), bound)
    for name, (wait, most) in sorted(waits.items(), key=lambda pair: -pair[1][0]):
        print(f"{who}: {wait * 1000:7.0f} ms of {most * 1000:5.0f}  {name}")  # noqa: T201 - for -rP

    assert {name: wait for name, (wait, most) in waits.items() if wait > most} == {}


@pytest.mark.parametrize("who", ["nobody", "partner"])
async def test_whoever_floods_sockets_keeps_no_second_caller_waiting(served: Served, keys: dict[str, dict[str, str]], who: str) -> None:
    """Frames before anybody says who asks, silent sockets, messages that can't be, and operations on one socket."""
    waits = {}
    credential = keys.get(who, {}).get("Authorization", "")
    async with asking(served, keys["operator"]) as second:
        bound = await quiet(second)
        for name, send in SOCKET_FLOODS.items():
            waits[name] = await excess(second, partial(send, served.url, credential), bound)
    for name, (wait, most) in sorted(waits.items(), key=lambda pair: -pair[1][0]):
        print(f"{who}: {wait * 1000:7.0f} ms of {most * 1000:5.0f}  {name}")  # noqa: T201 - for -rP

    assert {name: wait for name, (wait, most) in waits.items() if wait > most} == {}
