"""Keys of the lists in the index: places in an order of names."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import lmdb

from graph.index.numbers import NUMBER_BYTES, Number

SORT_BYTES: Final = 200
"""Of a sort key so much stands in a key: LMDB takes 511 bytes."""
WORD_BYTES: Final = 100
KINDS: Final = {"customer": b"c", "partner": b"p"}


class Entry(NamedTuple):
    """A node in a list: its sort key and its number."""

    sort: str
    number: Number


def place(sort: str, number: Number) -> bytes:
    """The key of a node in the order of sort keys, behind whatever tells lists apart."""
    return sort.encode()[:SORT_BYTES] + number


def word_key(word: str, number: Number) -> bytes:
    """The key of a word by which a node is found."""
    return word_start(word) + b"\0" + number


def word_start(word: str) -> bytes:
    """What the keys of all words begin with that begin with this one."""
    return word.encode()[:WORD_BYTES]


def entries(
    transaction: lmdb.Transaction, database: lmdb._Database, prefix: bytes, *, after: str, before: str | None, forward: bool
) -> Iterator[Entry]:
    """
    The entries of one list between two sort keys, in their order or against it.

    Keys hold the first bytes of sort keys only: entries that agree in these are put in order here, by all of them.
    """
    for group in _groups(_raw(transaction, database, prefix, after, before, forward=forward), len(prefix)):
        if len(group) > 1:
            group.sort(reverse=not forward)
        yield from (entry for entry in group if entry.sort > after and (before is None or entry.sort < before))


def _groups(rows: Iterable[tuple[bytes, bytes]], skip: int) -> Iterator[list[Entry]]:
    """Entries that agree in what the keys hold of their sort keys, together."""
    group: list[Entry] = []
    begins = b""
    for key, value in rows:
        start = key[skip:-NUMBER_BYTES]
        if group and (start != begins or len(start) < SORT_BYTES):
            yield group
            group = []
        begins = start
        group.append(Entry(value.decode(), key[-NUMBER_BYTES:]))
    if group:
        yield group


def _raw(
    transaction: lmdb.Transaction, database: lmdb._Database, prefix: bytes, after: str, before: str | None, *, forward: bool
) -> Iterator[tuple[bytes, bytes]]:
    cursor = transaction.cursor(database)
    first = prefix + after.encode()[:SORT_BYTES]
    last = None if before is None else prefix + before.encode()[:SORT_BYTES] + b"\xff" * NUMBER_BYTES
    if forward:
        is_there = cursor.set_range(first)
    else:
        is_there = cursor.set_range(last if last is not None else _behind(prefix))
        is_there = cursor.prev() if is_there else cursor.last()
    while is_there:
        key = bytes(cursor.key())
        if not key.startswith(prefix) or (key < first and not forward) or (last is not None and key > last and forward):
            return
        yield key, bytes(cursor.value())
        is_there = cursor.next() if forward else cursor.prev()


def _behind(prefix: bytes) -> bytes:
    """The first key that can come after all that begin so."""
    return (int.from_bytes(prefix) + 1).to_bytes(len(prefix))
