"""Rows into the graph: batch by batch, each batch one transaction and one revision."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from graph.graph import Graph, Transaction
from graph.load_nodes import write_nodes, write_versions
from graph.load_relationships import write_relationships
from graph.rows import Located, NodeRow, Refusal, Rejection, RelationshipRow, VersionRow
from graph.store import Revising
from policy.instant import now

BATCH = 10_000

T = TypeVar("T")


@dataclass(slots=True)
class Loaded:
    """What a load did: rows that brought something, rows that were there already, rows refused, revisions taken."""

    nodes: int = 0
    relationships: int = 0
    unchanged: int = 0
    rejected: int = 0
    revisions: int = 0


async def load(
    graph: Graph,
    rows: Iterable[Located | Rejection],
    *,
    digest: str,
    restores: bool,
    actor: str,
    reject: Callable[[Rejection], None],
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """
    Take every row that can be taken, in order; nodes have to stand before the relationships between them.

    digest:   names what is loaded: a load that was killed and is run again ends as if it had run once
    restores: some row gives `recorded_at`; nodes have no such column, so the new ones count as known all along
    rows:     those to take, and in their places those that could not even be read
    reject:   called with every row that was not taken, in the order of the rows
    progress: called with the number of rows of each batch
    raises:   Unavailable; then what was committed stays, and the same load can be run again
    """
    loaded = Loaded()
    begun: int = (await graph.write(lambda transaction: transaction.run("begin_load", digest=digest, now=now())))["baseline"]
    async with aclosing(_batches(rows)) as batches:
        async for batch in batches:

            async def work(transaction: Transaction, batch: list[Located | Rejection] = batch) -> tuple[Loaded, list[Rejection]]:
                return await _write_batch(transaction, batch, baseline=begun, restores=restores, actor=actor)

            outcome, refused = await graph.write(work)
            loaded.nodes += outcome.nodes
            loaded.relationships += outcome.relationships
            loaded.unchanged += outcome.unchanged
            loaded.revisions += outcome.revisions
            loaded.rejected += outcome.rejected
            for rejection in refused:
                reject(rejection)
            progress(len(batch))
    await graph.write(lambda transaction: transaction.run("end_load", digest=digest))
    return loaded


async def _batches(rows: Iterable[T]) -> AsyncGenerator[list[T]]:
    """The rows in batches, the next one being read while the database writes the one before."""
    iterator = iter(rows)
    reading = asyncio.create_task(asyncio.to_thread(_next, iterator))
    try:
        while batch := await reading:
            reading = asyncio.create_task(asyncio.to_thread(_next, iterator))
            yield batch
    finally:
        await asyncio.wait([reading])  # a thread can't be ended, and it may hold a file


def _next(iterator: Iterator[T]) -> list[T]:
    return list(islice(iterator, BATCH))


async def _write_batch(
    transaction: Transaction, batch: list[Located | Rejection], *, baseline: int, restores: bool, actor: str
) -> tuple[Loaded, list[Rejection]]:
    revising = await Revising.begin(transaction)
    rows = [each for each in batch if isinstance(each, Located)]
    nodes = [each.row for each in rows if isinstance(each.row, NodeRow)]
    versions = [each for each in rows if isinstance(each.row, VersionRow)]
    relationships = [each for each in rows if isinstance(each.row, RelationshipRow)]
    new_nodes = await write_nodes(transaction, nodes, revising, restores=restores)
    new_versions, refused_versions = await write_versions(transaction, versions, revising, baseline=baseline)
    new_relationships, refused = await write_relationships(transaction, relationships, revising, baseline=baseline)
    new_nodes += new_versions
    recorded = await revising.record(transaction, actor=actor, summary=f"load: {new_nodes} nodes, {new_relationships} relationships")
    rejected = _rejected(batch, refused_versions + refused)
    return Loaded(
        new_nodes, new_relationships, len(batch) - new_nodes - new_relationships - len(rejected), len(rejected), int(recorded)
    ), rejected


def _rejected(batch: list[Located | Rejection], refused: list[Refusal]) -> list[Rejection]:
    """What was not taken, in the order of the rows."""
    reasons = {id(refusal.located): refusal.reason for refusal in refused}
    rejected = []
    for each in batch:
        if isinstance(each, Rejection):
            rejected.append(each)
        elif id(each) in reasons:
            rejected.append(Rejection(each.file, each.line, reasons[id(each)], each.text))
    return rejected
