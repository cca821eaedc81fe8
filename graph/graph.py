import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from graph.address import Address
from graph.connections import Connections, connections_of
from graph.driver import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncTransaction,
    AuthError,
    Bookmarks,
    ConfigurationError,
    DriverError,
    Neo4jError,
    NotificationMinimumSeverity,
    ServiceUnavailable,
    unit_of_work,
)
from graph.observer import Observer
from graph.query_files import query, text
from graph.revision import Revision
from graph.space import Space
from graph.time_slices import reads_of_operation
from policy.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from neo4j.api import AsyncBookmarkManager

Row = dict[str, Any]
T = TypeVar("T")

BATCH_SECONDS, SCHEMA_SECONDS = 120.0, 600.0
"""Longest time that a batch of a load may take, and one statement of the schema."""
ATTEMPTS = 3
MOST_WRITERS = 50
"""Half of the driver's connections: whoever has the store's lock may have to read by another one."""


class Transaction(Protocol):
    """What a piece of work inside one write transaction may do."""

    async def run(self, name: str, /, **parameters: object) -> Row:
        """The one record of `queries/<name>.cypher`."""


class Graph:
    """The store of the facts: a Neo4j, asked by the queries of this room and nothing else."""

    observer: Observer | None = None
    written: Callable[[], None] | None = None
    """Called when a write has ended, whether it was made or not; None = nobody has to know."""
    space: Space | None = None
    """Of the disk that the store is on, where that is one of this machine."""

    def __init__(
        self, driver: AsyncDriver, database: str, *, routed: bool = False, read_seconds: float = 10.0, write_seconds: float = 30.0
    ) -> None:
        self._driver = driver
        self._database = database
        self._read_seconds = read_seconds
        self._write_seconds = write_seconds
        # of several members each session has to reach one that holds what this process has seen; one server always does
        self._bookmarks: AsyncBookmarkManager | None = AsyncGraphDatabase.bookmark_manager() if routed else None
        self._writers = asyncio.Semaphore(MOST_WRITERS)
        self.seal = b""
        """The key under which the store's tokens are sealed; there when the store was opened."""
        self.key_changes = 0
        """How often API keys were made or revoked, as of the newest revision that was read last."""
        self._newest = Revision(-1, -1)
        self._whole = -1

    @classmethod
    @asynccontextmanager
    async def connect(cls, address: Address, *, read_seconds: float = 10.0, write_seconds: float = 30.0) -> AsyncIterator[Self]:
        """The graph at this address, proved to answer. Raises Unavailable."""
        try:
            driver = AsyncGraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
                connection_timeout=5,
                connection_acquisition_timeout=read_seconds,
                max_transaction_retry_time=read_seconds,
            )
        except (ConfigurationError, ValueError) as error:
            raise Unavailable(f"`{address.uri}` is no address of a Neo4j; it looks like bolt://host:7687 or neo4j://host:7687") from error
        async with driver:
            try:
                async with driver.session(database=address.database) as session:
                    await (await session.run("RETURN true")).consume()
            except AuthError as error:
                raise Unavailable(f"`{address.uri}` refuses user `{address.user}`; check VOCERO_NEO4J_USER and _PASSWORD") from error
            except (DriverError, Neo4jError, OSError) as error:
                raise Unavailable(f"no Neo4j answers at `{address.uri}`; check that it runs there and VOCERO_NEO4J_URI") from error
            routed = address.uri.startswith("neo4j")
            yield cls(driver, address.database, routed=routed, read_seconds=read_seconds, write_seconds=write_seconds)

    async def read(self, name: str, /, **parameters: object) -> Row:
        """
        The one record of `queries/<name>.cypher`, read in READ access mode.

        raises: Unavailable when the database can't be reached, or not within `read_seconds`
        """
        return (await self.read_marked((), name, **parameters))[0]

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        """
        The same where all that these bookmarks name is there and whole, with the bookmarks of what may have been seen in it.

        raises: BadInput for bookmarks of another database
        """
        async with reads_of_operation():
            return await self._read_again(bookmarks, name, parameters)

    async def _read_again(self, bookmarks: Collection[str], name: str, parameters: Row) -> tuple[Row, Collection[str]]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with asyncio.timeout(self._read_seconds):  # the driver's own limits don't cover a half-open pool
                    if self.observer is None:
                        return await self._read(bookmarks, name, parameters)
                    with self.observer.querying(name):
                        return await self._read(bookmarks, name, parameters)
            except TimeoutError as error:
                raise self._too_slow() from error
            except AuthError as error:
                raise Unavailable("the graph no longer takes the service's user; its operator has to look") from error
            except (DriverError, Neo4jError, OSError) as error:
                if _told_by(error, "TransactionTimedOut"):
                    raise self._too_slow() from error
                if bookmarks and _told_by(error, "InvalidBookmark"):
                    raise BadInput("the revision is one of another graph; take it from an answer's `revision`") from error
                if not _may_pass(error):
                    raise  # ours to mend: a wrong query or setting; masked for the client, logged for us
                if attempt == ATTEMPTS:
                    raise self._unreachable() from error
        raise AssertionError

    async def _read(self, bookmarks: Collection[str], name: str, parameters: Row) -> tuple[Row, Collection[str]]:
        async with self._driver.session(
            database=self._database,
            default_access_mode=READ_ACCESS,
            fetch_size=-1,
            bookmarks=Bookmarks.from_raw_values(bookmarks),
            bookmark_manager=self._bookmarks,
        ) as session:
            result = await session.run(query(name, self._read_seconds), parameters)
            record = await result.single(strict=True)
            seen = await session.last_bookmarks()
            return dict(record.items()), seen.raw_values  # type: ignore[no-untyped-call]

    def _too_slow(self) -> Unavailable:
        return Unavailable(f"the graph did not answer within {self._read_seconds:g} s; ask again, or for less at once")

    def is_whole(self, recorded_at: int) -> bool:
        """Is it known that whoever reads from now on finds all that the revision of this instant holds? Instants grow with revisions."""
        return recorded_at <= self._whole

    def found_whole(self, recorded_at: int) -> None:
        """Know that from now on."""
        self._whole = max(self._whole, recorded_at)

    async def seen(self, number: int, recorded_at: int) -> Revision:
        """A revision that was just read or written, with bookmarks: the same ones whenever this process shows it again."""
        if recorded_at > self._newest.recorded_at:
            bookmarks = await self._bookmarks.get_bookmarks() if self._bookmarks else ()
            self._newest = Revision(number, recorded_at, tuple(sorted(bookmarks)))
            if self.observer is not None:
                self.observer.saw(number, recorded_at)
        return Revision(number, recorded_at, self._newest.bookmarks)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, seconds: float | None = None) -> T:
        """
        What `work` returns, after all that it did was committed in one transaction, or nothing of it.

        `work` may run again when the database asks for it. Raise inside it to roll back.
        seconds: longest time for it, with the wait for others that write; None = that of a change
        raises:  Unavailable; if that is for the time, what `work` did may be committed all the same
        """
        self.expect_space()

        async def run(transaction: AsyncManagedTransaction) -> T:
            return await work(_Writing(transaction, self.observer))

        try:
            return await self._write(run, seconds or self._write_seconds)
        finally:
            if self.written is not None:
                self.written()

    @asynccontextmanager
    async def rehearsal(self, *, seconds: float | None = None) -> AsyncIterator[Transaction]:
        """A write transaction that is rolled back in any case, at the latest after this time. Raises Unavailable."""
        seconds = seconds or self._write_seconds
        with self._outage_told(seconds):
            async with (
                self._driver.session(
                    database=self._database, default_access_mode=WRITE_ACCESS, bookmark_manager=self._bookmarks
                ) as session,
                await session.begin_transaction(timeout=seconds) as transaction,
            ):
                yield _Writing(transaction, self.observer)
                await transaction.rollback()

    def expect_space(self) -> None:
        """Look whether there is room for a write. Raises Unavailable."""
        if self.space is not None and (lack := self.space.lack()):
            raise Unavailable(lack)

    def connections(self) -> Connections:
        """The driver's connections at this moment."""
        return connections_of(self._driver)

    async def define(self, statement: str) -> None:
        """
        Run one schema statement of ours; each needs a transaction of its own.

        raises: Unavailable
        """

        async def run(transaction: AsyncManagedTransaction) -> None:
            await (await transaction.run(statement)).consume()

        try:
            # again where it has to: services that open one new store together deadlock over its labels
            await self._write(run, SCHEMA_SECONDS)
        except Neo4jError as error:
            if not _told_by(error, "EquivalentSchemaRuleAlreadyExists"):  # by another of them, after this one had looked
                raise

    async def _write(self, work: Callable[[AsyncManagedTransaction], Awaitable[T]], seconds: float) -> T:
        with self._outage_told(seconds):
            async with (
                self._writers,
                asyncio.timeout(seconds),  # the database ends what got silent; here ends the wait for a database that did
                self._driver.session(
                    database=self._database, default_access_mode=WRITE_ACCESS, bookmark_manager=self._bookmarks
                ) as session,
            ):
                return await session.execute_write(unit_of_work(timeout=seconds)(work))

    @contextmanager
    def _outage_told(self, seconds: float) -> Iterator[None]:
        """What is the database's trouble becomes Unavailable; what is a mistake of ours stays as it is."""
        try:
            yield
        except AuthError as error:
            raise Unavailable("the graph no longer takes the service's user; its operator has to look") from error
        except TimeoutError as error:
            raise _late(seconds) from error
        except (DriverError, Neo4jError) as error:
            if _told_by(error, "TransactionTimedOut"):
                raise _late(seconds) from error
            if _may_pass(error):
                raise self._unreachable() from error
            raise

    def _unreachable(self) -> Unavailable:
        lack = self.space.lack() if self.space is not None else None
        return Unavailable(lack or "the graph can't be reached now; ask again later")


def _late(seconds: float) -> Unavailable:
    return Unavailable(
        f"the graph did not answer within {seconds:g} s; ask again, for a change with the same idempotency key: it may be made"
    )


class _Writing:
    def __init__(self, transaction: AsyncManagedTransaction | AsyncTransaction, observer: Observer | None) -> None:
        self._transaction = transaction
        self._observer = observer

    async def run(self, name: str, /, **parameters: object) -> Row:
        if self._observer is None:
            return await self._run(name, parameters)
        with self._observer.querying(name):
            return await self._run(name, parameters)

    async def _run(self, name: str, parameters: Row) -> Row:
        result = await self._transaction.run(text(name), parameters)
        record = await result.single(strict=True)
        return dict(record.items())  # type: ignore[no-untyped-call]


def _told_by(error: Exception, code: str) -> bool:
    return isinstance(error, Neo4jError) and code in (error.code or "")


def _may_pass(error: DriverError | Neo4jError | OSError) -> bool:
    # a commit whose answer got lost is not retryable to the driver; asked again under its key, an apply is made once
    return isinstance(error, OSError | ServiceUnavailable) or error.is_retryable()
