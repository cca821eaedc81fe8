"""The local index holds what the graph holds: filled, followed, killed in the middle, of another store."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from graph.apply import apply
from graph.embedded import Running
from graph.graph import Graph
from graph.histories import histories_of
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.follower import AnotherHistory, follow, refresh
from graph.index.numbers import OPERATORS
from graph.index.rows import CustomerRow
from graph.index.rows_read import partners_of
from graph.index.snapshot import Stale, State, change, snapshot
from graph.index.values import Damaged, packed, unpacked
from graph.once import Asking
from graph.revision import Revision
from graph.store import newest_revision
from policy.change import End, Put, Start
from policy.facts import History
from policy.terms import Boundary, RelationshipType
from resolvers.load_folder import load_book
from tests.oracle.book import Book, row_of
from tests.oracle.random_histories import History as Told
from tests.oracle.random_histories import histories
from tests.running_service import RunningService

HISTORIES = 5
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not CI]
by_chance = settings(max_examples=HISTORIES, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=list(HealthCheck))
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
STORE, CUSTOMERS = "one", 300
MOVED = 1_735_689_600_000_000
BOUNDARIES = {True: Boundary.INSTANT, False: Boundary.INSTANT}


def some_book(customers: int) -> Book:
    """Customers with a subscription each that Fabrikam bills and Adatum, for which it provides, resells."""
    since = {"valid_from": "2024-01-01"}
    ties = [row_of("relationships", type="PROVIDES_FOR", from_="partner:fabrikam", to="partner:adatum", **since)]
    for number in range(customers):
        sold = f"subscription:s{number}"
        ties.append(row_of("relationships", type="HOLDS", from_=f"customer:c{number}", to=sold, **since))
        ties.append(row_of("relationships", type="BILLS", from_="partner:fabrikam", to=sold, **since))
        ties.append(row_of("relationships", type="RESELLS", from_="partner:adatum", to=sold, **since))
    return Book(
        customers=[row_of("customers", key=f"c{number}", name=f"C {number}") for number in range(customers)],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="adatum", name="Adatum")],
        subscriptions=[row_of("subscriptions", key=f"s{number}") for number in range(customers)],
        relationships=ties,
    )


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    with Environment(tmp_path / "index") as environment:
        yield environment


def plain(history: History | None) -> object:
    """A history without the order of what has none."""
    return history and (history.customer, sorted(map(repr, history.relationships)), dict(history.nodes))


async def expect_the_same(graph: Graph, environment: Environment) -> int:
    """Every customer and every partner stands in the index as in the graph; how many were compared."""
    customers: list[str] = (await graph.read("customer_ids_after", after="", limit=1000))["ids"]
    partners = [row[0] for row in (await graph.read("export_nodes", label="Partner", after="", limit=1000))["nodes"]]
    found = (await histories_of(graph, customers)).of if customers else {}
    rows = (await partners_of(graph, [*partners, *OPERATORS])).of
    with snapshot(environment) as index:
        for customer in customers:
            assert plain(index.history(customer)) == plain(found[customer])
        for partner, row in rows.items():
            indexed = index.partner(partner)
            assert indexed is not None
            assert (indexed.versions, sorted(indexed.providers)) == (row.versions, sorted(row.providers))
            for provider in {record.start for record in row.providers}:
                assert partner in index.provided_by(provider)
        assert index.history("customer:nobody") is None
        assert index.partner("partner:nobody") is None
        state = index.state()
        assert state is not None
        assert state.revision is not None
        assert state.revision[:2] == (await newest_revision(graph))[:2]
    return len(customers)


async def expect_nothing_wrong(graph: Graph, environment: Environment) -> None:
    """Every customer is as in the graph, or said to be out of date."""
    customers: list[str] = (await graph.read("customer_ids_after", after="", limit=1000))["ids"]
    found = (await histories_of(graph, customers)).of if customers else {}
    with snapshot(environment) as index:
        for customer in customers:
            with suppress(Stale):
                assert plain(index.history(customer)) == plain(found[customer])


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
        await follow(service.graph, followed)
        compared = await expect_the_same(service.graph, followed)
        for number, apply in enumerate(history.applies):
            await service.execute(APPLY, changes=apply.changes, key=uuid4().hex)
            await follow(service.graph, followed)
            await expect_nothing_wrong(service.graph, followed)
            if number % 2:
                await refresh(service.graph, followed)
                compared += await expect_the_same(service.graph, followed)
        await refresh(service.graph, followed)
        compared += await expect_the_same(service.graph, followed)
        await fill(service.graph, filled, STORE)
        assert await expect_the_same(service.graph, filled) <= compared


@pytest.fixture
async def stored(graph: Graph, tmp_path: Path) -> Graph:
    """A graph of many customers of one partner."""
    some_book(CUSTOMERS).write(tmp_path / "book")
    await load_book(graph, tmp_path / "book", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    return graph


KILLED = """
import asyncio, sys
from pathlib import Path
from graph.address import Address
from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index import rows_read, filler
filler.PAGE = 10
async def main():
    uri, password, folder = sys.argv[1:]
    async with Graph.connect(Address(uri, "neo4j", password), read_seconds=30) as graph:
        with Environment(Path(folder)) as environment:
            print("begun", flush=True)
            await fill(graph, environment, "one")
asyncio.run(main())
"""


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.15])
async def test_a_filler_that_is_killed_is_gone_on_with(stored: Graph, neo4j: Running, tmp_path: Path, seconds: float) -> None:
    """Another process goes on where it was, and what is written is whole."""
    folder = tmp_path / "index"
    command = [sys.executable, "-c", KILLED, neo4j.address.uri, neo4j.address.password, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as filler:  # noqa: ASYNC220, S603
        assert filler.stdout is not None
        assert filler.stdout.readline() == "begun\n"
        await asyncio.sleep(seconds)
        filler.send_signal(signal.SIGKILL)
        filler.wait()
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
        await follow(stored, environment)
        assert await expect_the_same(stored, environment) == CUSTOMERS


async def test_an_index_of_another_store_is_filled_anew(stored: Graph, environment: Environment) -> None:
    with change(environment) as changed:
        changed.set_state(State("another", Revision(9, 9), None))
        changed.put_customers({"customer:gone": CustomerRow({"customer:gone": ()}, [], ())})
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
            await follow(stored, environment)


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
    await follow(stored, environment)

    with snapshot(environment) as index:
        assert set(index.stale(10)) == {"customer:c0", "customer:c1"}
    assert await refresh(stored, environment) == 2
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
