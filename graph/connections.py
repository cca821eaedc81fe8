from typing import NamedTuple

from graph.driver import AsyncDriver


class Connections(NamedTuple):
    """The driver's connections at a moment, and how many wait for one."""

    in_use: int
    idle: int
    waiting: int


def connections_of(driver: AsyncDriver) -> Connections:
    """The driver's own count, which it shows to nobody: read out of its pool."""
    pool = driver._pool  # noqa: SLF001 - there is no public way
    held = [connection for of_address in pool.connections.values() for connection in of_address]
    in_use = sum(1 for connection in held if connection.in_use)
    return Connections(in_use, len(held) - in_use, len(pool.cond._waiters))  # noqa: SLF001 - the same
