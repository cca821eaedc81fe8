"""A folder of files into the graph."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from graph.first_load.load import Home, first_load
from graph.graph import BATCH_SECONDS, Graph
from graph.load import end_load, load
from graph.load_batch import Loaded, Terms
from graph.mpn_ids import mpn_ids_of_partners
from graph.rows import Located, Note, Rejection
from intake import book, partner_center
from intake.rejected import Rejected
from policy.policy import Policy

Progress = Callable[[int], None]


async def load_book(
    graph: Graph, folder: Path, rejected: Path, *, actor: str, progress: Progress = lambda _: None, dry_run: bool = False
) -> Loaded:
    """
    Load a book; every row that can't be taken goes to the file `rejected`.

    raises: BadInput for a folder that is no book, Unavailable; what was loaded stays, and the load can be run again
    """
    return await _load(graph, book.read_book(folder), rejected, _terms_of_book(folder, actor, dry_run=dry_run), progress)


async def load_first_book(
    home: Home,
    folder: Path,
    rejected: Path,
    *,
    actor: str,
    progress: Progress,
    imported: Callable[[float], None],
    opened: Callable[[], AbstractAsyncContextManager[Graph]],
) -> Loaded:
    """
    Load a book into an empty store that nobody serves, by Neo4j's importer: what `load_book` would leave there.

    imported: called with the part of the import that is done, 0 to 1
    opened:   gives the graph of that folder
    raises:   BadInput for a folder that is no book, Unavailable; the store is whole or not there, and the load can be run again
    """
    terms = _terms_of_book(folder, actor)
    with Rejected(rejected) as refused:
        loaded = await first_load(home, book.read_book(folder), terms, reject=refused.add, progress=progress, imported=imported)
        async with opened() as graph:
            await end_load(partial(graph.write, seconds=BATCH_SECONDS), terms)
    return loaded


async def load_partner_center(
    graph: Graph,
    folder: Path,
    billed_by: str,
    rejected: Path,
    *,
    policy: Policy,
    actor: str,
    progress: Progress = lambda _: None,
    note: Callable[[Note], None] = lambda _: None,
    dry_run: bool = False,
) -> Loaded:
    """
    Load saved Partner Center responses, fetched by the partner `billed_by`; what can't be taken goes to the file `rejected`.

    note:   called with whatever was taken otherwise than an answer gives it
    raises: BadInput, Unavailable; what was loaded stays, and the load can be run again
    """
    terms = Terms(partner_center.digest(folder, billed_by), restores=False, boundaries=policy.boundaries, actor=actor, dry_run=dry_run)
    rows = partner_center.read_partner_center(folder, billed_by, await mpn_ids_of_partners(graph), note=note)
    return await _load(graph, rows, rejected, terms, progress)


def _terms_of_book(folder: Path, actor: str, *, dry_run: bool = False) -> Terms:
    # a book gives the ends of relationships itself, so that no boundary has to be known
    return Terms(book.digest(folder), book.restores_history(folder), {}, actor, dry_run)


async def _load(graph: Graph, rows: Iterable[Located | Rejection], rejected: Path, terms: Terms, progress: Progress) -> Loaded:
    with Rejected(rejected) as refused:
        return await load(graph, rows, terms, reject=refused.add, progress=progress)
