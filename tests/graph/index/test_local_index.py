"""The index as a process reads it: when it looks at the graph, what it keeps in memory, and what becomes of it when it is wrong."""

import asyncio
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from graph.apply import apply
from graph.embedded import Running
from graph.graph import Graph
from graph.index import local_index, open_index
from graph.index.change import change
from graph.index.check import Difference, check_index
from graph.index.environment import Environment
from graph.index.local_index import LocalIndex
from graph.index.rows import CustomerRow
from graph.once import Asking
from graph.time_slices import call
from policy.caller import ANYBODY
from policy.change import Put
from policy.errors import Unavailable
from policy.instant import now
from policy.policy_file import shipped_policy
from resolvers.fact_reader import FactReader
from resolvers.freshness import Freshness
from resolvers.load_folder import load_book
from resolvers.operation import Operation
from resolvers.permission import Question, permission
from tests.counting_graph import CountingGraph
from tests.graph.index.comparison import BOUNDARIES, CUSTOMERS, some_book
from tests.running_index import indexed, loaded, reading_through
from tests.running_service import emptied

QUESTION = Question("partner:fabrikam", "customer:c7", "renewal", None)
LONG = 3600.0


@pytest.fixture
async def counting(neo4j: Running, tmp_path: Path) -> AsyncIterator[CountingGraph]:
    """A graph of many customers of one partner."""
    graphs = CountingGraph.connect(neo4j.address, read_seconds=30)
    async with loaded(graphs, some_book(CUSTOMERS), tmp_path / "book") as graph:
        yield graph


async def verdict(index: LocalIndex) -> str:
    operation = Operation(index, shipped_policy(), now(), Freshness(), ANYBODY)
    return (await call(partial(permission, operation, QUESTION, None))).decision.verdict


async def put(graph: Graph, node: str, **properties: str) -> None:
    asking = await Asking.of("test", uuid4().hex, {"kind": "apply"})
    await apply(graph, [Put(node, dict(properties))], BOUNDARIES, asking)


def name_of(index: LocalIndex, node: str, customer: str = "customer:c7") -> object:
    history = index.history(customer)
    assert history is not None
    return history.nodes[node][0].properties["name"]


