"""Neo4j inside this process, by JPype. What Java returns has no types here: this is the only file that sees it."""

import os
from collections.abc import Iterator
from typing import Any

import jpype  # type: ignore[import-untyped]

from graph.embedded.jvm import OPTIONS, library
from graph.embedded.messages import PANIC, Ending, Order

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


SETTINGS = {
    "server.bolt.enabled": "true",
    "internal.server.bolt.thread_pool_shutdown_wait_time": "0s",  # or a stop takes 10 s, with nobody left to wait for
    # a driver hears from us at least this often while it waits, and gives up a connection that is silent for twice as long
    "server.bolt.connection_keep_alive": "5s",
    "server.bolt.connection_keep_alive_streaming_scheduling_interval": "5s",
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    "db.transaction.timeout": "10m",  # for who gives none; the lock of a connection that went silent is free then
    "db.transaction.monitor.check.interval": "500ms",
    "db.tx_log.rotation.size": "16m",  # so much of the disk is taken ahead, by each of the two databases
    "internal.dbms.readonly.failover": "false",  # nothing would ever make it writable again
}


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
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(jpype.JClass("java.nio.file.Path").of(order.data))
    known = jpype.JClass("org.neo4j.configuration.Config").defaults()
    for name, value in (SETTINGS | _settings_of(order)).items():
        setting = known.getSetting(name)
        builder.setConfig(setting, setting.parse(value))
    dbms = builder.build()

    system = dbms.database("system")
    if not order.again:  # Neo4j refuses to set the password that it has
        parameters = jpype.JClass("java.util.HashMap")()
        parameters.put("password", order.password)
        system.executeTransactionally("ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", parameters)
    if not dbms.database("neo4j").isAvailable(0):
        raise StoreNotStarted(_status(system))
    ports = system.getDependencyResolver().resolveDependency(jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister"))
    local = ports.getLocalAddress(jpype.JClass("org.neo4j.configuration.connectors.ConnectorType").BOLT)
    dbms.registerDatabaseEventListener(_listener())
    return dbms, int(local.getPort())


def ending(error: BaseException) -> Ending:
    """What an error on the way to a running Neo4j comes down to."""
    said = "\n".join(_said(error)).lower()
    found = (ending for ending, signs in SIGNS if any(sign in said for sign in signs))
    return next(found, Ending.STORE if isinstance(error, StoreNotStarted) else Ending.OTHER)


def _listener() -> Any:  # noqa: ANN401 - Java's
    """
    Ends this process, as if it were killed, in the moment in which a database panics.

    It failed to write to its transaction log. Whatever it wrote after that, at the latest when it is shut down, would follow half a record,
    and the next start could not read past that. Ended at once, it recovers all that was committed.
    """

    def end(_: object) -> None:
        os._exit(PANIC)

    def ignore(_: object) -> None:
        pass

    events = dict.fromkeys(("databaseStart", "databaseShutdown", "databaseCreate", "databaseDrop"), ignore)
    return jpype.JProxy("org.neo4j.graphdb.event.DatabaseEventListener", dict=events | {"databasePanic": end})


def _settings_of(order: Order) -> dict[str, str]:
    return {
        "server.bolt.listen_address": f"{LOOPBACK}:{order.port}",
        "server.memory.pagecache.size": order.pagecache,
        "internal.dbms.tx_log.fail_on_corrupted_log_files": str(not order.salvage).lower(),
    }


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
