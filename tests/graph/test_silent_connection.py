"""Connections to Neo4j that stay open and carry nothing any more: nobody waits for one for long."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from graph.apply import apply
from graph.embedded import Running
from graph.graph import Graph
from graph.once import Applied, Asking
from policy.change import Put
from policy.errors import Unavailable
from tests.wire import Moment, Wire

SECONDS = 60
SHORT = 2.0


class Silence:
    """What happens to a connection: nothing is carried over it until the test ends."""

    def __init__(self) -> None:
        self.begun, self.ended = Event(), Event()

    def __call__(self) -> None:
        self.begun.set()
        self.ended.wait()


@pytest.fixture
def silence() -> Iterator[Silence]:
    silence = Silence()
    yield silence
    silence.ended.set()


async def put(graph: Graph, key: str) -> Applied:
    return await apply(graph, [Put(f"customer:{key}", {"name": key})], {}, await Asking.of("test", key, {"key": key}))


async def test_a_write_that_goes_silent_holds_others_no_longer_than_it_may_take(neo4j: Running, graph: Graph, silence: Silence) -> None:
    """Silent while it has the store's lock. The other waits as long as a write may take by default, and gets the lock in that time."""
    with closing(Wire(neo4j.address)) as wire:
        wire.break_at(Moment.IN_ITS_WORK, silence)
        async with Graph.connect(wire.address, write_seconds=SHORT) as over_the_wire:
            silent = asyncio.create_task(put(over_the_wire, "silent"))
            assert await asyncio.to_thread(silence.begun.wait, SECONDS)

            other = await put(graph, "other")
            with pytest.raises(
                Unavailable, match="the graph did not answer within 2 s; ask again, for a change with the same idempotency key"
            ):
                await silent
            again = await put(over_the_wire, "silent")

    assert [(done.revision.number, done.replayed) for done in (other, again)] == [(1, False), (2, False)]


async def test_a_commit_whose_answer_never_comes_is_settled_by_its_key(neo4j: Running, graph: Graph, silence: Silence) -> None:
    with closing(Wire(neo4j.address)) as wire:
        wire.break_at(Moment.AFTER_ITS_COMMIT, silence)
        async with Graph.connect(wire.address, write_seconds=SHORT) as over_the_wire:
            with pytest.raises(Unavailable, match="did not answer within 2 s"):
                await put(over_the_wire, "silent")
            again = await put(over_the_wire, "silent")

    assert silence.begun.is_set()
    assert (again.revision.number, again.replayed) == (1, True)
    assert (await put(graph, "next")).revision.number == 2
