"""The index as one process reads it: opened, kept up with the graph, and filled anew where it can't be used."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.follower import AnotherHistory, follow, refresh
from graph.index.memo import HistoryMemo
from graph.index.open_index import Opened, OpenIndex
from graph.index.outdated import READ_SOON, outdated
from graph.index.pending_heads import PendingHeads
from graph.index.snapshot import Read, Snapshot, Stale
from graph.index.values import Damaged
from graph.index.warming import warm
from graph.revision import Revision
from graph.revision_poller import POLL_SECONDS, RevisionPoller
from graph.space import Space
from graph.store import newest_revision
from policy.errors import Unavailable
from policy.facts import History
from policy.lazy_situation import Head

if TYPE_CHECKING:
    import lmdb

LOOK_SECONDS: Final = 1.0
"""How often the graph is looked at when nobody asks."""
MOST_WAIT_SECONDS: Final = 10.0
"""Longest wait for an index that is being filled."""


FILLED: Final = "the local index is being filled"
DAMAGED: Final = "the local index is damaged, and is made anew"
SPOILT: Final = (TypeError, ValueError, LookupError, AttributeError)
"""What a row raises that nobody can have written by this service."""


class LocalIndex:
    """
    The index of one store, as one process has it.

    poller:     gives the newest revision, which the index holds by then
    memo:       the histories that are kept in memory
    folder:     where the indexes of all stores lie; None = there is none, and everything is read from the graph
    staleness:  seconds that the newest revision may have been there before it is noticed, unless it is asked for
    most_bytes: what the histories may take that are kept in memory
    space:      of the disk that the folder is on: with less nothing is written to the index, only read; None = nobody says how much
    """

    def __init__(self, graph: Graph, folder: Path | None, *, staleness: float, most_bytes: int, space: Space | None = None) -> None:
        self.graph = graph
        self.poller = RevisionPoller(self._look, staleness)
        graph.written = self.poller.expire
        self._files = OpenIndex(graph, folder, space)
        self.memo = HistoryMemo(most_bytes)
        self._heads = PendingHeads()
        self._last: Read | None = None  # what the last history was read of
        self._transaction: lmdb.Transaction | None = None
        self._snapshot: Snapshot | None = None
        self._numbers, self._number, self._last_transaction = count(1), 0, 0
        self._using = asyncio.Lock()  # held while the open file is used across an `await`
        self._is_kept = False
        self._is_wanted = asyncio.Event()
        self._found = self._missed = 0
        self._reason = "the local index is not made yet"

    @property
    def opened(self) -> Opened | None:
        """The generation in use; None where there is none."""
        return self._files.opened

    def counted(self) -> tuple[int, int]:
        """How many histories came from the index when they were asked for, and how many from the graph, since this was asked last."""
        counted, self._found, self._missed = (self._found, self._missed), 0, 0
        return counted

    def snapshot(self) -> Snapshot | None:
        """The index at the revision that the poller gave, or a later one, until the next `await`; None where it can't be read."""
        return self._snapshot

    def history(self, customer: str) -> History | None:
        """All that was ever recorded around a customer; None where there is none. Raises Stale where it has to be read from the graph."""
        kept = self.memo.get(customer)
        if kept is not None and kept.snapshot == self._number:
            self._found += 1
            self._last = kept.read
            return kept.read.history
        try:
            if self._snapshot is None:
                raise Stale(customer)
            read = self._snapshot.read(customer, kept and kept.read)
        except Damaged:
            self.give_up_damaged()
            raise Stale(customer) from None
        if read is None:
            return None
        self._found += 1
        self._last = read
        self.memo.keep(customer, read, self._number)
        return read.history

    def head(self, customer: str) -> Head | None:
        """What most questions of now need of a customer; None where its history has to be asked."""
        try:
            return self._snapshot.head(customer) if self._snapshot is not None else None
        except Damaged:
            self.give_up_damaged()
        except Stale:
            pass  # its history has to be asked
        return None

    def keep_head(self, history: History, valid_at: int, known_at: int) -> None:
        """Write the head of a customer soon, if it is one of now and the history is the newest; `keep` does it."""
        if self._is_kept and self._last is not None and self._last.history is history:
            self._heads.add(self._last, valid_at, known_at)

    async def write_heads(self) -> None:
        """Write the heads that were kept for it. Raises Unavailable, Damaged."""
        async with self._using:
            opened = self.opened
            if opened is not None and await self._heads.write(opened.environment) and self.opened is opened and self._snapshot is not None:
                self._renew(opened.environment)

    def read_through(self, number: int) -> None:
        """Count histories that had to be read from the graph."""
        self._missed += number

    async def whole(self) -> None:
        """Wait until every row is there, and good. Raises Unavailable where nobody fills the index, or it takes long."""
        until = monotonic() + MOST_WAIT_SECONDS
        while (reason := self.unready() or self.behind()) is not None:
            if self._snapshot is None and not self._is_kept:
                raise Unavailable("there is no local index here; start the service on this store, or run `vocero index rebuild`")
            if monotonic() > until:
                raise Unavailable(f"{reason}; ask again in a while")
            self._is_wanted.set()
            await asyncio.sleep(POLL_SECONDS)
            await self.poller.revision(fresh=True)

    def unready(self) -> str | None:
        """Why nothing can be read from the index yet; None where it can."""
        if self._snapshot is not None:
            return None
        filled = self._files.filled()
        return self._reason if filled is None else f"{FILLED}; {filled} customers are written"

    def behind(self) -> str | None:
        """Why lists can't be answered from what is there; None where they can."""
        behind = 0 if self._snapshot is None else self._snapshot.count_of_stale()
        return f"a load is under way, {behind} customers and partners are still to be read" if behind else None

    async def keep(self) -> None:
        """Open the index, fill it where that is needed, and follow the graph; without end."""
        self._is_kept = True
        while True:
            self._is_wanted.clear()
            try:
                if self._files.opened is None:
                    await self._open_or_fill()
                    await self.poller.revision(fresh=False)
                    await warm(self)
                await self.poller.revision(fresh=False)
                await self._renew_rows()
                await self.write_heads()
            except Unavailable as error:  # the graph, or the file: whoever asks is told
                if self._files.opened is None:
                    self._reason = str(error)
            except Damaged:
                self.give_up_damaged()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(self.poller.staleness, LOOK_SECONDS)):
                    await self._is_wanted.wait()

    async def close(self) -> None:
        """Close the file."""
        self._end()
        async with self._using:
            self._files.close_ended()

    async def open(self) -> bool:
        """Open the generation that is there; whether there is one that can be used. Raises Unavailable."""
        is_there = await self._files.open()
        self.poller.expire()
        return is_there

    async def fill(self, progress: Callable[[int], None] = lambda _: None, *, anew: bool = False) -> int:
        """
        Fill a new generation, and use it; how many customers were written.

        anew:   also where there is one already, which is used until then
        raises: Unavailable, Damaged
        """
        return await self._files.fill(is_replaced=lambda _: anew, progress=progress)

    async def _open_or_fill(self) -> None:
        async with self._using:
            self._files.close_ended()
        if not self._files.has_folder or await self.open():
            return
        await self.fill()
        if not await self.open():
            await asyncio.sleep(0.05)  # another process fills it

    async def _renew_rows(self) -> None:
        """Read some rows anew of many that are out of date, or fill a new generation where that is better."""
        async with self._using:
            opened = self._files.opened
            if opened is None:
                return
            found = outdated(opened.environment)
            if found.rows and not found.is_to_be_filled:
                await refresh(self.graph, opened.environment, 1)
                self._is_wanted.set()
        if found.is_to_be_filled:
            await self._files.fill(is_replaced=lambda number: number == opened.number)
            await self.poller.revision(fresh=True)
            if self._files.opened is opened:
                await asyncio.sleep(LOOK_SECONDS)  # another process fills it

    async def _look(self) -> Revision:
        """The newest revision, which the index holds afterwards, or a later one; else there is no snapshot."""
        newest = await newest_revision(self.graph)
        async with self._using:
            self._files.close_ended()
            return await self._follow(newest)

    async def _follow(self, newest: Revision) -> Revision:
        try:
            self._go_over()
            if (opened := self._files.opened) is not None:
                await follow(self.graph, opened.environment, newest)
                await self._read_soon(opened.environment)
                if self._files.opened is opened:
                    return max(newest, self._renew(opened.environment) or newest, key=lambda revision: revision.number)
        except AnotherHistory:
            self._give_up("the store was replaced, and the local index is made anew")
        except Damaged:
            self.give_up_damaged()
        except Unavailable as error:
            self._reason = str(error)  # the file is held by another process, or its disk is full
            self._let_go()
        return newest

    def _go_over(self) -> None:
        """Open the generation that took the place of the one that is open, where one did. Raises Unavailable."""
        if self._files.opened is not None and not self._files.is_current():
            self._reason = "the local index is made anew"
            self._end()
            self._files.close_ended()
            self._files.open_next()

    async def _read_soon(self, environment: Environment) -> None:
        """Read the rows anew that are out of date, unless they are many."""
        behind = outdated(environment).rows
        if 0 < behind <= READ_SOON:
            try:
                await refresh(self.graph, environment, READ_SOON)
            except SPOILT:  # who asks for it is told, from the graph; `keep` fails by it too, and that is logged
                self._is_wanted.set()
        elif behind:
            self._is_wanted.set()

    def _renew(self, environment: Environment) -> Revision | None:
        """Read what is there now; the revision that it is of."""
        if self._snapshot is None or environment.last_transaction != self._last_transaction:
            self._let_go()
            self._last_transaction = environment.last_transaction
            self._transaction = environment.begin()
            self._snapshot = Snapshot(self._transaction, environment.databases)
            self._number = next(self._numbers)
        state = self._snapshot.state()
        return state and state.revision

    def _let_go(self) -> None:
        self._snapshot, self._number = None, 0
        if self._transaction is not None:
            self._transaction.abort()
            self._transaction = None

    def give_up_damaged(self) -> None:
        """Use this generation no more, because a value of it is not what was written; another is made."""
        self._give_up(DAMAGED)

    def _give_up(self, reason: str) -> None:
        self._files.give_up()
        self._reason = reason
        self._end()

    def _end(self) -> None:
        self._let_go()
        self.memo.clear()
        self._heads, self._last = PendingHeads(), None  # versions of rows are those of one generation
        self._is_wanted.set()
        self._files.end()
