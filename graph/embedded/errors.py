"""What can go wrong around the embedded Neo4j: each message says what happened and what to do."""

from policy.errors import Unavailable


class WrongChecksum(Unavailable):
    """A jar is not the one that the lock names."""


class NotFetched(Unavailable):
    """A jar is missing here and can't be had from the repository."""


class DiskFull(Unavailable):
    """No space is left where the jars or the store are written."""


class PortInUse(Unavailable):
    """Another process listens on the port that was asked for."""


class FolderInUse(Unavailable):
    """Another process serves the same data folder."""


class FolderNotWritable(Unavailable):
    """The data folder or the cache can't be written."""


class StoreNotReadable(Unavailable):
    """The store can't be opened by this Neo4j: a newer one wrote it, or its files are damaged."""


class NotStarted(Unavailable):
    """Neo4j ended while it started."""


class NotImported(Unavailable):
    """Neo4j's importer ended before its end; nothing of what it made is kept."""
