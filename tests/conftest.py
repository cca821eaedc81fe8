"""The service under test: a real process, on a real Neo4j, asked over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph.embedded import Running, start
from graph.graph import Graph
from service.settings import Settings
from tests.running_service import RunningService, emptied, serving

HERE = Path(__file__).parent
STORES = ("embedded", "server")
LONG = (
    "test_worlds.py",
    "graph/test_embedded.py",
    "test_random_books.py",
    "service/test_killed_apply.py",
    "service/test_command_line.py",
    "isolation/test_two_worlds.py",
    "explorer/",
    "service/test_keys.py",
    "schema/test_outage.py",
    "bench/",
    "service/test_decision_log.py",
    "test_random_histories.py",
    "graph/test_killed_load.py",
)
"""Files that take longest, and folders of such: they begin first, so that at the end no process waits long for another."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file everything stays in its order."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(HERE).as_posix()
        return next((place for place, name in enumerate(LONG) if path.startswith(name)), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where fetched jars lie: the user's own, so that a test run fetches them once."""
    return Settings().cache


@pytest.fixture(scope="session")
def neo4j(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Neo4j of its own, which stands for a server."""
    with start(tmp_path_factory.mktemp("server"), cache, show_progress=False) as running:
        yield running


@pytest.fixture(scope="session")
async def on_embedded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """The service on its embedded Neo4j."""
    async with serving(tmp_path_factory.mktemp("embedded"), None) as running:
        yield running


@pytest.fixture(scope="session")
async def on_server(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """The service on a Neo4j server."""
    async with serving(tmp_path_factory.mktemp("service"), neo4j.address) as running:
        yield running


@pytest.fixture(scope="session")
async def on_server_remembering_little(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """The same, whose facts of some customers drive out those of others."""
    async with serving(tmp_path_factory.mktemp("little"), neo4j.address, VOCERO_MEMORY="1") as running:
        yield running


@pytest.fixture(scope="session")
async def on_server_remembering_nothing(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """The same, which reads the graph for every question."""
    async with serving(tmp_path_factory.mktemp("nothing"), neo4j.address, VOCERO_MEMORY="0") as running:
        yield running


@pytest.fixture(scope="session", params=STORES)
def service(request: pytest.FixtureRequest) -> RunningService:
    """The service on either; both go on when tests turn from the one to the other and back."""
    running: RunningService = request.getfixturevalue(f"on_{request.param}")
    return running


@pytest.fixture
async def graph(neo4j: Running) -> AsyncIterator[Graph]:
    """An open, empty graph."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph, neo4j.address)
        yield graph
