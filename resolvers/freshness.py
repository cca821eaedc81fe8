"""How fresh an answer must be."""

import asyncio
from typing import NamedTuple

from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.revision import Revision
from graph.store import newest_revision
from policy.errors import Unavailable
from resolvers.token import Token

WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05


class Freshness(NamedTuple):
    """
    What an answer has to hold.

    at_least: a revision that the answer holds
    full:     every revision that there is at the start of the operation
    exactly:  the revision that is answered at, with `at_least` its token, whatever was written since
    """

    at_least: Token | None = None
    full: bool = False
    exactly: Revision | None = None


async def reached(graph: Graph, token: Token) -> Revision:
    """A revision that holds the one of this token. Raises Unavailable when the graph has none within WAIT_SECONDS, BadInput."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while (newest := await newest_revision(graph, token.bookmarks)).number < token.number:  # noqa: ASYNC110 - no event tells of another process's write
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        raise Unavailable(
            f"the graph did not reach the revision asked for within {WAIT_SECONDS:g} s; ask again, or without `atLeast`"
        ) from error
    return newest


async def settled_revision(index: LocalIndex, freshness: Freshness) -> Revision:
    """
    The revision that answers of such freshness are given at.

    raises: Unavailable, BadInput
    """
    token = freshness.at_least
    known = await index.poller.revision(fresh=freshness.full)
    if token is None or (known.number >= token.number and not token.bookmarks):
        return known
    await reached(index.graph, token)
    return await index.poller.revision(fresh=True)
