"""Changes to the graph, all of them or none."""

from collections.abc import Sequence
from hashlib import sha256

from graph.apply import Applied, Asking
from graph.apply import apply as make
from graph.graph import Graph
from policy.change import Change
from policy.errors import BadInput, VoceroError
from policy.policy import Policy

MOST_CHANGES = 5000
LONGEST_KEY = 200


async def apply(graph: Graph, policy: Policy, changes: Sequence[Change | VoceroError], *, caller: str, key: str) -> Applied:
    """
    Make the changes once, however often they are asked for under the same key.

    changes: what was wrong with a change by itself stands in its place, and is reported with all else that is wrong
    raises:  Faults, Conflict, BadInput, Unavailable
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput(f"idempotencyKey has {len(key)} characters; give 1 to {LONGEST_KEY}")
    if len(changes) > MOST_CHANGES:
        raise BadInput(f"{len(changes)} changes at once; ask for {MOST_CHANGES} at most")
    digest = sha256(repr(list(changes)).encode()).hexdigest()
    return await make(graph, changes, policy.boundaries, Asking(caller, key, digest))
