"""Changes to the graph, all of them or none."""

from collections.abc import Sequence
from typing import Protocol

from graph.apply import apply as make
from graph.graph import Graph
from graph.once import Applied, Asking
from graph.request_digest import Json
from policy.change import Change
from policy.errors import BadInput, VoceroError
from policy.policy import Policy

MOST_CHANGES = 5000


class SentChange(Protocol):
    """A change as a caller sent it."""

    def change(self) -> Change | VoceroError:
        """The change as a plain value, or what is wrong with it by itself, which is reported with all else that is wrong."""

    def sent(self) -> Json:
        """The change as it was sent, in the names of the API, whatever is wrong with it."""


async def apply(graph: Graph, policy: Policy, changes: Sequence[SentChange], *, caller: str, key: str) -> Applied:
    """
    Make the changes once, however often they are asked for under the same key.

    raises: Faults, Conflict, BadInput, Unavailable
    """
    if len(changes) > MOST_CHANGES:
        raise BadInput(f"{len(changes)} changes at once; ask for {MOST_CHANGES} at most")
    asking = await Asking.of(caller, key, {"kind": "apply", "changes": [change.sent() for change in changes]})
    return await make(graph, [change.change() for change in changes], policy.boundaries, asking)
