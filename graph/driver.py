"""
The driver, imported as if numpy, pandas and pyarrow were not there.

It takes values of theirs where it finds them. None is sent from here, and they take each process 60 MB and more, and a part of its start.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    )
    from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

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
]
