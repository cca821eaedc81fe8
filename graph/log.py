"""The log: one entry for each revision, and what was still to come when it was written."""

from collections.abc import Collection
from typing import NamedTuple

from graph.graph import Graph
from graph.revision import Revision


class Entry(NamedTuple):
    """
    One revision: who made it, and what it was, in words.

    clock: what the clock said when it was made, microseconds; earlier than its recordedAt where an earlier revision was ahead of the clock
    """

    revision: Revision
    actor: str
    summary: str
    clock: int


class Due(NamedTuple):
    """An instant, in microseconds, at which relationships begin or end; touched: ids of the nodes whose facts change then."""

    at: int
    touched: Collection[str]


async def entries_after(graph: Graph, number: int, *, limit: int) -> list[Entry]:
    """The next entries after the revision of this number, the oldest first. Raises Unavailable. Source: queries/changes_after.cypher."""
    rows = (await graph.read("changes_after", after=number, limit=limit))["changes"]
    return [Entry(await graph.seen(revision, recorded_at), actor, summary, clock) for revision, recorded_at, actor, summary, clock in rows]


async def touched_by(graph: Graph, number: int) -> Collection[str]:
    """
    The customers, subscriptions, agreements and partners whose facts changed by the revision of this number.

    raises: Unavailable
    source: queries/touched_by_change.cypher
    """
    touched: list[str] = (await graph.read("touched_by_change", revision=number))["touched"]
    return touched


async def next_due(graph: Graph, after: int) -> Due | None:
    """
    The next instant at which something begins or ends that was recorded before it came; None when there is none.

    raises: Unavailable
    source: queries/next_due.cypher
    """
    row = await graph.read("next_due", after=after)
    return None if row["at"] is None else Due(row["at"], {node for touched in row["touched"] for node in touched})


async def first_ahead(graph: Graph, now: int) -> int | None:
    """The first recordedAt in the log that the clock has not reached; None where there is none. Raises Unavailable."""
    recorded_at: int | None = (await graph.read("first_ahead", now=now))["recordedAt"]
    return recorded_at
