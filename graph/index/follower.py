"""
Keeping the index up to date from the log, in two steps.

The nodes that entries of the log touched are marked as out of date, all of them at once: from then on the index is of the newest revision,
and says of these rows alone that they have to be read from the graph. Then the rows are read anew, page by page.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final, NamedTuple

from graph.graph import Graph
from graph.index.change import change
from graph.index.environment import Environment
from graph.index.in_thread import in_thread
from graph.index.rows_read import PAGE, Rows, rows_of
from graph.index.snapshot import State, snapshot
from graph.log import touched_by
from graph.revision import Revision
from policy.span import NO_LIMIT

ENTRIES: Final = 100
"""Entries of the log that are followed together."""
MOST_TOUCHED: Final = 2000
"""Nodes of one entry that are read with others; those of a larger one are read by themselves."""


TURN_SECONDS: Final = 1.0
"""Longest wait for another process that reads the log, or rows, for all of this host."""
TURN_LOOK_SECONDS: Final = 0.005


class AnotherHistory(Exception):  # noqa: N818 - a state of the index, which ends its generation
    """The log does not hold the revision that the index is good for: it is another store, or one that was restored."""


class Entry(NamedTuple):
    """One revision, the nodes whose facts it changed, and whether it erased names."""

    revision: Revision
    touched: Collection[str]
    is_erasure: bool


async def follow(graph: Graph, environment: Environment, newest: Revision) -> None:
    """
    Bring a filled index to the newest revision, or beyond; rows that are out of date are marked.

    raises: Unavailable, Damaged, AnotherHistory
    """
    if _is_at(_state(environment), newest):
        return
    async with _turn(environment):
        while not _is_at(before := _state(environment), newest) and (entries := await _entries(graph, before)):
            await in_thread(_mark, environment, before, entries)


async def refresh(graph: Graph, environment: Environment, most: int = NO_LIMIT) -> None:
    """Read so many of the rows anew that are marked as out of date. Raises Unavailable, Damaged."""
    async with _turn(environment):
        while most > 0 and (stale := _stale(environment)):
            await in_thread(_write, environment, stale, await rows_of(graph, stale))
            most -= len(stale)


@asynccontextmanager
async def _turn(environment: Environment) -> AsyncIterator[None]:
    """
    Read what no other process of this host is reading just now: what it writes need not be read again.

    Only advice. Who waited for a process in vain goes on without its turn, and does not wait for that process again.
    """
    until = monotonic() + TURN_SECONDS
    while not (is_ours := environment.try_following()) and environment.waits_for_turn:
        if monotonic() > until:
            environment.waits_for_turn = False
            break
        await asyncio.sleep(TURN_LOOK_SECONDS)
    try:
        yield
    finally:
        if is_ours:
            environment.waits_for_turn = True
            environment.end_following()


async def _entries(graph: Graph, before: State) -> list[Entry]:
    """The next entries of the log. Raises AnotherHistory."""
    after = before.revision
    assert after is not None  # noqa: S101 - a filled index has one
    rows = (await graph.read("touched_after", after=after.number - 1, limit=ENTRIES, most=MOST_TOUCHED))["revisions"]
    if after.number > 0:
        if not rows or tuple(rows[0][:2]) != after[:2]:
            raise AnotherHistory
        rows = rows[1:]
    return [
        Entry(Revision(number, recorded_at), touched if touched is not None else await touched_by(graph, number), is_erasure)
        for number, recorded_at, touched, is_erasure in rows
    ]


def _state(environment: Environment) -> State:
    with snapshot(environment) as index:
        state = index.state()
    if state is None or state.after is not None:
        raise AnotherHistory
    return state


def _is_at(state: State, newest: Revision) -> bool:
    return state.revision is not None and state.revision[:2] == newest[:2]


def _stale(environment: Environment) -> list[str]:
    with snapshot(environment) as index:
        return index.stale(PAGE)


def _mark(environment: Environment, before: State, entries: Collection[Entry]) -> None:
    """Mark what the entries touched, unless another process followed the log meanwhile."""
    with change(environment) as changed:
        if changed.state() != before:
            return
        for entry in entries:
            changed.mark_stale(changed.affected_by(entry.touched), entry.revision.number)
            if entry.is_erasure:
                changed.note_erasure()
            before = before._replace(revision=entry.revision)
        changed.set_state(before)


def _write(environment: Environment, stale: Collection[str], rows: Rows) -> None:
    """Write rows that were read at the index's revision or later. Those of an earlier one may lack what was marked since."""
    with change(environment) as changed:
        state = changed.state()
        if state is None or state.revision is None or state.revision.number > rows.revision.number:
            return
        changed.put(rows)
        changed.unmark(set(stale) - rows.customers.keys() - rows.partners.keys() - rows.loose.keys())
