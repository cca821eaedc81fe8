"""The file of the index: an LMDB environment, opened once in a process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

import lmdb

from graph.file_lock import lock_within, open_lock, try_lock, unlock
from graph.index.values import Damaged
from graph.index.walk import can_be_read
from graph.space import Space
from policy.errors import Unavailable

FILE: Final = "data.mdb"
FORMAT: Final = 4
MAP_BYTES: Final = 16 << 30
MOST_READERS: Final = 4096
LOCK_SECONDS: Final = 2.0
"""Longest wait for the lock of the writer."""


class Databases(NamedTuple):
    """
    The named databases of an environment. A number is that of a node, 4 bytes; a place is the first part of a sort key, then a number.

    meta:       name -> value
    numbers:    SHA-256 of an id -> number; number -> id
    customers:  number -> row of a customer
    nodes:      number -> row of a partner or operator, or of a subscription or agreement that no customer ever had
    of_node:    number of a subscription or agreement, number of a customer around it -> nothing
    provided:   number of a provider, number of a partner for whom it ever provided -> nothing
    at_loose:   number of a partner, number of a subscription that no customer ever had and at which it has records -> nothing
    ties:       number of a partner, number of a customer to which it ever had a tie -> nothing
    by_name:    kind, place -> sort key
    of_partner: number of a communicator, place of a customer with which it ever had a tie -> sort key
    seen_by:    number of a partner, place of a customer by the name that the partner saw last -> sort key
    words:      word, number -> nothing
    listed:     number -> keys of the five databases above that speak of the node
    stale:      number -> revision since which its row is out of date
    heads:      number of a customer -> its head
    fingerprints: number -> fingerprint of shapes; SHA-256 of one -> number
    """

    meta: lmdb._Database
    numbers: lmdb._Database
    customers: lmdb._Database
    nodes: lmdb._Database
    of_node: lmdb._Database
    provided: lmdb._Database
    at_loose: lmdb._Database
    ties: lmdb._Database
    by_name: lmdb._Database
    of_partner: lmdb._Database
    seen_by: lmdb._Database
    words: lmdb._Database
    listed: lmdb._Database
    stale: lmdb._Database
    heads: lmdb._Database
    fingerprints: lmdb._Database


class Environment:
    """
    An open index.

    folder: made where it is not there, for its owner only; the same one is opened once in a process
    space:  of its disk, without which nothing is written; None = nobody says how much that is
    raises: Unavailable, Damaged
    """

    def __init__(self, folder: Path, space: Space | None = None) -> None:
        self._space = space
        self.waits_for_turn = True
        """Whether it is worth waiting for another process that reads the log: one that is stopped is waited for once."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with damage_raised():
            self._lmdb = lmdb.open(
                str(folder),
                map_size=MAP_BYTES,
                max_dbs=len(Databases._fields),
                max_readers=MOST_READERS,
                mode=0o600,
                metasync=False,
                readahead=False,
            )
        self._writer, self._follower = open_lock(folder / "writer"), open_lock(folder / "follower")
        try:
            self._expect_whole(folder)
            self.databases = self._opened_databases()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; no transaction may be open."""
        self._lmdb.close()
        os.close(self._writer)
        os.close(self._follower)

    def _expect_whole(self, folder: Path) -> None:
        """Look whether the file is cut short, before anything is read that may not be there. Raises Damaged."""
        size = (self._lmdb.info()["last_pgno"] + 1) * self._lmdb.stat()["psize"]
        # the last pages may never have been written: whether those are missing that are in use is seen by reading
        if (folder / FILE).stat().st_size < size and not can_be_read(folder):
            raise Damaged

    def _opened_databases(self) -> Databases:
        """The named databases, made where they are not there: an index that is whole is opened without a write."""
        names = [name.encode() for name in Databases._fields]
        with self.writing(), damage_raised():  # each is opened in a write transaction of LMDB's own
            with suppress(lmdb.NotFoundError):
                return Databases(*(self._lmdb.open_db(name, create=False) for name in names))
            self._expect_space()
            return Databases(*(self._lmdb.open_db(name) for name in names))

    def _expect_space(self) -> None:
        """Look whether there is room for a write. Raises Unavailable."""
        if self._space is not None and (lack := self._space.lack()):
            raise Unavailable(lack)

    @contextmanager
    def reading(self) -> Iterator[lmdb.Transaction]:
        """One snapshot, for as long as the block runs. Raises Damaged."""
        with damage_raised(), self._lmdb.begin() as transaction:
            yield transaction

    def begin(self) -> lmdb.Transaction:
        """One snapshot, until the transaction is ended. Raises Damaged."""
        with damage_raised():
            return self._lmdb.begin()

    @property
    def last_transaction(self) -> int:
        """The number of the last write transaction of any process."""
        number: int = self._lmdb.info()["last_txnid"]
        return number

    @contextmanager
    def transaction(self) -> Iterator[lmdb.Transaction]:
        """One write transaction, committed at the end of the block or not at all. Blocks. Raises Unavailable, Damaged."""
        self._expect_space()
        with self.writing(), damage_raised():
            self._lmdb.reader_check()
            with self._lmdb.begin(write=True) as transaction:
                yield transaction

    @contextmanager
    def writing(self) -> Iterator[None]:
        """
        The lock of whoever writes, among all processes of this host.

        LMDB's own lock has no time limit: a process that is stopped while it holds it would hold all others.
        raises: Unavailable
        """
        if not lock_within(self._writer, LOCK_SECONDS):
            raise Unavailable("another process writes to the local index for longer than it should; ask again")
        try:
            yield
        finally:
            unlock(self._writer)

    def try_following(self) -> bool:
        """Take the lock of whoever reads the log for all processes of this host, which is only advice; whether it could be had."""
        return try_lock(self._follower)

    def end_following(self) -> None:
        """Give that lock back."""
        unlock(self._follower)


def value_at(transaction: lmdb.Transaction, database: lmdb._Database, key: bytes) -> bytes | None:
    """The value of a key; None where there is none."""
    value: bytes | None = transaction.get(key, db=database)  # type: ignore[assignment]  # no transaction here gives buffers
    return value


@contextmanager
def damage_raised() -> Iterator[None]:
    """Raises Damaged for what LMDB says of a file that is."""
    try:
        yield
    except (lmdb.CorruptedError, lmdb.PageNotFoundError, lmdb.InvalidError) as error:
        raise Damaged from error
    except lmdb.Error as error:
        raise Unavailable("the local index can't be read or written; the service's log says why") from error
