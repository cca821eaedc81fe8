import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol, TypeVar

from graph.first_load.draft import Draft
from graph.graph import BATCH_SECONDS, Graph, Transaction
from graph.load_batch import Loaded, Terms, write_batch
from graph.rows import Located, Rejection, reason_of
from policy.errors import VoceroError
from policy.instant import now

BATCH = 10_000
MOST_SPOILT = 20
"""Rows of a batch that may raise what no row should; where more do, something else is wrong."""
DRY_RUN_SECONDS = 600.0

T = TypeVar("T")


class Note(NamedTuple):
    """
    What a load leaves in the store until it ends.

    baseline: recordedAt of the newest revision before its first run
    whole:    all that it brings is in the store, which Neo4j's importer made of it
    """

    baseline: int
    whole: bool


class Writing(Protocol):
    """Does a piece of work inside a write transaction."""

    async def __call__(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What the work returns."""


async def load(
    graph: Graph,
    rows: Iterable[Located | Rejection],
    terms: Terms,
    *,
    reject: Callable[[Rejection], None],
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """
    Take every row that can be taken, in order, batch by batch; nodes have to stand before the relationships between them.

    rows:     those to take, and in their places those that could not even be read
    reject:   called with every row that was not taken, in the order of the rows
    progress: called with the number of rows of each batch
    raises:   Unavailable; then what was committed stays, and the same load can be run again
    """
    async with _writing(graph, dry_run=terms.dry_run) as write:
        note = await begin_load(write, terms)
        if note.whole:  # only what was rejected is to be found again
            with TemporaryDirectory() as folder, Draft(Path(folder) / "draft") as draft:
                loaded = await take(draft.write, rows, terms, note.baseline, reject=reject, progress=progress)
        else:
            loaded = await take(write, rows, terms, note.baseline, reject=reject, progress=progress, splits=not terms.dry_run)
        await end_load(write, terms)
    return loaded


async def take(
    write: Writing,
    rows: Iterable[Located | Rejection],
    terms: Terms,
    baseline: int,
    *,
    reject: Callable[[Rejection], None],
    progress: Callable[[int], None],
    splits: bool = False,
) -> Loaded:
    """
    Do the same for a load that has begun, wherever it is written to.

    baseline: recordedAt of the newest revision before the load
    splits:   a batch that can't be written leaves nothing behind, so that its rows can be tried apart
    """
    loaded = Loaded()
    async with aclosing(_batches(rows)) as batches:
        async for batch in batches:
            outcome, rejected = await (_write_what_can_be if splits else _write)(write, batch, terms, baseline)
            loaded += outcome
            for rejection in rejected:
                reject(rejection)
            progress(len(batch))
    return loaded


async def _write(write: Writing, batch: list[Located | Rejection], terms: Terms, baseline: int) -> tuple[Loaded, list[Rejection]]:
    async def work(transaction: Transaction) -> tuple[Loaded, list[Rejection]]:
        return await write_batch(transaction, batch, terms, baseline)

    return await write(work)


async def _write_what_can_be(
    write: Writing, batch: list[Located | Rejection], terms: Terms, baseline: int
) -> tuple[Loaded, list[Rejection]]:
    """
    Write a batch, and where that raises what no row should, each half of it, down to the rows that raise: these are rejected.

    raises: what was raised where so many rows do that it is no row's fault; Unavailable
    """
    loaded, rejected, spoilt = Loaded(), list[Rejection](), 0
    parts = [batch]
    while parts:
        part = parts.pop()
        try:
            outcome, refused = await _write(write, part, terms, baseline)
        except VoceroError:
            raise
        except Exception as error:
            if len(part) > 1:
                parts += [part[len(part) // 2 :], part[: len(part) // 2]]
                continue
            spoilt += 1
            if spoilt > MOST_SPOILT or not isinstance(part[0], Located):
                raise
            file, line, text = part[0].file, part[0].line, part[0].text
            outcome, refused = Loaded(rejected=1), [Rejection(file, line, reason_of(error), text)]
        loaded += outcome
        rejected += refused
    return loaded, rejected


async def begin_load(write: Writing, terms: Terms) -> Note:
    """Note that a load has begun; the note of its first run where that did not end. Source: queries/begin_load.cypher."""
    row = await write(lambda transaction: transaction.run("begin_load", digest=terms.digest, now=now()))
    return Note(row["baseline"], row["whole"])


async def end_load(write: Writing, terms: Terms) -> None:
    """Take the note away. Source: queries/end_load.cypher."""
    await write(lambda transaction: transaction.run("end_load", digest=terms.digest))


@asynccontextmanager
async def _writing(graph: Graph, *, dry_run: bool) -> AsyncIterator[Writing]:
    """Each work in a transaction of its own; in a dry run all of them in one, which comes to nothing."""
    if not dry_run:
        yield partial(graph.write, seconds=BATCH_SECONDS)
        return
    async with graph.rehearsal(seconds=DRY_RUN_SECONDS) as transaction:

        async def rehearse(work: Callable[[Transaction], Awaitable[T]]) -> T:
            return await work(transaction)

        yield rehearse


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
