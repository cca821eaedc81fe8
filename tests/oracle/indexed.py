"""A service inside this process, whose local index is put into a state before each question."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import orjson

from graph.graph import Graph
from policy.caller import ANYBODY
from policy.policy_file import shipped_policy
from resolvers.load_folder import load_book
from schema.context import Context
from schema.schema import VoceroSchema
from tests.oracle.index_states import IndexThrownAway, Met
from tests.running_index import kept
from tests.running_service import emptied


class IndexedService:
    """
    The schema over a graph and its index, asked as a service is.

    state: brought about before each question
    met:   how many questions met it
    """

    def __init__(self, graph: Graph, folder: Path, state: Callable[[IndexThrownAway, Random], Awaitable[Met]]) -> None:
        self.met = 0
        self.index = IndexThrownAway(graph, folder / "index", staleness=0, most_bytes=0)
        self._graph = graph
        self._folder = folder
        self._state = state
        self._chance = Random(0)  # noqa: S311 - the same state for the same question
        self._unexpected: list[BaseException] = []
        self._schema = VoceroSchema(self._unexpected.append)

    async def replace_with(self, folder: Path) -> list[dict[str, str]]:
        """Empty the store and load the book in that folder; the rows of rejected.csv."""
        rejected = self._folder / "rejected.csv"
        await emptied(self._graph)
        await load_book(self._graph, folder, rejected, actor="test", progress=lambda _: None)
        if not rejected.exists():
            return []
        with rejected.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    async def execute(self, document: str, **variables: object) -> dict[str, Any]:
        """The whole body of the answer: `data` and `errors`."""
        has_met = await self._state(self.index, self._chance)
        async with kept(self.index):
            context = Context(self.index, shipped_policy(), ANYBODY)
            result = await self._schema.execute(document, variable_values=variables, context_value=context)
        self.met += has_met()
        assert not self._unexpected, self._unexpected
        body = {"data": result.data} | ({"errors": [each.formatted for each in result.errors]} if result.errors else {})
        read: dict[str, Any] = orjson.loads(orjson.dumps(body))
        return read

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        """The `data` of the answer; an error in it fails the test."""
        body = await self.execute(document, **variables)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data
