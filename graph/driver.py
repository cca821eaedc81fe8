"""
The driver, made small: it would take each process 90 MB more.

It is imported as if numpy, pandas and pyarrow were not there: it takes values of theirs where it finds them, and none is sent from here.
The largest of its tables are filled as they are looked at: it knows the days of each month of ten thousand years, and nothing here asks.
"""

import sys
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NOT_SENT = ("numpy", "pandas", "pyarrow")


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None in place of a module: it can't be imported
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


class _Lazily(dict[Any, Any]):
    def __init__(self, value_of: Callable[[Any], object]) -> None:
        super().__init__()
        self._value_of = value_of

    def __missing__(self, key: object) -> object:
        value = self[key] = self._value_of(key)
        return value


with _hidden(NOT_SENT):
    from neo4j import (
        READ_ACCESS,
        WRITE_ACCESS,
        AsyncDriver,
        AsyncGraphDatabase,
        AsyncManagedTransaction,
        AsyncTransaction,
        Bookmarks,
        NotificationMinimumSeverity,
        Query,
        time,
        unit_of_work,
    )
    from neo4j._codec.packstream import v1, v2
    from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

vars(time).update(_DAYS_IN_MONTH=_Lazily(lambda month: monthrange(*month)[1]))
for _each in (v1, v2):
    vars(_each).update(PACKED_UINT_16=_Lazily(lambda number: number.to_bytes(2)), UNPACKED_UINT_16=_Lazily(int.from_bytes))

__all__ = [
    "READ_ACCESS",
    "WRITE_ACCESS",
    "AsyncDriver",
    "AsyncGraphDatabase",
    "AsyncManagedTransaction",
    "AsyncTransaction",
    "AuthError",
    "Bookmarks",
    "ConfigurationError",
    "DriverError",
    "Neo4jError",
    "NotificationMinimumSeverity",
    "Query",
    "ServiceUnavailable",
    "unit_of_work",
]
