from contextlib import AbstractContextManager
from typing import Protocol


class Observer(Protocol):
    """Is told what is asked of the graph, by the names of the queries; never what with, or what came of it."""

    def querying(self, name: str) -> AbstractContextManager[object]:
        """Entered while `queries/<name>.cypher` is asked."""

    def saw(self, number: int, recorded_at: int) -> None:
        """Called with each revision that is newer than those seen before; recorded_at in microseconds."""
