from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")


class Faces(dict[str, V]):
    """Nodes as an operation shows them, of which nothing has to be read. Raises LookupError for any other."""

    def __init__(self, shown: Callable[[str], V | None]) -> None:
        super().__init__()
        self._shown = shown

    def __missing__(self, id_: str) -> V:
        """The node, from what was read already."""
        node = self._shown(id_)
        if node is None:
            raise LookupError(id_)
        self[id_] = node
        return node
