"""The service under test: a real process, on a real Neo4j, asked over HTTP."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from graph.embedded import Running, start
from graph.graph import Graph
from graph.index.local_index import LocalIndex
from service.settings import Settings
from tests.databases import Databases, Place
from tests.running_index import indexed
from tests.running_service import RunningService, emptied, serving

pytest_plugins = ["tests.pure"]
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")  # no JVM here lives long enough for the second compiler to pay
os.environ.setdefault("GRAPHQL_COMPILED", "strict")  # also of the services that tests start
HERE = Path(__file__).parent
DATABASES = pytest.StashKey[Databases]()
STORES = ("embedded", "server")
EMBEDDED = re.compile(r"\[embedded\b")
EXPLORER = "explorer"
LONG = (
    "test_worlds.py",
    "test_docs.py",
    "explorer/",
    "test_random_books.py",
    "service/test_killed_apply.py",
    "test_index_states.py",
    "graph/test_embedded.py",
    "graph/test_killed_first_load.py",
    "service/test_recover.py",
    "graph/test_first_load.py",
    "service/test_floods.py",
    "isolation/test_two_worlds.py",
    "bench/",
    "service/test_command_line.py",
    "service/test_full_disk.py",
    "service/test_keys.py",
    "service/test_limits_time.py",
    "schema/test_permission_changes.py",
    "schema/test_outage.py",
    "graph/test_killed_load.py",
    "service/test_concurrent_apply.py",
    "test_random_histories.py",
    "service/test_spoilt_store.py",
    "service/test_exports_on_their_way.py",
    "service/test_limits_http.py",
    "service/test_tracing.py",
    "service/test_decision_log.py",
    "service/test_ending.py",
    "releases/",
    "service/test_public_keys.py",
    "service/test_watch_survives.py",
)
"""Files that take longest, and folders of such: they begin first, so that at the end no process waits long for another."""

on_both_stores = pytest.mark.parametrize("service", STORES, indirect=True, scope="session")
"""For tests that are about how the service reaches its store; the Neo4j of either is the same."""


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each process a file at a time; all tests on the embedded Neo4j go to one, and all of the explorer, whose start takes long."""

    def _split_scope(self, nodeid: str) -> str:
        if EMBEDDED.search(nodeid):
            return "embedded"
        return EXPLORER if nodeid.startswith(f"tests/{EXPLORER}/") else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """The scheduler of a run in several processes."""
    return ByGroup(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Start the JVM that all processes of a run share; a run in one process starts a Neo4j where a test asks for it."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput") and not config.getoption("pure"):
        databases = config.stash[DATABASES] = Databases(Settings().cache)
        config.add_cleanup(databases.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Tell each process of a run where its Neo4j is, and where that of the explorer is, whose tests all go to one of them."""
    if databases := node.config.stash.get(DATABASES, None):
        node.workerinput["neo4j"] = tuple(databases.place(node.gateway.id))
        node.workerinput[EXPLORER] = tuple(databases.place(EXPLORER))


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


@contextmanager
def neo4j_for(name: str, config: pytest.Config, cache: Path, folders: pytest.TempPathFactory) -> Iterator[Running]:
    """A Neo4j of this name in the JVM of the run; in a run of one process, one that is started now."""
    if place := getattr(config, "workerinput", {}).get(name):
        yield Place(*place).neo4j()
        return
    with start(folders.mktemp(name), cache, show_progress=False) as running:
        yield running


@pytest.fixture(scope="session")
def neo4j(request: pytest.FixtureRequest, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Neo4j of this process of the run alone, which stands for a server."""
    with neo4j_for("neo4j", request.config, cache, tmp_path_factory) as running:
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


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> RunningService:
    """The service on a server, or on the store that a test names as parameter."""
    running: RunningService = request.getfixturevalue(f"on_{getattr(request, 'param', 'server')}")
    return running


@pytest.fixture
async def graph(neo4j: Running) -> AsyncIterator[Graph]:
    """An open, empty graph."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)
        yield graph


@pytest.fixture
async def index(graph: Graph, tmp_path: Path) -> AsyncIterator[LocalIndex]:
    """The local index of that graph, kept up with it."""
    async with indexed(graph, tmp_path / "index") as index:
        yield index
