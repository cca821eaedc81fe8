"""The index as one process reads it: opened, kept up with the graph, and filled anew where it can't be used."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.follower import AnotherHistory, follow, refresh
from graph.index.generations import Generations
from graph.index.memo import HistoryMemo
from graph.index.pending_heads import PendingHeads
from graph.index.snapshot import Read, Snapshot, Stale, snapshot
from graph.index.values import Damaged
from graph.index.warming import warm
from graph.revision import Revision
from graph.revision_poller import POLL_SECONDS, RevisionPoller
from graph.store import identity_of, newest_revision
from policy.errors import Unavailable
from policy.facts import History
from policy.lazy_situation import Head

if TYPE_CHECKING:
    import lmdb

READ_SOON: Final = 500
"""Rows that are out of date and read anew before an answer is given; of more it is said that they have to be read from the graph."""
LOOK_SECONDS: Final = 1.0
"""How often the graph is looked at when nobody asks."""
MOST_WAIT_SECONDS: Final = 10.0
"""Longest wait for an index that is being filled."""


DAMAGED: Final = "the local index is damaged, and is made anew"
SPOILT: Final = (TypeError, ValueError, LookupError, AttributeError)
"""What a row raises that nobody can have written by this service."""


class Opened(NamedTuple):
    """A generation that is open; close: what is to be called at its end."""

    number: int
    environment: Environment
    close: ExitStack


class LocalIndex:
    """
    The index of one store, as one process has it.

    poller:     gives the newest revision, which the index holds by then
    memo:       the histories that are kept in memory
    folder:     where the indexes of all stores lie; None = there is none, and everything is read from the graph
    staleness:  seconds that the newest revision may have been there before it is noticed, unless it is asked for
    most_bytes: what the histories may take that are kept in memory
    """

    def __init__(self, graph: Graph, folder: Path | None, *, staleness: float, most_bytes: int) -> None:
        self.graph = graph
        self.poller = RevisionPoller(self._look, staleness)
        graph.written = self.poller.expire
        self._folder = folder
        self.memo = HistoryMemo(most_bytes)
        self._heads = PendingHeads()
        self._last: Read | None = None
        """What the last history was read of."""
        self._generations: Generations | None = None
        self._store = ""
        self._opened: Opened | None = None
        self._transaction: lmdb.Transaction | None = None
        self._snapshot: Snapshot | None = None
        self._numbers, self._number, self._last_transaction = count(1), 0, 0
        self._using = asyncio.Lock()
        """Held while the open file is used across an `await`."""
        self._ended: list[Opened] = []
        """Generations that are not used any more, and are still to be closed."""
        self._is_kept = False
        self._is_wanted = asyncio.Event()
        self._found = self._missed = 0
        self._written = 0
        self._reason = "the local index is not made yet"

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
            self._give_up(DAMAGED)
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
            return None if self._snapshot is None else self._snapshot.head(customer)
        except Stale:
            return None
        except Damaged:
            self._give_up(DAMAGED)
            return None

    def keep_head(self, history: History, valid_at: int, known_at: int) -> None:
        """Write the head of a customer soon, if it is one of now and the history is the newest; `keep` does it."""
        if self._is_kept and self._last is not None and self._last.history is history:
            self._heads.add(self._last, valid_at, known_at)

    async def write_heads(self) -> None:
        """Write the heads that were kept for it. Raises Unavailable, Damaged."""
        async with self._using:
            if self._opened is not None and await self._heads.write(self._opened.environment):
                self.poller.expire()

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
        return None if self._snapshot is not None else f"{self._reason}; {self._written} customers are written"

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
                if self._opened is None:
                    await self._open_or_fill()
                    await self.poller.revision(fresh=False)
                    await warm(self)
                await self.poller.revision(fresh=False)
                await self._read_page()
                await self.write_heads()
            except Unavailable:
                pass  # the graph, or the file: whoever asks is told
            except Damaged:
                self._give_up(DAMAGED)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(self.poller.staleness, LOOK_SECONDS)):
                    await self._is_wanted.wait()

    async def close(self) -> None:
        """Close the file."""
        self._end()
        async with self._using:
            self._close_ended()

    async def open(self) -> bool:
        """Open the generation that is there; whether there is one that can be used. Raises Unavailable."""
        generations = await self._generations_of_store()
        number = None if generations is None else generations.current()
        if generations is None or number is None:
            return False
        stack = ExitStack()
        self._opened = Opened(number, stack.enter_context(generations.opened(number)), stack)
        self.poller.expire()
        return True

    async def fill(self, progress: Callable[[int], None] = lambda _: None, *, anew: bool = False) -> int:
        """
        Fill a new generation, and use it; how many customers were written.

        anew:   also where there is one already, which is used until then
        raises: Unavailable, Damaged
        """
        generations = await self._generations_of_store()
        if generations is None:
            return 0
        with generations.filling() as number:
            if number is None or (generations.current() is not None and not anew):
                return 0
            self._written, self._reason = 0, "the local index is being filled"
            with generations.opened(number) as environment:
                await fill(self.graph, environment, self._store, lambda more: self._wrote(more, progress))
            generations.publish(number)
            generations.sweep()
        return self._written

    def _wrote(self, more: int, progress: Callable[[int], None]) -> None:
        self._written += more
        progress(more)

    async def _open_or_fill(self) -> None:
        async with self._using:
            self._close_ended()
        if self._folder is None or await self.open():
            return
        await self.fill()
        if not await self.open():
            await asyncio.sleep(0.05)  # another process fills it

    async def _generations_of_store(self) -> Generations | None:
        if self._generations is None and self._folder is not None:
            self._store = await identity_of(self.graph)
            self._generations = Generations(self._folder, self._store)
        return self._generations

    async def _look(self) -> Revision:
        """The newest revision, which the index holds afterwards, or a later one; else there is no snapshot."""
        newest = await newest_revision(self.graph)
        async with self._using:
            self._close_ended()
            return await self._follow(newest)

    async def _follow(self, newest: Revision) -> Revision:
        opened = self._opened
        if opened is not None:
            try:
                self._expect_current(opened.number)
                await follow(self.graph, opened.environment, newest)
                await self._read_soon(opened.environment)
                if self._opened is opened:
                    return self._renew(opened.environment, newest)
            except AnotherHistory:
                self._give_up("the store was replaced, and the local index is made anew")
            except Damaged:
                self._give_up(DAMAGED)
            except Unavailable as error:
                self._reason = str(error)  # the file is held by another process, or its disk is full
                self._let_go()
        return newest

    def _expect_current(self, number: int) -> None:
        """Look whether this generation is still the one in use. Raises AnotherHistory."""
        if self._generations is None or self._generations.current() != number:
            raise AnotherHistory

    async def _read_soon(self, environment: Environment) -> None:
        """Read the rows anew that are out of date, unless they are many."""
        behind = _behind(environment)
        if 0 < behind <= READ_SOON:
            try:
                await refresh(self.graph, environment, READ_SOON)
            except SPOILT:  # who asks for it is told, from the graph; `keep` fails by it too, and that is logged
                self._is_wanted.set()
        elif behind:
            self._is_wanted.set()

    async def _read_page(self) -> None:
        """Read some rows anew of many that are out of date."""
        async with self._using:
            if self._opened is not None and _behind(self._opened.environment):
                await refresh(self.graph, self._opened.environment, 1)
                self._is_wanted.set()

    def _renew(self, environment: Environment, newest: Revision) -> Revision:
        """Read what is there now; the newest revision is in it, and perhaps later ones."""
        if self._snapshot is None or environment.last_transaction != self._last_transaction:
            self._let_go()
            self._last_transaction = environment.last_transaction
            self._transaction = environment.begin()
            self._snapshot = Snapshot(self._transaction, environment.databases)
            self._number = next(self._numbers)
        state = self._snapshot.state()
        return state.revision if state and state.revision and state.revision.number > newest.number else newest

    def _let_go(self) -> None:
        self._snapshot, self._number = None, 0
        if self._transaction is not None:
            self._transaction.abort()
            self._transaction = None

    def _give_up(self, reason: str) -> None:
        if self._generations is not None and self._opened is not None and self._generations.current() in {None, self._opened.number}:
            self._generations.give_up(self._opened.number)
        self._reason = reason
        self._end()

    def _end(self) -> None:
        self._let_go()
        self.memo.clear()
        self._is_wanted.set()
        if self._opened is not None:
            self._ended.append(self._opened)
            self._opened = None

    def _close_ended(self) -> None:
        while self._ended:
            self._ended.pop().close.close()
            if self._generations is not None:
                self._generations.sweep()


def _behind(environment: Environment) -> int:
    with snapshot(environment) as index:
        return index.count_of_stale()
