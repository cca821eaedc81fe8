from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graph.ids import key_of
from policy.another import ANOTHER, ANOTHERS, SHOWN_NAME
from policy.facts import Version


class Node(NamedTuple):
    """A node as an answer shows it: with the properties that the operation's revision holds."""

    id: str
    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name; its key where it has none."""
        return str(self.properties.get("name") or key_of(self.id))


OTHERS = {ANOTHER: Node(ANOTHER, {"name": SHOWN_NAME}), ANOTHERS: Node(ANOTHERS, {"status": ""})}
"""What is shown of other partners where a partner asks, and of what they sell."""


class NodesRead:
    """All versions of the nodes that an operation has read, by id; of thousands that come together few may be asked for."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[Version, ...]] = {}
        self._together: list[Mapping[str, tuple[Version, ...]]] = []

    def add(self, nodes: Iterable[Mapping[str, tuple[Version, ...]]]) -> None:
        """Those that came with other facts."""
        self._together += nodes

    def versions(self, id_: str) -> tuple[Version, ...]:
        """Those of one node; none of one that was not read."""
        while self._together:
            self._by_id.update(self._together.pop())
        return self._by_id.get(id_, ())
