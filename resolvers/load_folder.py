"""A folder of files into the graph."""

from collections.abc import Callable, Iterable
from pathlib import Path

from graph.graph import Graph
from graph.load import Loaded, load
from graph.rows import Located, Rejection
from intake import book, partner_center
from intake.rejected import Rejected

Progress = Callable[[int], None]


async def load_book(graph: Graph, folder: Path, rejected: Path, *, actor: str, progress: Progress) -> Loaded:
    """
    Load a book; every row that can't be taken goes to the file `rejected`.

    raises: BadInput for a folder that is no book, Unavailable; what was loaded stays, and the load can be run again
    """
    digest, restores = book.digest(folder), book.restores_history(folder)
    return await _load(graph, book.read_book(folder), rejected, digest=digest, restores=restores, actor=actor, progress=progress)


async def load_partner_center(graph: Graph, folder: Path, billed_by: str, rejected: Path, *, actor: str, progress: Progress) -> Loaded:
    """
    Load saved Partner Center responses, fetched by the partner `billed_by`; what can't be taken goes to the file `rejected`.

    raises: BadInput, Unavailable; what was loaded stays, and the load can be run again
    """
    digest, rows = partner_center.digest(folder, billed_by), partner_center.read_partner_center(folder, billed_by)
    return await _load(graph, rows, rejected, digest=digest, restores=False, actor=actor, progress=progress)


async def _load(
    graph: Graph, rows: Iterable[Located | Rejection], rejected: Path, *, digest: str, restores: bool, actor: str, progress: Progress
) -> Loaded:
    with Rejected(rejected) as refused:
        return await load(graph, rows, digest=digest, restores=restores, actor=actor, reject=refused.add, progress=progress)
