"""Filling an empty index from the graph: partners first, then customers, both by id."""

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.numbers import OPERATORS
from graph.index.rows import PROVIDES_FOR, CustomerRow, PartnerRow
from graph.index.rows_read import PAGE, customers_of, partners_of
from graph.index.snapshot import State, change, snapshot
from graph.reading import relationship_of, versions_of
from graph.store import newest_revision

FIRST: Final = ""


class Page(NamedTuple):
    """Rows of customers, and the id that the next page comes after; None = there is no more."""

    rows: Mapping[str, CustomerRow]
    after: str | None


async def fill(graph: Graph, environment: Environment, store: str) -> None:
    """
    Copy every fact to the index, page by page; what a killed filler left is gone on with.

    store:  what tells the store from others; an index of another one is emptied first
    raises: Unavailable, Damaged
    """
    state = await asyncio.to_thread(_state, environment)
    if state is None or state.store != store or state.revision is None:
        state = State(store, await newest_revision(graph), FIRST)
        await asyncio.to_thread(_begin, environment, state)
    if state.after == FIRST:
        await _fill_partners(graph, environment)
    if state.after is not None:
        await _fill_customers(graph, environment, state, state.after)


async def _fill_partners(graph: Graph, environment: Environment) -> None:
    await asyncio.to_thread(_put_partners, environment, (await partners_of(graph, OPERATORS)).of)
    after = FIRST
    while rows := (await graph.read("export_nodes", label="Partner", after=after, limit=PAGE))["nodes"]:
        versions = versions_of([row[:3] for row in rows])
        records = {row[0]: tuple(map(relationship_of, row[3])) for row in rows}
        found = {
            partner: PartnerRow(versions[partner], tuple(record for record in records[partner] if record.type is PROVIDES_FOR))
            for partner in versions
        }
        await asyncio.to_thread(_put_partners, environment, found)
        after = rows[-1][0]


async def _fill_customers(graph: Graph, environment: Environment, state: State, first: str) -> None:
    """Fill the customers that come after this id: a page is read while the one before is written."""
    after: str | None = first
    reading = asyncio.create_task(_page(graph, first))
    try:
        while after is not None:
            page = await reading
            after = page.after
            if after is not None:
                reading = asyncio.create_task(_page(graph, after))
            await asyncio.to_thread(_put_page, environment, state, page)
    finally:
        reading.cancel()


async def _page(graph: Graph, after: str) -> Page:
    customers: list[str] = (await graph.read("customer_ids_after", after=after, limit=PAGE))["ids"]
    return Page((await customers_of(graph, customers)).of, customers[-1]) if customers else Page({}, None)


def _state(environment: Environment) -> State | None:
    with snapshot(environment) as index:
        return index.state()


def _begin(environment: Environment, state: State) -> None:
    with change(environment) as changed:
        changed.clear()
        changed.set_state(state)


def _put_partners(environment: Environment, partners: Mapping[str, PartnerRow]) -> None:
    with change(environment) as changed:
        changed.put_partners(partners)


def _put_page(environment: Environment, state: State, page: Page) -> None:
    with change(environment) as changed:
        changed.put_customers(page.rows)
        changed.set_state(state._replace(after=page.after))
