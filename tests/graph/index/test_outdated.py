"""Generations that are filled because the one in use is too far from what it should be, or holds what was erased."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.apply import apply
from graph.embedded import Running
from graph.erase import erase
from graph.graph import Graph
from graph.index import local_index, outdated
from graph.index.check import check_index
from graph.index.local_index import LocalIndex
from graph.once import Asking
from policy.change import Put
from resolvers.load_folder import load_book
from tests.counting_graph import CountingGraph
from tests.graph.index.comparison import BOUNDARIES, CUSTOMERS, some_book
from tests.oracle.book import Book, row_of
from tests.running_index import indexed
from tests.running_service import emptied

NAME, WORD = "Unmistakable GmbH", b"nmistakable"


@pytest.fixture
async def counting(neo4j: Running, tmp_path: Path) -> AsyncIterator[CountingGraph]:
    async with CountingGraph.connect(neo4j.address, read_seconds=30) as graph:
        graph.readings = Counter()
        await emptied(graph)
        some_book(CUSTOMERS).write(tmp_path / "book")
        await load_book(graph, tmp_path / "book", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
        yield graph


async def rename(graph: Graph, customers: int, folder: Path) -> None:
    """Give so many customers another name, in one batch of a load."""
    Book(customers=[row_of("customers", key=f"c{number}", name=f"N {number}") for number in range(customers)]).write(folder)
    await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)


async def whole_at_newest(index: LocalIndex) -> None:
    await index.poller.revision(fresh=True)
    await index.whole()


def number_of(index: LocalIndex) -> int:
    assert index.opened is not None
    return index.opened.number


@pytest.mark.parametrize(("customers", "generation"), [(90, 1), (150, 2)])
async def test_where_more_than_a_third_of_all_customers_are_out_of_date_a_generation_is_filled_and_else_they_are_read_anew(
    counting: CountingGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, customers: int, generation: int
) -> None:
    monkeypatch.setattr(outdated, "READ_SOON", 50)
    monkeypatch.setattr(local_index, "READ_SOON", 50)
    async with indexed(counting, tmp_path / "index") as index:
        counting.readings.clear()
        await rename(counting, customers, tmp_path / "renamed")
        await whole_at_newest(index)

        assert number_of(index) == generation
        assert bool(counting.readings["node_ids_after"]) == (generation == 2)
        assert (await check_index(index, None)).differences == []
        for number in (0, customers - 1):
            history = index.history(f"customer:c{number}")
            assert history is not None
            assert history.nodes[f"customer:c{number}"][0].properties["name"] == f"N {number}"


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("data.mdb"))


async def test_after_erasures_one_generation_is_filled_in_due_time_that_has_nothing_of_them_in_its_pages(
    counting: CountingGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        changes = [Put(f"customer:c{number}", {"name": f"{NAME} {number}"}) for number in (7, 8)]
        await apply(counting, changes, BOUNDARIES, await Asking.of("test", "names", {"kind": "apply"}))
        await whole_at_newest(index)
        for number in (7, 8):
            assert await erase(counting, f"customer:c{number}")
            await whole_at_newest(index)
            await asyncio.sleep(0.1)
        assert (number_of(index), WORD in bytes_of(tmp_path / "index")) == (1, True)

        monkeypatch.setattr(outdated, "ERASURE_SECONDS", 0.0)
        async with asyncio.timeout(30):
            while index.opened is None or number_of(index) == 1:
                await index.poller.revision(fresh=True)
                await asyncio.sleep(0.05)
        await whole_at_newest(index)
        await asyncio.sleep(2 * local_index.LOOK_SECONDS)

        assert number_of(index) == 2
        assert WORD not in bytes_of(tmp_path / "index")
        assert (await check_index(index, None)).differences == []


async def test_a_change_that_is_no_erasure_asks_for_no_generation(counting: CountingGraph, tmp_path: Path) -> None:
    async with indexed(counting, tmp_path / "index") as index:
        await rename(counting, 3, tmp_path / "renamed")
        await whole_at_newest(index)
        assert index.opened is not None
        assert outdated.outdated(index.opened.environment) == outdated.Outdated(0, CUSTOMERS, None)
        await erase(counting, "customer:c7")
        await whole_at_newest(index)
        assert outdated.outdated(index.opened.environment).erased is not None
