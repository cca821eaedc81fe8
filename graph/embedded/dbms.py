"""Neo4j inside this process, by JPype. What Java returns has no types here: this is the only file that sees it."""

from collections.abc import Iterator
from typing import Any

import jpype  # type: ignore[import-untyped]

from graph.embedded.jvm import OPTIONS, library
from graph.embedded.messages import Ending, Order

LOOPBACK = "127.0.0.1"
# in the order of certainty; the texts are Neo4j's and Java's own
SIGNS = (
    (Ending.DISK, ("no space left", "outofdiskspace", "enospc", "disk quota exceeded", "file too large")),
    (Ending.PORT, ("address already in use", "bindexception")),
    (Ending.IN_USE, ("filelockexception", "store_lock")),
    (
        Ending.STORE,
        (
            "unsupportedlogversion",
            "unabletomigrate",
            "storeversion",
            "newer version",
            "notcompatible",
            "corrupt",
            "failed to start",
            "recovery",
        ),
    ),
)


class StoreNotStarted(Exception):  # noqa: N818 - never leaves the child
    """Neo4j runs, but not the database with our store."""


def start_jvm(order: Order, options: tuple[str, ...]) -> None:
    """The JVM, in this process, for as long as it lives."""
    jpype.startJVM(
        library(),
        f"-Xms{order.heap}",
        f"-Xmx{order.heap}",
        "-Xrs",  # signals are this process's own matter
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={order.data}/logs/jvm-crash-%p.log",
        "-Xlog:disable",
        *OPTIONS,
        *options,
        classpath=order.classpath,
        convertStrings=False,
    )


def stop_jvm() -> None:
    """The JVM ended, and its archive of classes written where one was asked for."""
    jpype.shutdownJVM()


def start(order: Order) -> tuple[Any, int]:
    """The running DBMS and the port of its Bolt, the password set. Raises what Java raises, or StoreNotStarted."""
    settings = jpype.JClass("org.neo4j.configuration.GraphDatabaseSettings")
    bolt = jpype.JClass("org.neo4j.configuration.connectors.BoltConnector")
    bolt_internal = jpype.JClass("org.neo4j.configuration.connectors.BoltConnectorInternalSettings")
    address = jpype.JClass("org.neo4j.configuration.helpers.SocketAddress")
    size = jpype.JClass("org.neo4j.io.ByteUnit")
    no_time = jpype.JClass("java.time.Duration").ZERO

    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(jpype.JClass("java.nio.file.Path").of(order.data))
    builder.setConfig(bolt.enabled, True)  # noqa: FBT003 - Java knows no names here, and in the two below
    builder.setConfig(bolt.listen_address, address(LOOPBACK, order.port))
    builder.setConfig(bolt_internal.thread_pool_shutdown_wait_time, no_time)  # or a stop takes 10 s, with nobody left to wait for
    builder.setConfig(settings.auth_enabled, True)  # noqa: FBT003
    builder.setConfig(settings.udc_enabled, False)  # noqa: FBT003 - no usage reports
    builder.setConfig(settings.pagecache_memory, size.parse(order.pagecache))
    dbms = builder.build()

    system = dbms.database("system")
    parameters = jpype.JClass("java.util.HashMap")()
    parameters.put("password", order.password)
    system.executeTransactionally("ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", parameters)
    if not dbms.database("neo4j").isAvailable(0):
        raise StoreNotStarted(_status(system))
    ports = system.getDependencyResolver().resolveDependency(jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister"))
    local = ports.getLocalAddress(jpype.JClass("org.neo4j.configuration.connectors.ConnectorType").BOLT)
    return dbms, int(local.getPort())


def ending(error: BaseException) -> Ending:
    """What an error on the way to a running Neo4j comes down to."""
    said = "\n".join(_said(error)).lower()
    found = (ending for ending, signs in SIGNS if any(sign in said for sign in signs))
    return next(found, Ending.STORE if isinstance(error, StoreNotStarted) else Ending.OTHER)


def _status(system: Any) -> str:  # noqa: ANN401 - Java's
    transaction = system.beginTx()
    try:
        row = transaction.execute("SHOW DATABASE neo4j YIELD currentStatus, statusMessage").next()
        return f"{row.get('currentStatus')}: {row.get('statusMessage')}"
    finally:
        transaction.close()


def _said(error: BaseException) -> Iterator[str]:
    if not isinstance(error, jpype.JException):
        yield repr(error)
        return
    cause: Any = error
    for _ in range(20):  # a cause may name itself
        if cause is None:
            return
        yield str(cause.toString())
        for other in cause.getSuppressed():
            yield str(other.toString())
        cause = cause.getCause()
