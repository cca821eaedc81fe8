"""The disk under a draft: an LMDB environment that nobody else opens and that no kill has to leave whole."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import lmdb
import orjson

DATABASES: Final = ("nodes", "versions", "records", "log")
MAP_BYTES: Final = 64 << 30
"""An address space, no disk: the file grows with what is in it."""
LONGEST_KEY: Final = 480
"""Bytes of a key that is kept as it is; LMDB takes 511, and an id may have more."""


class Databases(NamedTuple):
    """
    The named databases.

    nodes:    id -> properties
    versions: id -> the properties of its superseded versions, one a line
    records:  end and type of relationships -> [type, id of the start, id of the end, properties], one a line
    log:      number -> [label, properties] of every other node
    """

    nodes: lmdb._Database
    versions: lmdb._Database
    records: lmdb._Database
    log: lmdb._Database


class Pages:
    """Values by their keys, in the order of these; folder: made, and of no use when this ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        # no sync: who is killed begins anew
        self._lmdb = lmdb.open(str(folder), map_size=MAP_BYTES, max_dbs=len(DATABASES), mode=0o600, sync=False, lock=False, readahead=False)
        self.of = Databases(*(self._lmdb.open_db(name.encode()) for name in DATABASES))
        self._transaction = self._lmdb.begin(write=True)

    def get(self, database: lmdb._Database, key: bytes) -> bytes | None:
        """The value of a key; None where there is none."""
        value: bytes | None = self._transaction.get(key, db=database)
        return value

    def put(self, database: lmdb._Database, key: bytes, value: bytes) -> None:
        """Keep a value, in place of any other of its key."""
        self._transaction.put(key, value, db=database)

    def append(self, database: lmdb._Database, key: bytes, value: object) -> None:
        """Keep one more line under a key."""
        line = orjson.dumps(value)
        known = self.get(database, key)
        self.put(database, key, line if known is None else b"%b\n%b" % (known, line))

    def lines(self, database: lmdb._Database, key: bytes) -> list[Any]:
        """The lines under a key; none where there is no such key."""
        return lines_of(self.get(database, key) or b"")

    def all(self, database: lmdb._Database) -> Iterator[tuple[bytes, bytes]]:
        """Every key and its value, in the order of the keys."""
        with self._transaction.cursor(database) as cursor:
            yield from cursor

    def settle(self) -> None:
        """Let what was written leave the memory of this process."""
        self._transaction.commit()
        self._transaction = self._lmdb.begin(write=True)

    def close(self) -> None:
        """Let go of the files."""
        self._transaction.abort()
        self._lmdb.close()


def key_of(text: str) -> bytes:
    """The key of an id, or of a group."""
    key = text.encode()
    return key if len(key) <= LONGEST_KEY else key[: LONGEST_KEY // 2] + sha256(key).digest()


def lines_of(value: bytes) -> list[Any]:
    """The lines of a value."""
    return [orjson.loads(line) for line in value.split(b"\n")] if value else []
