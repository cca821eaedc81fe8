"""The whole graph as a book."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from graph.export import export_rows
from graph.graph import Graph
from intake.write_book import BookWriter


class Exported(NamedTuple):
    """How many rows were written, and how often one was named that a load would refuse."""

    rows: int
    warnings: int


async def export_book(graph: Graph, folder: Path, *, progress: Callable[[int], None]) -> Exported:
    """Write everything that the newest revision holds. Raises BadInput for a folder that holds no book, Unavailable."""
    written = 0
    with BookWriter(folder) as book:
        async for rows in export_rows(graph):
            for row in rows:
                book.add(row)
            written += len(rows)
            progress(len(rows))
    return Exported(written, book.warnings.count)
