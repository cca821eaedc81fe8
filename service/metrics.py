"""What is counted and measured, as Prometheus reads it. No label takes a value that a caller makes up."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, exposition, multiprocess
from starlette.responses import Response

from graph.connections import Connections
from policy.instant import LEAP, now
from policy.terms import Category, Verdict

SHARED = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
COSTS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
METHODS = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "WEBSOCKET"}
M = TypeVar("M", Counter, Histogram)
NOBODY = "NOBODY"
"""In place of a verdict: nobody is permitted."""


class Metrics:
    """The numbers of this process; of all of them where the workers share a folder."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        own = self._own
        self._requests = _labelled(
            Counter("vocero_http_requests", "Requests over HTTP, and connections of WebSockets.", ("method", "status"), registry=own)
        )
        self._operations = _labelled(
            Counter("vocero_operations", "GraphQL operations, by type and by the code of the first error.", ("type", "code"), registry=own)
        )
        self._seconds = _labelled(
            Histogram("vocero_operation_seconds", "Time of queries and mutations.", ("type",), buckets=SECONDS, registry=own)
        )
        self._cost = Histogram("vocero_operation_cost", "Cost of operations, as it is returned with them.", buckets=COSTS, registry=own)
        self._cypher = _labelled(
            Histogram("vocero_cypher_seconds", "Time of each query of the graph.", ("query",), buckets=SECONDS, registry=own)
        )
        self._verdicts = _labelled(
            Counter("vocero_verdicts", "Verdicts given to callers one by one.", ("verdict", "category"), registry=own)
        )
        self._watches = Gauge("vocero_watches", "Open subscriptions.", multiprocess_mode="livesum", registry=own)
        self._revision = Gauge("vocero_revision", "Number of the newest revision seen.", multiprocess_mode="livemax", registry=own)
        self._lag = Gauge("vocero_revision_lag_seconds", "From its recording until it was seen.", multiprocess_mode="livemax", registry=own)
        self._connections = Gauge(
            "vocero_driver_connections", "The driver's connections.", ("state",), multiprocess_mode="livesum", registry=own
        )
        self._waiting = Gauge("vocero_driver_waiting", "Queries that wait for a connection.", multiprocess_mode="livesum", registry=own)
        self._facts = Counter("vocero_facts", "Facts of customers, by whether they were remembered or read.", ("from",), registry=own)
        self._facts_bytes = Gauge("vocero_facts_bytes", "Memory that remembered facts take.", multiprocess_mode="livesum", registry=own)
        self._fallbacks = _labelled(
            Counter("vocero_fallbacks", "Fields that compiled selections left to graphql-core.", ("reason",), registry=own)
        )
        self._failures = _labelled(
            Counter("vocero_background_failures", "Failures of background tasks; each is started again.", ("task",), registry=own)
        )
        self._leaps = Counter(
            "vocero_clock_leaps", "How often a newest revision was ahead of the clock when the one before was not.", registry=own
        )
        self._has_seen = self._is_ahead = False
        self._shown = self._own
        if SHARED in os.environ:
            self._shown = CollectorRegistry()
            multiprocess.MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=self._own)

    def requested(self, method: str, status: int) -> None:
        """A request was answered."""
        self._requests(method if method in METHODS else "other", status).inc()

    def answered(self, kind: str, code: str, seconds: float, cost: int | None) -> None:
        """An operation came to its end; cost: None where it was refused before that was known."""
        self._operations(kind, code).inc()
        if kind in {"query", "mutation"}:
            self._seconds(kind).observe(seconds)
        if cost is not None:
            self._cost.observe(cost)

    @contextmanager
    def querying(self, name: str) -> Iterator[None]:
        """While a query of the graph runs."""
        begun = perf_counter()
        try:
            yield
        finally:
            self._cypher(name).observe(perf_counter() - begun)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While a subscription is open."""
        self._watches.inc()
        try:
            yield
        finally:
            self._watches.dec()

    def gave(self, verdicts: Mapping[tuple[Verdict | None, Category], int]) -> None:
        """So many verdicts of each kind were given."""
        for (verdict, category), times in verdicts.items():
            self._verdicts(verdict or NOBODY, category).inc(times)

    def saw(self, number: int, recorded_at: int) -> bool:
        """
        A newer revision was seen; of the first one nobody can tell for how long it could have been.

        returns: is it the first one that is ahead of the clock?
        """
        was_ahead, self._is_ahead = self._is_ahead, recorded_at - now() > LEAP
        leapt = self._is_ahead and not was_ahead
        if leapt:
            self._leaps.inc()
        self._revision.set(number)
        if self._has_seen:
            self._lag.set(max(0.0, (now() - recorded_at) / 1_000_000))
        self._has_seen = True
        return leapt

    def remembered(self, found: int, missed: int) -> None:
        """Facts of so many customers were remembered, and of so many they were read."""
        for where, count in (("memory", found), ("graph", missed)):
            if count:
                self._facts.labels(where).inc(count)

    def kept(self, size: int) -> None:
        """Remembered facts take so many bytes."""
        self._facts_bytes.set(size)

    def fell_back(self, reason: str) -> None:
        """A field was left to graphql-core."""
        self._fallbacks(reason).inc()

    def task_failed(self, name: str) -> None:
        """A background task failed."""
        self._failures(name).inc()

    def connected(self, connections: Connections) -> None:
        """The driver's connections are these now."""
        self._connections.labels("in_use").set(connections.in_use)
        self._connections.labels("idle").set(connections.idle)
        self._waiting.set(connections.waiting)

    def page(self, accept: str | None) -> Response:
        """All of it, in the format that the reader accepts."""
        if folder := os.environ.get(SHARED):
            _forget_dead_workers(Path(folder))
        encode, media_type = exposition.choose_encoder(accept or "")
        return Response(encode(self._shown), headers={"content-type": media_type, "cache-control": "no-store"})


def _labelled(metric: M) -> Callable[..., M]:
    """The numbers of a metric by their labels, of which there are few: the library's own way to one takes longer than to count."""
    return cache(metric.labels)


@contextmanager
def shared_by(workers: int) -> Iterator[None]:
    """A folder in which several workers keep their numbers, as long as they run; a single one needs none."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="vocero-metrics-") as folder:
        os.environ[SHARED] = folder  # read by the library when a worker imports it
        try:
            yield
        finally:
            del os.environ[SHARED]


def _forget_dead_workers(folder: Path) -> None:
    """Leave out what only a living worker has; what a dead one counted stays, or the sums would fall."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*_*.db")}:
        if not _lives(pid):
            multiprocess.mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    if sys.platform == "win32":  # there, to look is to kill
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
