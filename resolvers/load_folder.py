"""A folder of files into the graph."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from graph.graph import Graph
from graph.load import Loaded, load
from graph.rows import Located, Rejection
from intake import book, partner_center
from intake.rejected import Rejected, taken

Progress = Callable[[int], None]


class Outcome(NamedTuple):
    """What a load did, and how many rows stand in `rejected.csv`."""

    loaded: Loaded
    rejected: int


async def load_book(graph: Graph, folder: Path, rejected: Path, *, actor: str, progress: Progress) -> Outcome:
    """
    Load a book; every row that can't be taken goes to the file `rejected`.

    raises: BadInput for a folder that is no book, Unavailable; what was loaded stays, and the load can be run again
    """
    digest, restores = book.digest(folder), book.restores_history(folder)
    return await _load(graph, book.read_book(folder), rejected, digest=digest, restores=restores, actor=actor, progress=progress)


async def load_partner_center(graph: Graph, folder: Path, billed_by: str, rejected: Path, *, actor: str, progress: Progress) -> Outcome:
    """
    Load saved Partner Center responses, fetched by the partner `billed_by`; what can't be taken goes to the file `rejected`.

    raises: BadInput, Unavailable; what was loaded stays, and the load can be run again
    """
    digest, rows = partner_center.digest(folder, billed_by), partner_center.read_partner_center(folder, billed_by)
    return await _load(graph, rows, rejected, digest=digest, restores=False, actor=actor, progress=progress)


async def _load(
    graph: Graph, rows: Iterable[Located | Rejection], rejected: Path, *, digest: str, restores: bool, actor: str, progress: Progress
) -> Outcome:
    with Rejected(rejected) as refused:
        loaded = await load(
            graph, taken(rows, refused.add), digest=digest, restores=restores, actor=actor, reject=refused.add, progress=progress
        )
    return Outcome(loaded, refused.count)
