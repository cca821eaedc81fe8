from collections.abc import Mapping
from typing import Any, NamedTuple

from graph.ids import key_of
from policy.another import ANOTHER, ANOTHERS, SHOWN_NAME


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
