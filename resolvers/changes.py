"""The log as it grows."""

from collections.abc import AsyncIterator

from graph.graph import Graph
from graph.log import Entry, entries_after
from graph.store import newest_revision
from graph.tail import Tail
from resolvers.freshness import reached
from resolvers.token import token_given

AT_ONCE = 100


async def changes(graph: Graph, tail: Tail, since: str | None) -> AsyncIterator[Entry]:
    """
    Every entry after a revision, the oldest first, then each as it is made; without end.

    since:  token of the revision; None = the newest
    raises: BadInput, Unavailable; whoever asks again with the last revision received misses nothing
    """
    if since is None:
        number = (await newest_revision(graph)).number
    else:
        token = token_given(since)
        await reached(graph, token)
        number = token.number
    while True:
        entries = await entries_after(graph, number, limit=AT_ONCE)
        for entry in entries:
            yield entry
            number = entry.revision.number
        if not entries:
            await tail.beyond(number)
