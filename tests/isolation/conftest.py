from collections.abc import AsyncIterator

import pytest

from graph.embedded import Running
from graph.graph import Graph
from tests.isolation.asking import Worlds


@pytest.fixture(scope="module")
async def worlds(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Worlds]:
    """A store for worlds that take turns."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        yield Worlds(graph, tmp_path_factory)
