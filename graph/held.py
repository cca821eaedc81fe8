import asyncio
from collections.abc import Collection

from graph.graph import Graph, Row, Transaction
from graph.revision import Revision


class Held(Graph):
    """
    The graph as it is read inside a write transaction: while that has the store's lock, no other write moves what was read.

    It is read through the transaction's own connection, so that no writer ever waits for a connection that another one holds.
    """

    def __init__(self, transaction: Transaction, seal: bytes) -> None:
        self._transaction = transaction
        self.seal = seal
        self._turn = asyncio.Lock()  # a transaction runs one query at a time

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        """The one record of `queries/<name>.cypher`."""
        async with self._turn:
            return await self._transaction.run(name, **parameters), bookmarks

    def is_whole(self, recorded_at: int) -> bool:  # noqa: ARG002 - nobody else is writing
        """Every one is."""
        return True

    async def seen(self, number: int, recorded_at: int) -> Revision:
        """The revision, of which nobody is told before the transaction has ended."""
        return Revision(number, recorded_at)
