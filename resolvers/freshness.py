"""How fresh an answer must be, and the opaque token that names a revision."""

import asyncio
import base64
import binascii
from typing import NamedTuple

from graph.graph import Graph
from graph.revision import Revision
from graph.store import newest_revision
from policy.errors import BadInput, Unavailable

MARK = "revision "
WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05


class Freshness(NamedTuple):
    """at_least: number of a revision that the answer holds; full: every revision that there is at the start of the operation."""

    at_least: int = 0
    full: bool = False


def token_of(revision: int) -> str:
    """The token of a revision."""
    return base64.urlsafe_b64encode(f"{MARK}{revision}".encode()).decode().rstrip("=")


def revision_named(token: str) -> int:
    """The revision of a token. Raises BadInput."""
    try:
        mark, number = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii").split(" ")
        if f"{mark} " == MARK and number.isdecimal():
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise BadInput(f"`{token[:80]}` is no revision of this service; take it from an answer's `revision`")


async def reached(graph: Graph, number: int) -> Revision:
    """A revision that holds the one of this number. Raises Unavailable when the graph has none within WAIT_SECONDS."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while (newest := await newest_revision(graph)).number < number:
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(f"the graph did not reach the revision asked for within {WAIT_SECONDS:g} s; ask again, or without `atLeast`")
        await asyncio.sleep(POLL_SECONDS)
    return newest
