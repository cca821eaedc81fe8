"""Random books again: no answer is another one for a local index that is behind, damaged, thrown away, or not filled yet."""

import gc
import warnings
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given, settings

from graph.embedded import Running
from graph.graph import Graph
from graph.index import local_index, rows_read
from tests.oracle.comparison import compare_everything
from tests.oracle.index_states import STATES
from tests.oracle.indexed import IndexedService
from tests.oracle.random_books import Case, cases
from tests.running_index import READ_SECONDS
from tests.test_random_books import BOOKS, by_chance, load

EVERY_TWENTIETH = 20
"""Of the random books, for each state: every question has the index made anew, or read anew."""


@pytest.fixture(scope="module")
def small_pages() -> Iterator[None]:
    """A page of the filler holds few nodes, so that a small book has several; whoever waits looks often."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows_read, "PAGE", 2)
        patched.setattr(local_index, "POLL_SECONDS", 0.005)
        yield


@pytest.fixture(scope="module", params=STATES)
async def indexed_service(
    request: pytest.FixtureRequest, neo4j: Running, small_pages: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[IndexedService]:
    del small_pages
    async with Graph.connect(neo4j.address, read_seconds=READ_SECONDS) as graph:
        service = IndexedService(graph, tmp_path_factory.mktemp("state"), STATES[request.param])
        yield service
        await service.index.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # here, and not in the midst of another test


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # a reading that is ended leaves its connection to the collector
@settings(by_chance, max_examples=max(1, BOOKS // EVERY_TWENTIETH))
@given(case=cases())
async def test_no_answer_is_another_one_for_the_state_of_the_index(
    case: Case, indexed_service: IndexedService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One instant of each book, in every direction."""
    await load(case, indexed_service, tmp_path_factory)
    before = indexed_service.met

    await compare_everything(indexed_service, case.world, case.instants[-1], told=str(case), topics=case.topics, page_size=case.page_size)
    assert indexed_service.met > before