async def test_within_the_staleness_the_graph_is_not_looked_at_unless_that_is_asked_for(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index", staleness=LONG) as index:
        counting.readings.clear()
        for _ in range(5):
            await index.poller.revision(fresh=False)
        looks = counting.readings["store"]
        await index.poller.revision(fresh=True)

    assert (looks, counting.readings["store"]) == (0, 1)


async def test_what_this_process_wrote_is_seen_at_once(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index", staleness=LONG) as index:
        await put(counting, "customer:c7", name="Seven")
        await index.poller.revision(fresh=False)

        assert name_of(index, "customer:c7") == "Seven"


async def test_what_another_process_wrote_is_seen_when_it_is_asked_for(counting: CountingGraph, neo4j: Running, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index", staleness=LONG) as index, Graph.connect(neo4j.address) as other:
        await put(other, "customer:c7", name="Seven")
        await index.poller.revision(fresh=False)
        before = name_of(index, "customer:c7")
        await index.poller.revision(fresh=True)

        assert (before, name_of(index, "customer:c7")) == ("C 7", "Seven")


async def test_the_name_of_a_partner_reaches_everyone_around_it_and_nobody_is_read_anew(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        assert name_of(index, "partner:fabrikam") == "Fabrikam"
        counting.readings.clear()
        await put(counting, "partner:fabrikam", name="Other")
        await index.poller.revision(fresh=True)

        assert name_of(index, "partner:fabrikam") == "Other"
        assert not counting.readings["rows_of_customers"]


async def test_a_history_is_the_same_object_until_something_of_it_changes(counting: CountingGraph, tmp_path: Path) -> None:
    """So what was worked out of it is kept."""
    async with indexed(counting, tmp_path / "index") as index:
        before = index.history("customer:c7"), index.history("customer:c8")
        await put(counting, "customer:c8", name="Eight")
        await index.poller.revision(fresh=True)

        assert index.history("customer:c7") is before[0]
        assert index.history("customer:c8") is not before[1]


@pytest.mark.parametrize("most_bytes", [0, 20_000])
async def test_no_more_is_kept_in_memory_than_it_may_take_and_the_answers_are_the_same(
    counting: CountingGraph, tmp_path: Path, most_bytes: int
) -> None:
    async with indexed(counting, tmp_path / "index", most_bytes=most_bytes) as index:
        for number in range(CUSTOMERS):
            assert name_of(index, f"customer:c{number}", f"customer:c{number}") == f"C {number}"
            assert index.memo.bytes <= most_bytes


async def test_without_an_index_named_customers_are_answered_and_lists_say_how_to_get_one(counting: CountingGraph) -> None:
    index = reading_through(counting)

    assert await verdict(index) == "PERMITTED"
    with pytest.raises(Unavailable, match="vocero index rebuild"):
        await call(partial(FactReader(index).provided_by, "partner:fabrikam"))


async def test_while_it_is_being_filled_named_customers_are_answered_and_lists_say_how_far_it_is(
    counting: CountingGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_index, "MOST_WAIT_SECONDS", 0.2)
    begun, ready = asyncio.Event(), asyncio.Event()

    async def fill(*_: object) -> None:
        begun.set()
        await ready.wait()

    monkeypatch.setattr(open_index, "fill", fill)
    index = LocalIndex(counting, tmp_path / "index", staleness=0, most_bytes=10**6)
    keeping = asyncio.create_task(index.keep())
    await begun.wait()

    assert await verdict(index) == "PERMITTED"
    with pytest.raises(Unavailable, match="is being filled; 0 customers are written"):
        await call(partial(FactReader(index).provided_by, "partner:fabrikam"))
    keeping.cancel()
    await index.close()


async def test_a_store_that_was_replaced_is_noticed_and_the_index_made_anew(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        assert await verdict(index) == "PERMITTED"
        await emptied(counting, counting.seal)
        some_book(3).write(tmp_path / "few")
        await load_book(counting, tmp_path / "few", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
        await index.poller.revision(fresh=True)
        await index.whole()

        assert index.history("customer:c7") is None
        assert name_of(index, "customer:c2", "customer:c2") == "C 2"
        assert (await check_index(index, None)).differences == []


def spoil(environment: Environment, customer: str) -> None:
    """Turn one byte of a customer's row."""
    with change(environment) as changed:
        number = changed._number(customer)  # noqa: SLF001 - there is no such thing in the open
        assert number is not None
        content = bytearray(changed._transaction.get(number, db=environment.databases.customers) or b"")  # noqa: SLF001
        content[40] ^= 1
        changed._put(environment.databases.customers, number, bytes(content))  # noqa: SLF001


async def test_a_damaged_index_is_given_up_and_no_answer_is_another_one_for_it(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index", most_bytes=0) as index:
        opened = index.opened
        assert opened is not None
        spoil(opened.environment, "customer:c7")
        await index.poller.revision(fresh=True)

        assert await verdict(index) == "PERMITTED"
        await index.whole()
        assert await verdict(index) == "PERMITTED"
        assert index.opened not in {None, opened}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
async def test_a_file_that_was_cut_short_is_found_at_its_opening_and_made_anew(
    counting: CountingGraph, tmp_path: Path, part: float
) -> None:
    """Before anything of it is read: the process would end by that."""
    async with indexed(counting, tmp_path / "index"):
        pass
    [file] = (tmp_path / "index").rglob("data.mdb")
    os.truncate(file, int(file.stat().st_size * part) // 4096 * 4096)
    async with indexed(counting, tmp_path / "index") as index:
        assert name_of(index, "customer:c7") == "C 7"
        assert (await check_index(index, None)).differences == []


async def test_two_processes_share_one_index_and_go_over_to_the_next_together(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        other = LocalIndex(counting, tmp_path / "index", staleness=0, most_bytes=0)
        written = await other.fill(anew=True)
        await index.poller.revision(fresh=True)
        await index.whole()

        assert written == CUSTOMERS
        assert (await check_index(index, None)).differences == []
        assert max(path.name for path in next((tmp_path / "index").iterdir()).iterdir() if path.name.isdigit()) == "2"


async def test_a_head_that_was_made_of_one_generation_is_not_written_to_the_next(counting: CountingGraph, tmp_path: Path) -> None:
    """Versions of rows are those of a generation: in the next, another row may have the same."""
    index = LocalIndex(counting, tmp_path / "index", staleness=0, most_bytes=10**6)
    index._is_kept = True  # noqa: SLF001 - nobody else is to write heads meanwhile
    try:
        await index.fill()
        await index.open()
        await index.poller.revision(fresh=True)
        history = index.history("customer:c7")
        assert history is not None
        index.keep_head(history, now(), now())
        await LocalIndex(counting, tmp_path / "index", staleness=0, most_bytes=0).fill(anew=True)
        await index.poller.revision(fresh=True)
        await index.write_heads()
        await index.poller.revision(fresh=True)

        assert index.opened is not None
        assert index.opened.number == 2
        assert index.head("customer:c7") is None
    finally:
        await index.close()


async def test_a_check_finds_a_row_and_a_list_that_are_not_the_graphs(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        assert (await check_index(index, 10)).differences == []
        whole = await check_index(index, None)
        opened = index.opened
        assert opened is not None
        with change(opened.environment) as changed:
            row = changed.customer_row("customer:c7")
            assert row is not None
            changed.put_customers({"customer:c7": row._replace(relationships=row.relationships[1:])})
            changed.put_customers({"customer:gone": CustomerRow({"customer:gone": row.nodes["customer:c7"]}, (), ())})
            other = changed.customer_row("customer:c8")
            assert other is not None
            renamed = {**other.nodes, "customer:c8": (other.nodes["customer:c8"][0]._replace(properties={"cloud": "PUBLIC"}),)}
            changed.put_customers({"customer:c8": other._replace(nodes=renamed)})
        await index.poller.revision(fresh=True)
        found = await check_index(index, None)

    assert whole.differences == []
    assert whole.compared > CUSTOMERS * 2
    assert set(found.differences) >= {
        Difference("customer:c7", "its relationships"),
        Difference("customer:c8", "the versions of its nodes"),
        Difference("customer:gone", "it is in the index alone"),
    }
