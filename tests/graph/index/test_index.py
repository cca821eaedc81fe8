"""The local index holds what the graph holds: filled, followed, of another store."""

import asyncio
import os
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from graph.apply import apply
from graph.graph import Graph
from graph.index import rows_read
from graph.index.change import change
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.follower import AnotherHistory, refresh
from graph.index.rows import CustomerRow
from graph.index.snapshot import Stale, State, snapshot
from graph.index.values import Damaged, packed, unpacked
from graph.load import BATCH
from graph.log import touched_by
from graph.once import Asking
from graph.revision import Revision
from graph.store import newest_revision
from policy.change import End, Put, Start
from policy.facts import Version
from policy.terms import RelationshipType
from resolvers.load_folder import load_book
from tests.graph.index.comparison import (
    BOUNDARIES,
    CUSTOMERS,
    MOVED,
    STORE,
    expect_nothing_wrong,
    expect_the_same,
    follow_newest,
    plain,
    rename_customers,
)
from tests.oracle.book import Book, row_of
from tests.oracle.random_histories import History as Told
from tests.oracle.random_histories import histories
from tests.running_service import RunningService

HISTORIES = 5
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not CI]
by_chance = settings(max_examples=HISTORIES, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=list(HealthCheck))
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"


@by_chance
@given(history=histories())
async def test_it_holds_what_the_graph_holds_after_each_change(
    history: Told, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Filled from a random book, then followed over random changes; one that is filled at the end holds the same."""
    folder = tmp_path_factory.mktemp("index")
    history.book.write(folder / "book")
    await service.replace_with(folder / "book")
    with Environment(folder / "followed") as followed, Environment(folder / "filled") as filled:
        await fill(service.graph, followed, STORE)
        await follow_newest(service.graph, followed)
        compared = await expect_the_same(service.graph, followed)
        for number, apply in enumerate(history.applies):
            await service.execute(APPLY, changes=apply.changes, key=uuid4().hex)
            await follow_newest(service.graph, followed)
            await expect_nothing_wrong(service.graph, followed)
            if number % 2:
                await refresh(service.graph, followed)
                compared += await expect_the_same(service.graph, followed)
        await refresh(service.graph, followed)
        compared += await expect_the_same(service.graph, followed)
        await fill(service.graph, filled, STORE)
        assert await expect_the_same(service.graph, filled) <= compared


async def test_what_is_changed_while_an_index_is_filled_is_in_it(
    stored: Graph, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_read, "PAGE", 10)
    await asyncio.gather(fill(stored, environment, STORE), rename_customers(stored, 25))
    await follow_newest(stored, environment)
    await expect_nothing_wrong(stored, environment)
    await refresh(stored, environment)

    assert await expect_the_same(stored, environment) == CUSTOMERS


async def test_two_followers_do_not_stand_in_each_others_way(stored: Graph, environment: Environment) -> None:
    await fill(stored, environment, STORE)
    await rename_customers(stored, 10)
    await asyncio.gather(*(follow_newest(stored, environment) for _ in range(3)))
    await asyncio.gather(*(refresh(stored, environment) for _ in range(3)))

    assert await expect_the_same(stored, environment) == CUSTOMERS


async def test_an_entry_of_a_batch_of_ten_thousand_rows_is_followed(stored: Graph, environment: Environment, tmp_path: Path) -> None:
    """Its customers, old and new, are out of date at once, and right when they were read."""
    await fill(stored, environment, STORE)
    customers = [row_of("customers", key=f"c{number}", name=f"N {number}") for number in range(BATCH)]
    Book(customers=customers).write(tmp_path / "batch")
    before = await newest_revision(stored)
    await load_book(stored, tmp_path / "batch", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    await follow_newest(stored, environment)

    assert len(await touched_by(stored, before.number + 1)) == BATCH
    with snapshot(environment) as index:
        assert index.count_of_stale() == BATCH
        with pytest.raises(Stale):
            index.history("customer:c7")
    await refresh(stored, environment)
    with snapshot(environment) as index:
        assert index.count_of_stale() == 0
        names = {number: index.history(f"customer:c{number}") for number in (0, CUSTOMERS, BATCH - 1)}
        assert all(
            history and history.nodes[f"customer:c{number}"][0].properties["name"] == f"N {number}" for number, history in names.items()
        )
        assert sum(1 for _ in index.named("customer")) == BATCH


async def test_an_index_of_another_store_is_filled_anew(stored: Graph, environment: Environment) -> None:
    with change(environment) as changed:
        changed.set_state(State("another", Revision(9, 9), None))
        changed.put_customers({"customer:gone": CustomerRow({"customer:gone": (Version(1, None, {"cloud": "PUBLIC"}),)}, [], ())})
    await fill(stored, environment, STORE)

    assert await expect_the_same(stored, environment) == CUSTOMERS
    with snapshot(environment) as index:
        assert index.history("customer:gone") is None


async def test_a_store_that_went_back_is_another_history(stored: Graph, environment: Environment) -> None:
    """As after a backup was restored: the log lacks the revision of the index, or has another in its place."""
    await fill(stored, environment, STORE)
    newest = await newest_revision(stored)
    for other in (newest._replace(number=newest.number + 1), newest._replace(recorded_at=newest.recorded_at - 1)):
        with change(environment) as changed:
            changed.set_state(State(STORE, other, None))
        with pytest.raises(AnotherHistory):
            await follow_newest(stored, environment)


async def test_a_row_that_is_out_of_date_is_not_used(stored: Graph, environment: Environment) -> None:
    await fill(stored, environment, STORE)
    with change(environment) as changed:
        changed.mark_stale(["customer:c7"], 9)
    with snapshot(environment) as index:
        assert index.stale(10) == ["customer:c7"]
        with pytest.raises(Stale):
            index.history("customer:c7")
        assert index.history("customer:c8") is not None


async def test_what_a_change_touches_is_out_of_date_until_it_is_read_anew(stored: Graph, environment: Environment) -> None:
    """Also the customer that gets a subscription, and what is touched again before that."""
    await fill(stored, environment, STORE)
    made = await Asking.of("test", "new", {"kind": "apply"})
    again = await Asking.of("test", "again", {"kind": "apply"})
    ended = End(RelationshipType.HOLDS, "customer:c0", "subscription:s0", None, MOVED)
    begun = Start(RelationshipType.HOLDS, "customer:c1", "subscription:s0", None, MOVED, None, "test")
    await apply(stored, [ended, begun], BOUNDARIES, made)
    await apply(stored, [Put("subscription:s0", {"offer": "Visio"})], BOUNDARIES, again)
    await follow_newest(stored, environment)

    with snapshot(environment) as index:
        assert set(index.stale(10)) == {"customer:c0", "customer:c1"}
    await refresh(stored, environment)
    with snapshot(environment) as index:
        assert set(index.customers_around("subscription:s0")) == {"customer:c0", "customer:c1"}
    assert await expect_the_same(stored, environment) == CUSTOMERS


async def test_a_reader_sees_one_revision_while_another_process_writes(stored: Graph, environment: Environment) -> None:
    await fill(stored, environment, STORE)
    with snapshot(environment) as index:
        before = plain(index.history("customer:c7"))
        await asyncio.to_thread(emptied_in_a_thread, environment)
        assert plain(index.history("customer:c7")) == before
    with snapshot(environment) as index:
        assert index.history("customer:c7") is None


def emptied_in_a_thread(environment: Environment) -> None:
    with change(environment) as changed:
        changed.clear()


def test_a_change_that_fails_leaves_nothing(environment: Environment) -> None:
    with pytest.raises(ValueError, match="in its middle"):
        fail(environment)
    with snapshot(environment) as index:
        assert index.state() is None


def fail(environment: Environment) -> None:
    with change(environment) as changed:
        changed.set_state(State(STORE, None, ""))
        raise ValueError("in its middle")


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_value_with_one_other_byte_is_damaged(place: int) -> None:
    content = bytearray(packed({"some": "value"}))
    content[place] ^= 1

    assert unpacked(packed({"some": "value"})) == {"some": "value"}
    with pytest.raises(Damaged):
        unpacked(bytes(content))


def test_its_files_are_for_their_owner_only(environment: Environment, tmp_path: Path) -> None:
    assert environment.databases
    assert [path for path in (tmp_path / "index", *(tmp_path / "index").rglob("*")) if path.stat().st_mode & 0o077] == []
