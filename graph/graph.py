import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol, Self, TypeVar

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncTransaction,
    NotificationMinimumSeverity,
)
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError

from graph.address import Address
from graph.query_files import query
from policy.errors import Unavailable

Row = dict[str, Any]
T = TypeVar("T")

WRITE_SECONDS = 600.0
ATTEMPTS = 3


class Transaction(Protocol):
    """What a piece of work inside one write transaction may do."""

    async def run(self, name: str, /, **parameters: object) -> Row:
        """The one record of `queries/<name>.cypher`."""


class Graph:
    """The store of the facts: a Neo4j, asked by the queries of this room and nothing else."""

    def __init__(self, driver: AsyncDriver, database: str, *, read_seconds: float = 10.0) -> None:
        self._driver = driver
        self._database = database
        self._read_seconds = read_seconds

    @classmethod
    @asynccontextmanager
    async def connect(cls, address: Address, *, read_seconds: float = 10.0) -> AsyncIterator[Self]:
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
            yield cls(driver, address.database, read_seconds=read_seconds)

    async def read(self, name: str, /, **parameters: object) -> Row:
        """
        The one record of `queries/<name>.cypher`, read in READ access mode.

        raises: Unavailable when the database can't be reached, or not within `read_seconds`
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                # the driver's own limits don't cover a half-open pool, hence a deadline around all of it
                async with (
                    asyncio.timeout(self._read_seconds),
                    self._driver.session(database=self._database, default_access_mode=READ_ACCESS, fetch_size=-1) as session,
                ):
                    result = await session.run(query(name, self._read_seconds), parameters)
                    record = await result.single(strict=True)
                    return dict(record.items())  # type: ignore[no-untyped-call]
            except TimeoutError as error:
                raise self._too_slow() from error
            except AuthError as error:
                raise Unavailable("the graph no longer takes the service's user; its operator has to look") from error
            except (DriverError, Neo4jError) as error:
                if _timed_out(error):
                    raise self._too_slow() from error
                if not error.is_retryable():
                    raise  # ours to mend: a wrong query or setting; masked for the client, logged for us
                if attempt == ATTEMPTS:
                    raise Unavailable("the graph can't be reached now; ask again later") from error
            except OSError as error:
                if attempt == ATTEMPTS:
                    raise Unavailable("the graph can't be reached now; ask again later") from error
        raise AssertionError

    def _too_slow(self) -> Unavailable:
        return Unavailable(f"the graph did not answer within {self._read_seconds:g} s; ask again, or for less at once")

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """
        What `work` returns, after all that it did was committed in one transaction, or nothing of it.

        `work` may run again when the database asks for it. Raise inside it to roll back.
        raises: Unavailable
        """

        async def run(transaction: AsyncManagedTransaction) -> T:
            return await work(_Writing(transaction))

        return await self._write(run)

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator[Transaction]:
        """A write transaction that is rolled back in any case. Raises Unavailable."""
        with _outage_told():
            async with (
                self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session,
                await session.begin_transaction(timeout=WRITE_SECONDS) as transaction,
            ):
                yield _Writing(transaction)
                await transaction.rollback()

    async def define(self, statement: str) -> None:
        """
        Run one schema statement of ours; each needs a transaction of its own.

        raises: Unavailable
        """

        async def run(transaction: AsyncManagedTransaction) -> None:
            await (await transaction.run(statement)).consume()

        await self._write(run)  # again where it has to: services that open one new store together deadlock over its labels

    async def _write(self, work: Callable[[AsyncManagedTransaction], Awaitable[T]]) -> T:
        with _outage_told():
            async with self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session:
                return await session.execute_write(work)


@contextmanager
def _outage_told() -> Iterator[None]:
    """What is the database's trouble becomes Unavailable; what is a mistake of ours stays as it is."""
    try:
        yield
    except AuthError as error:
        raise Unavailable("the graph no longer takes the service's user; its operator has to look") from error
    except (DriverError, Neo4jError) as error:
        if error.is_retryable():
            raise Unavailable("the graph can't be reached now; ask again later") from error
        raise


class _Writing:
    def __init__(self, transaction: AsyncManagedTransaction | AsyncTransaction) -> None:
        self._transaction = transaction

    async def run(self, name: str, /, **parameters: object) -> Row:
        result = await self._transaction.run(query(name, WRITE_SECONDS).text, parameters)
        record = await result.single(strict=True)
        return dict(record.items())  # type: ignore[no-untyped-call]


def _timed_out(error: DriverError | Neo4jError) -> bool:
    return isinstance(error, Neo4jError) and "TransactionTimedOut" in (error.code or "")
