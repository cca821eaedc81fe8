"""
Heads of customers in the index: what most questions of now need of one, in a value of some 200 bytes.

Heads are made by who reads rows, and written in batches. One is right for as long as the customer's row and those of its partners are the
ones that it was made of: the customer's head goes with its row, and a partner's row that is newer than the head says that it is not right.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

import lmdb

from graph.ids import OF_MANY
from graph.index.environment import Databases, value_at
from graph.index.numbers import digest
from graph.index.values import Damaged, packed, packed_row, unpacked, unpacked_row, version_of_row
from policy.lazy_situation import Head
from policy.shape import Fingerprint

FINGERPRINT_BYTES: Final = 4


class Heads:
    """
    The heads in one transaction.

    version_of: gives the version of a partner's row, None where there is none; raises Stale
    """

    def __init__(self, transaction: lmdb.Transaction, databases: Databases, version_of: Callable[[str], bytes | None]) -> None:
        self._transaction = transaction
        self._databases = databases
        self._version_of = version_of
        self._fingerprints: dict[int, Fingerprint] = {}

    def get(self, number: bytes) -> Head | None:
        """The head of a customer; None where there is none that is right. Raises Stale, Damaged."""
        content = value_at(self._transaction, self._databases.heads, number)
        if content is None:
            return None
        since, until, known_since, fingerprint, nodes, partners, order, properties = unpacked_row(content)
        version = version_of_row(content)
        for partner in partners:
            if not partner.startswith(OF_MANY):
                continue  # an agreement that governs a subscription: it stands in the customer's own row
            if (newest := self._version_of(partner)) is None or newest > version:
                return None
        return Head(since, until, known_since, self._fingerprint(fingerprint), nodes, partners, tuple(order), properties)

    def put(self, number: bytes, head: Head) -> None:
        """Write a head; in a write transaction."""
        fingerprint = self._number_of(head.fingerprint.key)
        value = packed_row([*head[:3], fingerprint, *head[4:]], self._transaction.id())
        self._transaction.put(number, value, db=self._databases.heads)

    def _fingerprint(self, number: int) -> Fingerprint:
        if number not in self._fingerprints:
            content = value_at(self._transaction, self._databases.fingerprints, number.to_bytes(FINGERPRINT_BYTES))
            if content is None:
                raise Damaged
            self._fingerprints[number] = Fingerprint(_key_of(unpacked(content)))
        return self._fingerprints[number]

    def _number_of(self, key: Hashable) -> int:
        content = packed(key)
        name = digest(content)
        known = value_at(self._transaction, self._databases.fingerprints, name)
        if known is None:
            count: int = self._transaction.stat(self._databases.fingerprints)["entries"] // 2
            known = count.to_bytes(FINGERPRINT_BYTES)
            self._transaction.put(name, known, db=self._databases.fingerprints)
            self._transaction.put(known, content, db=self._databases.fingerprints)
        return int.from_bytes(known)


def _key_of(value: Any) -> Hashable:  # noqa: ANN401 - JSON
    """The key of which this is the JSON: lists were tuples."""
    return tuple(map(_key_of, value)) if isinstance(value, list) else value
