"""An empty index, and a graph of some hundred customers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.graph import Graph
from graph.index.environment import Environment
from resolvers.load_folder import load_book
from tests.graph.index.comparison import CUSTOMERS, some_book


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    with Environment(tmp_path / "index") as environment:
        yield environment


@pytest.fixture
async def stored(graph: Graph, tmp_path: Path) -> Graph:
    """A graph of many customers of one partner."""
    some_book(CUSTOMERS).write(tmp_path / "book")
    await load_book(graph, tmp_path / "book", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    return graph
