from collections.abc import Callable

from resolvers.node import Node


class NodeLookup(dict[str, Node]):
    """Id -> node as an operation shows it. Raises LookupError for one that it doesn't show, Unavailable."""

    def __init__(self, shown: Callable[[str], Node | None]) -> None:
        super().__init__()
        self._shown = shown

    def __missing__(self, id_: str) -> Node:
        """The node, as it is asked for first."""
        node = self._shown(id_)
        if node is None:
            raise LookupError(id_)
        self[id_] = node
        return node
