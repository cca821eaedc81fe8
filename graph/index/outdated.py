"""How far an index is from what it should be: rows that are out of date, and erased names in its free pages."""

from typing import Final, NamedTuple

import lmdb

from graph.index.environment import Databases, Environment, value_at
from graph.index.values import packed, unpacked
from policy.instant import now

ERASED: Final = b"erased"
READ_SOON: Final = 500
"""Rows that are out of date and read anew before an answer is given; of more it is said that they have to be read from the graph."""
MOST_PART: Final = 3
"""Where more than one customer in so many is out of date, a new generation is filled sooner than they are read anew."""
ERASURE_SECONDS: Final = 20 * 3600.0
"""After so long a generation is filled that has no erased name in its free pages: within a day, and once for all erasures until then."""


class Outdated(NamedTuple):
    """
    What is out of date in an index.

    rows:      how many rows have to be read anew
    customers: how many customers there are
    erased:    when the first erasure was followed since the generation was filled, microseconds; None = there was none
    """

    rows: int
    customers: int
    erased: int | None

    @property
    def is_to_be_filled(self) -> bool:
        """Is a new generation better than this one?"""
        is_due = self.erased is not None and now() - self.erased >= ERASURE_SECONDS * 1_000_000
        return is_due or (self.rows > READ_SOON and self.rows * MOST_PART > self.customers)


def outdated(environment: Environment) -> Outdated:
    """What is out of date. Raises Damaged."""
    databases = environment.databases
    with environment.reading() as transaction:
        rows, customers = (transaction.stat(database)["entries"] for database in (databases.stale, databases.customers))
        erased = value_at(transaction, databases.meta, ERASED)
        return Outdated(rows, customers, None if erased is None else unpacked(erased))


def note_erasure(transaction: lmdb.Transaction, databases: Databases) -> None:
    """Have a generation be filled in due time, for free pages hold what was erased just now; in a write transaction."""
    if value_at(transaction, databases.meta, ERASED) is None:
        transaction.put(ERASED, packed(now()), db=databases.meta)
