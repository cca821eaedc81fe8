"""Numbers of nodes: keys of LMDB end at 511 bytes, and an id may have more."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

import lmdb

from graph.index.environment import Databases, value_at
from graph.index.values import Damaged

NUMBER_BYTES: Final = 4
OPERATORS: Final = ("operator:microsoft", "operator:21vianet")
"""The operators, whom every history knows whatever it holds."""

Number = bytes


def number_of(transaction: lmdb.Transaction, databases: Databases, id_: str) -> Number | None:
    """The number of a node; None where it has none."""
    return value_at(transaction, databases.numbers, digest(id_.encode()))


def id_of(transaction: lmdb.Transaction, databases: Databases, number: Number) -> str:
    """The id of a number. Raises Damaged."""
    id_ = value_at(transaction, databases.numbers, number)
    if id_ is None:
        raise Damaged
    return id_.decode()


def numbers_for(transaction: lmdb.Transaction, databases: Databases, ids: Iterable[str]) -> dict[str, Number]:
    """The numbers of these nodes, new ones for those that have none; in a write transaction."""
    found = {}
    count = transaction.stat(databases.numbers)["entries"] // 2
    for id_ in ids:
        name = digest(id_.encode())
        number = value_at(transaction, databases.numbers, name)
        if number is None:
            number = count.to_bytes(NUMBER_BYTES)
            count += 1
            transaction.put(name, number, db=databases.numbers)
            transaction.put(number, id_.encode(), db=databases.numbers)
        found[id_] = number
    return found


def paired(transaction: lmdb.Transaction, database: lmdb._Database, first: Number) -> Iterator[Number]:
    """The second numbers of the keys of two numbers that begin with this one, in their order."""
    cursor = transaction.cursor(database)
    is_there = cursor.set_range(first)
    while is_there and (key := bytes(cursor.key())).startswith(first):
        yield key[NUMBER_BYTES:]
        is_there = cursor.next()


def digest(content: bytes) -> bytes:
    """A key for what is too long to be one."""
    return sha256(content).digest()
