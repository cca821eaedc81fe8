"""The run: load, check, and then measure."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench import documents
from bench.costs import cost_row
from bench.cpu import cpu_seconds
from bench.data import Data, write
from bench.row import Row
from bench.service import Served, load, serving
from bench.truth import Truth
from bench.walk import Pages, contactable, lists, walk
from bench.work import Work, differences
from bench.works import works
from bench.wrk import NotMeasured, drive
from graph.address import Address

WARM = 0.4
"""Of the time of a measurement: as long is driven before it."""
USUAL_WORKERS = 1
"""Those of `vocero serve` as it is: what a start is measured of."""
SERVER_START_SECONDS, EMBEDDED_START_SECONDS, MEMORY_MEGABYTES = 1.5, 12, 500
FIRST_GOALS = {"contactable": (2, None), "microsoft": (1, 2)}
"""Of all of a list, and of its first page."""


@dataclass(frozen=True)
class Bench:
    """
    What is measured, where, and how long.

    only:   names of the rows that are wanted; none = all
    folder: an empty one, for books, bodies and logs
    neo4j:  an empty Neo4j, and the process that it is
    """

    data: Data
    seconds: float
    workers: int
    only: frozenset[str]
    folder: Path
    neo4j: Address
    neo4j_pid: int
    say: Callable[[str], object]

    def wants(self, name: str) -> bool:
        """Is that row wanted?"""
        return not self.only or name in self.only


@dataclass(frozen=True)
class Measured:
    """The rows, the works behind them, an answer to each, and what was found wrong: then there are no rows but of load and start."""

    rows: list[Row]
    works: dict[str, Work]
    answers: dict[str, bytes]
    wrong: list[str]


def measure(bench: Bench, truth: Truth) -> Measured:
    """The rows of the service; those of its answers' speed only where all of them are right. Raises NotServed, NotMeasured."""
    rows = [_loaded(bench)]
    pages = {name: each for name, each in lists(bench.data, truth).items() if bench.wants(name) or bench.wants(f"{name}-first")}
    another = contactable("another", truth, bench.data.partners.resellers[0], said="a reseller", topic="renewal", goal=None)
    first, wrong = [], []
    for name in FIRST_GOALS:
        if bench.wants(f"{name}-first"):  # before anything else, for others have not been asked either when they are asked first
            told, differing = _first(bench, pages[name], another)
            first += told
            wrong += differing
    begun = time.perf_counter()
    with serving(_data(bench), bench.neo4j, USUAL_WORKERS) as served:
        served.ask(documents.REVISION, {})
        seconds = time.perf_counter() - begun
    rows.append(Row("start", "from start to first answer, against a server", "s", seconds, goal=SERVER_START_SECONDS))
    with _serving(bench) as served:
        bench.say("holding the answers against the oracle")
        walks = [walk(each, served) for name, each in pages.items() if bench.wants(name)]
        wanted = [work for work in [*works(bench.data, truth), *(each.work() for each in walks)] if bench.wants(work.name)]
        wrong += [line for each in walks for line in each.differences()]
        wrong += [line for work in wanted for line in differences(work, served)]
        answers = {work.name: served.post(work.document, work.asked[0]).content for work in wanted}
    if not wrong:
        rows += [*first, *_rates(bench, wanted)]
    return Measured(rows, {work.name: work for work in wanted}, answers, wrong)


def embedded_start(data: Path) -> Row:
    """The start of the service with a Neo4j of its own on this data folder, which nothing else holds."""
    begun = time.perf_counter()
    with serving(data, None, USUAL_WORKERS) as served:
        served.ask(documents.REVISION, {})
        seconds = time.perf_counter() - begun
    return Row("start-embedded", "from start to first answer, with a Neo4j of its own", "s", seconds, goal=EMBEDDED_START_SECONDS)


def _serving(bench: Bench) -> AbstractContextManager[Served]:
    return serving(_data(bench), bench.neo4j, bench.workers)


def _data(bench: Bench) -> Path:
    return bench.folder / "service" / "data"


def _loaded(bench: Bench) -> Row:
    bench.say("writing the book, and loading it")
    book = bench.folder / "book"
    relationships = write(bench.data, book)
    seconds = load(book, _data(bench), bench.neo4j)
    return Row("load", f"vocero load of {relationships:,} relationships into a new store", "/s", relationships / seconds, goal=1)


def _first(bench: Bench, pages: Pages, other: Pages) -> tuple[list[Row], list[str]]:
    """A list that nobody has asked for yet, of a service that has read ahead and answered about another one; what is wrong in it."""
    bench.say(f"{pages.name}-first")
    with _serving(bench) as served:
        served.settle()
        walk(other, served)
        found = walk(pages, served)
    goal, goal_of_page = FIRST_GOALS[pages.name]
    count, first = sum(map(len, found.entries)), len(found.entries[0])
    rows = [
        Row(f"{pages.name}-first", f"{pages.said}, all {count:,}, first ask", "ms", found.all_ms, entries=count, goal=goal),
        Row(
            f"{pages.name}-first-page",
            f"{pages.said}, a page of {first:,}, first ask",
            "ms",
            found.first_ms,
            entries=first,
            goal=goal_of_page,
        ),
    ]
    return rows, found.differences()


def _rates(bench: Bench, wanted: Sequence[Work]) -> list[Row]:
    """Those that are asked once by a service each, then all others by one, after each other."""
    rows = []
    others = {work.name: work for work in works(bench.data, Truth(bench.data))}
    for work in wanted:
        if work.once:
            with _serving(bench) as served:
                served.settle()
                drive(served.url, others["check-again"].write(bench.folder), WARM * bench.seconds)
                rows.append(_rate(bench, served, work, after=0))
    with _serving(bench) as served:
        served.settle()
        for work in wanted:
            if not work.once:
                warm = drive(served.url, work.write(bench.folder), WARM * bench.seconds, connections=work.connections)
                rows.append(_rate(bench, served, work, after=warm.answers))
        if bench.wants("cost"):
            bench.say("cost")
            rows.append(cost_row(bench.data, served, bench.seconds / 5))
        megabytes = served.memory_bytes() / 1e6
    return [*rows, Row("memory", "memory of the service after all of these", "MB", megabytes, goal=MEMORY_MEGABYTES)]


def _rate(bench: Bench, served: Served, work: Work, *, after: int) -> Row:
    bench.say(work.name)
    failed = served.failed()
    service, neo4j = served.cpu_seconds(), cpu_seconds(bench.neo4j_pid)
    rate = drive(served.url, work.write(bench.folder), bench.seconds, connections=work.connections, after=after, once=work.once)
    service, neo4j = served.cpu_seconds() - service, cpu_seconds(bench.neo4j_pid) - neo4j
    if served.failed() > failed:
        raise NotMeasured(f"{work.name}: {served.failed() - failed:.0f} answers with errors")
    told = rate.answers * work.items
    return Row(
        work.name,
        work.said,
        "/s",
        rate.rate * work.items,
        rate.p50_ms,
        rate.p99_ms,
        service / told * 1e3,
        neo4j / told * 1e3,
        entries=work.entries,
        goal=work.goal,
    )
