"""A graph that keeps count of what is read."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from graph.graph import Graph, Row


class CountingGraph(Graph):
    """Keeps count of what is read, by the name of the query."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - those of the graph
        super().__init__(*arguments, **options)
        self.readings = Counter[str]()

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        self.readings[name] += 1
        return await super().read_marked(bookmarks, name, **parameters)
