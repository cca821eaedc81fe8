"""Filling an empty index from the graph, by id: customers last, and on from where it was when a filler was ended."""

import asyncio
from collections.abc import Callable
from typing import Final

from graph.graph import Graph
from graph.index.change import change
from graph.index.environment import Environment
from graph.index.in_thread import in_thread
from graph.index.numbers import OPERATORS
from graph.index.rows_read import Rows, ids_after, rows_of
from graph.index.snapshot import State, snapshot
from graph.store import newest_revision
from policy.errors import Unavailable

FIRST: Final = ""
OTHERS: Final = ("Partner", "Subscription", "Agreement")


async def fill(graph: Graph, environment: Environment, store: str, progress: Callable[[int], None] = lambda _: None) -> None:
    """
    Copy every fact to the index, page by page; what a killed filler left is gone on with.

    store:    what tells the store from others; an index of another one is emptied first
    progress: called with the number of customers that were written just now
    raises:   Unavailable, Damaged
    """
    state = await in_thread(_state, environment)
    if state is None or state.store != store or state.revision is None:
        newest = await newest_revision(graph)
        # before the first revision there is nothing, whatever a load has written already
        state = State(store, newest, FIRST if newest.number else None)
        operators = await rows_of(graph, OPERATORS)
        if len(operators.partners) < len(OPERATORS):
            raise Unavailable("the store is being set up; ask again in a while")
        await in_thread(_begin, environment, state, operators)
    if state.after == FIRST:
        for label in OTHERS:
            await _fill(graph, environment, label, FIRST, None, progress=progress)
    if state.after is not None:
        await _fill(graph, environment, "Customer", state.after, state, progress=progress)
        await in_thread(_finish, environment, state)


async def _fill(
    graph: Graph, environment: Environment, label: str, first: str, state: State | None, *, progress: Callable[[int], None]
) -> None:
    """
    Fill the nodes of a label that come after this id: a page is read while the one before is written.

    state: kept with each page, with the last id that was written; None where it is not kept
    """
    after: str | None = first
    reading = asyncio.create_task(_page(graph, label, first))
    try:
        while after is not None:
            rows, after = await reading
            if after is None:
                return
            reading = asyncio.create_task(_page(graph, label, after))
            await in_thread(_write, environment, rows, state and state._replace(after=after))
            progress(len(rows.customers))
    finally:
        reading.cancel()


async def _page(graph: Graph, label: str, after: str) -> tuple[Rows, str | None]:
    """The next rows, and the id that those after them come after; None = there are no more."""
    ids = await ids_after(graph, label, after)
    return (await rows_of(graph, ids), ids[-1]) if ids else (Rows(await newest_revision(graph), {}, {}, {}), None)


def _state(environment: Environment) -> State | None:
    with snapshot(environment) as index:
        return index.state()


def _begin(environment: Environment, state: State, operators: Rows) -> None:
    with change(environment) as changed:
        changed.clear()
        changed.put(operators)
        changed.set_state(state)


def _write(environment: Environment, rows: Rows, state: State | None) -> None:
    with change(environment) as changed:
        changed.put(rows)
        if state is not None:
            changed.set_state(state)


def _finish(environment: Environment, state: State) -> None:
    with change(environment) as changed:
        changed.set_state(state._replace(after=None))
