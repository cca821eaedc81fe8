"""One browser and one service, on the demo world and a large customer, for all tests of the explorer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from selenium.webdriver import Chrome

from graph.address import Address
from tests.conftest import EXPLORER, neo4j_for
from tests.explorer.explorer import CHROMIUM, DRIVER, Explorer, browsing
from tests.explorer.large_customer import large_customer
from tests.node.conftest import installed, run_in
from tests.programs import need
from tests.service.asking import bearing, on_server
from tests.service.vocero import Vocero

__all__ = ["installed", "run_in"]


class World(NamedTuple):
    """A service that asks who asks, where its Neo4j answers, and the keys of an operator and of the partner Fabrikam."""

    url: str
    neo4j: Address
    operator: str
    fabrikam: str

    def ask(self, document: str) -> dict[str, Any]:
        """What the operator is answered, from elsewhere."""
        answer = httpx.post(f"{self.url}/graphql", json={"query": document}, headers=bearing(self.operator), timeout=60).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def apply(self, key: str, changes: str) -> None:
        """Make changes from elsewhere."""
        self.ask(f'mutation {{ apply(idempotencyKey: "{key}", changes: [{changes}]) {{ applied }} }}')


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """A Chromium; skipped where there is none."""
    need(CHROMIUM, DRIVER)
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
def world(browser: Chrome, cache: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Asks for the browser first: without one nothing has to be served."""
    assert browser
    with ExitStack() as stack:
        neo4j = stack.enter_context(neo4j_for(EXPLORER, request.config, cache, tmp_path_factory)).address
        vocero = Vocero(tmp_path_factory.mktemp("explorer"), VOCERO_AUTH="on", **on_server(neo4j))
        served = stack.enter_context(vocero.serving("--demo"))
        assert vocero("load", vocero.write("large", large_customer())).returncode == 0
        operator = vocero("key", "create", "operator", "--role", "operator")
        fabrikam = vocero("key", "create", "fabrikam", "--role", "partner", "--node", "partner:fabrikam")
        yield World(served.url, neo4j, operator.stdout.strip(), fabrikam.stdout.strip())


@pytest.fixture
def explorer(browser: Chrome, world: World) -> Iterator[Explorer]:
    """The explorer at a desk, signed in as the operator; nothing that it does may leave a complaint in the console."""
    explorer = Explorer(browser, world.url).sign_in(world.operator).look()
    explorer.complaints()
    yield explorer
    assert explorer.complaints() == []


@pytest.fixture(scope="session")
def axe(installed: Callable[[Path], Path]) -> str:
    """The source of axe-core."""
    return (installed(Path(__file__).parent / "axe") / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
