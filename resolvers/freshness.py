"""How fresh an answer must be."""

import asyncio
from typing import NamedTuple

from graph.graph import Graph
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


async def settled_revision(graph: Graph, freshness: Freshness) -> Revision | None:
    """
    The revision that answers of such freshness are given at; None = the first one that is read.

    raises: Unavailable, BadInput
    """
    token, cache = freshness.at_least, graph.cache
    if cache is None:
        return await reached(graph, token) if token else None
    known = await cache.log.revision(fresh=freshness.full)
    if token is None or (known.number >= token.number and not token.bookmarks):
        return known
    await reached(graph, token)
    return await cache.log.revision(fresh=True)
