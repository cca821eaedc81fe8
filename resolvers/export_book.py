"""The whole graph as a book."""

from collections.abc import Callable
from pathlib import Path

from graph.export import export_rows
from graph.graph import Graph
from intake.write_book import BookWriter


async def export_book(graph: Graph, folder: Path, *, progress: Callable[[int], None]) -> int:
    """Write everything that the newest revision holds; how many rows. Raises BadInput for a folder that holds no book, Unavailable."""
    written = 0
    with BookWriter(folder) as book:
        async for rows in export_rows(graph):
            for row in rows:
                book.add(row)
            written += len(rows)
            progress(len(rows))
    return written
