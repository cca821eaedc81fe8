"""The floors: what the Cypher alone, and the bytes alone, would come to on this machine."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase, NotificationMinimumSeverity

from bench.bare import READY, command
from bench.measure import Bench, Measured
from bench.processes import started
from bench.work import Reading, Work
from bench.wrk import drive
from graph.address import Address
from graph.query_files import query

if TYPE_CHECKING:
    import queue

READINGS = 2_000
QUIET = NotificationMinimumSeverity.OFF
READ_SECONDS, LONG = 60.0, 120.0


class Reader(NamedTuple):
    """What one process reads: the Cypher of one question after the other, so many at once."""

    readings: Sequence[Sequence[Reading]]
    server: Address
    seconds: float
    at_once: int


def add_floors(bench: Bench, measured: Measured) -> None:
    """Both, in the rows of the works that have an answer."""
    rows = [row for row in measured.rows if row.name in measured.works]
    for row in rows:
        row.driver = driver_rate(measured.works[row.name], bench.neo4j, bench.seconds, bench.workers)
    with bare_routes(measured.answers, bench.folder / "answers", bench.workers) as url:
        for row in rows:
            work = measured.works[row.name]
            rate = drive(f"{url}/{work.name}", work.write(bench.folder), bench.seconds, connections=work.connections)
            row.route = rate.rate * work.items


def driver_rate(work: Work, server: Address, seconds: float, processes: int) -> float | None:
    """Answers a second by the driver alone, in so many processes with as many questions at once as the service has; None = no Cypher."""
    if work.reads is None:
        return None
    readings = [work.reads(each) for each in work.asked[:READINGS]]
    context = multiprocessing.get_context("spawn")
    processes = min(processes, work.connections)
    at_once = work.connections // processes
    barrier, rates = context.Barrier(processes), context.Queue()
    readers = [Reader(readings[place::processes] or readings, server, seconds, at_once) for place in range(processes)]
    workers = [context.Process(target=_read, args=(reader, barrier, rates)) for reader in readers]
    for worker in workers:
        worker.start()
    found: list[float] = [rates.get(timeout=LONG + seconds) for _ in workers]
    for worker in workers:
        worker.join()
    return sum(found) * work.items


def _read(reader: Reader, barrier: Barrier, rates: "queue.Queue[float]") -> None:
    """One process: the rate at which it reads is put into the queue."""
    rates.put(asyncio.run(_rate(reader, barrier)))


async def _rate(reader: Reader, barrier: Barrier) -> float:
    readings, server, seconds, at_once = reader
    turn, answers = count(), 0

    async def read(driver: AsyncDriver) -> None:
        async with driver.session(database=server.database, default_access_mode=READ_ACCESS, fetch_size=-1) as session:
            for name, parameters in readings[next(turn) % len(readings)]:
                await (await session.run(query(name, READ_SECONDS), dict(parameters))).single(strict=True)

    async def go_on(driver: AsyncDriver, until: float) -> None:
        nonlocal answers
        while time.perf_counter() < until:
            await read(driver)
            answers += 1

    async with AsyncGraphDatabase.driver(server.uri, auth=(server.user, server.password), notifications_min_severity=QUIET) as driver:
        await asyncio.gather(*(read(driver) for _ in range(at_once)))
        await asyncio.to_thread(barrier.wait, LONG)
        begun = time.perf_counter()
        await asyncio.gather(*(go_on(driver, begun + seconds) for _ in range(at_once)))
        return answers / (time.perf_counter() - begun)


@contextmanager
def bare_routes(answers: dict[str, bytes], folder: Path, workers: int) -> Iterator[str]:
    """A server with a route for each answer, by its name, that returns these bytes; its URL."""
    folder.mkdir()
    for name, answer in answers.items():
        (folder / name).write_bytes(answer)
    with started(command(folder, workers), READY, folder.parent / "bare.log") as (_, url):
        yield url
