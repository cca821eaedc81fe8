"""Callers that are no longer let in: noticed by the one look at the newest revision, and no key is asked for in vain."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.embedded import Running
from graph.keys import Key, create_key, revoke_key
from policy.caller import ANYBODY, Role
from policy.errors import Unauthenticated
from policy.instant import now
from service import lapses
from service.admission import Admission, Outdated, Revoked
from service.lapses import Lapses
from tests.counting_graph import CountingGraph
from tests.running_index import reading_through
from tests.running_service import emptied

LOOKS = 5


@pytest.fixture
async def counting(neo4j: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CountingGraph]:
    monkeypatch.setattr(lapses, "LOOK_SECONDS", 0.05)
    async with CountingGraph.connect(neo4j.address, read_seconds=30) as graph:
        graph.readings = Counter()
        await emptied(graph)
        for name in ("one", "two", "three"):
            await create_key(graph, Key(name, name, name * 10, Role.ANALYST, None, now(), "test", None))
        yield graph


@asynccontextmanager
async def waiting(watch: Lapses, *admissions: Admission) -> AsyncIterator[list[asyncio.Task[Unauthenticated]]]:
    tasks = [asyncio.create_task(watch.first(admission)) for admission in admissions]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def looks(counting: CountingGraph) -> None:
    """Wait until the newest revision was looked at several times."""
    until = counting.readings["store"] + LOOKS
    async with asyncio.timeout(30):
        while counting.readings["store"] < until:  # noqa: ASYNC110 - it is nobody's event
            await asyncio.sleep(0.01)


async def test_a_revoked_key_is_noticed_and_the_graph_is_asked_for_keys_only_when_some_changed(counting: CountingGraph) -> None:
    watch = Lapses(counting, reading_through(counting).poller)
    async with waiting(watch, *(Admission(ANYBODY, key=name) for name in ("one", "two"))) as (one, two):
        await looks(counting)
        assert counting.readings["unrevoked_keys"] == 1

        await revoke_key(counting, "one", now(), "test")
        assert isinstance(await asyncio.wait_for(one, 30), Revoked)
        await looks(counting)
        assert not two.done()
        assert counting.readings["unrevoked_keys"] == 2


async def test_a_key_that_is_new_here_is_asked_for_though_no_key_changed(counting: CountingGraph) -> None:
    await revoke_key(counting, "two", now(), "test")
    watch = Lapses(counting, reading_through(counting).poller)
    async with waiting(watch, Admission(ANYBODY, key="one")):
        await looks(counting)
        async with waiting(watch, Admission(ANYBODY, key="two")) as [two]:
            assert isinstance(await asyncio.wait_for(two, 30), Revoked)


async def test_a_token_that_expires_needs_no_look_of_keys(counting: CountingGraph) -> None:
    watch = Lapses(counting, reading_through(counting).poller)
    async with waiting(watch, Admission(ANYBODY, until=now() + 200_000)) as [ended]:
        assert isinstance(await asyncio.wait_for(ended, 30), Outdated)
    assert not counting.readings["unrevoked_keys"]
