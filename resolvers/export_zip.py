"""The whole graph as a book in a zip."""

import asyncio
from collections.abc import AsyncIterator

from graph.export import export_rows
from graph.graph import Graph
from intake.zip_book import ZippedBook


async def export_zip(graph: Graph) -> AsyncIterator[bytes]:
    """The bytes of the zip, piece by piece: everything that the newest revision holds. Raises Unavailable."""
    with ZippedBook() as book:
        async for rows in export_rows(graph):
            yield book.add(rows)
        for piece in book.rest():
            yield piece
            await asyncio.sleep(0)  # packing takes its time, and others are waiting
