"""Changes to the graph, all of them or none."""

from collections.abc import Sequence

from graph.apply import apply as make
from graph.graph import Graph
from graph.once import Applied, Asking
from policy.change import Change
from policy.errors import BadInput, VoceroError
from policy.policy import Policy

MOST_CHANGES = 5000


async def apply(graph: Graph, policy: Policy, changes: Sequence[Change | VoceroError], *, caller: str, key: str) -> Applied:
    """
    Make the changes once, however often they are asked for under the same key.

    changes: what was wrong with a change by itself stands in its place, and is reported with all else that is wrong
    raises:  Faults, Conflict, BadInput, Unavailable
    """
    asking = Asking.of(caller, key, list(changes))
    if len(changes) > MOST_CHANGES:
        raise BadInput(f"{len(changes)} changes at once; ask for {MOST_CHANGES} at most")
    return await make(graph, changes, policy.boundaries, asking)
