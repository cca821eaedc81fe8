"""Which customers stand around a node."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from graph.ids import OF_MANY
from policy.facts import History


class Near:
    """Those of the histories that are added, around all nodes but communicators: around these stand many, and they change seldom."""

    def __init__(self) -> None:
        self._of: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, history: History) -> None:
        """Add the customer."""
        for node in _around(history):
            self._of[node].add(history.customer)

    def remove(self, history: History) -> None:
        """Take it out again."""
        for node in _around(history):
            near = self._of[node]
            near.discard(history.customer)
            if not near:
                del self._of[node]

    def of(self, node: str) -> Collection[str]:
        """The customers around that node."""
        return self._of.get(node, ())


def _around(history: History) -> Iterable[str]:
    return (node for node in history.nodes if not node.startswith(OF_MANY))
