"""Keeping the index up to date from the log."""

import asyncio
from collections.abc import Collection
from typing import Final, NamedTuple

from graph.graph import Graph
from graph.ids import kind_of
from graph.index.environment import Environment
from graph.index.rows_read import Rows, rows_of
from graph.index.snapshot import State, change, snapshot
from graph.log import touched_by
from graph.revision import Revision
from graph.store import newest_revision

ENTRIES: Final = 100
"""Entries of the log that are followed together."""
MOST_TOUCHED: Final = 2000
"""Nodes of one entry that are read with others; those of a larger one are read by themselves."""


class AnotherHistory(Exception):  # noqa: N818 - a state of the index, which ends its generation
    """The log does not hold the revision that the index is good for: it is another store, or one that was restored."""


class Entry(NamedTuple):
    """One revision, and the nodes whose facts it changed."""

    revision: Revision
    touched: Collection[str]


async def follow(graph: Graph, environment: Environment) -> Revision:
    """
    Bring a filled index up to the newest revision, which is given back.

    raises: Unavailable, Damaged, AnotherHistory
    """
    newest = await newest_revision(graph)
    while True:
        state = await asyncio.to_thread(_state, environment)
        assert state.revision is not None  # noqa: S101 - a filled index has one
        if state.revision.number == newest.number and state.revision.recorded_at == newest.recorded_at:
            return newest
        entries = await _entries(graph, state.revision)
        if not entries:
            return newest
        revision = entries[-1].revision
        touched = {node for entry in entries for node in entry.touched}
        affected = await asyncio.to_thread(_affected, environment, touched)
        rows = await rows_of(
            graph,
            (node for node in affected if kind_of(node) == "customer"),
            (node for node in affected if kind_of(node) != "customer"),
        )
        await asyncio.to_thread(_write, environment, state, revision, rows)


async def _entries(graph: Graph, after: Revision) -> list[Entry]:
    """The next entries of the log. Raises AnotherHistory."""
    rows = (await graph.read("touched_after", after=after.number - 1, limit=ENTRIES, most=MOST_TOUCHED))["revisions"]
    if after.number > 0:
        if not rows or tuple(rows[0][:2]) != after[:2]:
            raise AnotherHistory
        rows = rows[1:]
    return [
        Entry(Revision(number, recorded_at), touched if touched is not None else await touched_by(graph, number))
        for number, recorded_at, touched in rows
    ]


def _state(environment: Environment) -> State:
    with snapshot(environment) as found:
        state = found.state()
    if state is None or state.after is not None:
        raise AnotherHistory
    return state


def _affected(environment: Environment, touched: Collection[str]) -> set[str]:
    with snapshot(environment) as found:
        return found.affected_by(touched)


def _write(environment: Environment, before: State, revision: Revision, rows: Rows) -> None:
    """Write the rows, unless another process followed the log meanwhile."""
    with change(environment) as changed:
        if changed.state() == before:
            changed.put_partners(rows.partners)
            changed.put_customers(rows.customers)
            changed.set_state(before._replace(revision=revision))
