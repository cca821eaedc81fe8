"""The one who is told of all that happens: what is measured, traced and logged of it is decided here."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import structlog
from starlette.requests import Request
from starlette.responses import Response

from graph.graph import Graph
from graph.index.local_index import LocalIndex
from policy.instant import now, written
from policy.terms import Category, Verdict
from resolvers.decided import Decided
from service.callers import expect_reader
from service.decision_log import DecisionLog
from service.metrics import Metrics
from service.request_ids import incoming
from service.settings import Settings

if TYPE_CHECKING:
    from service.tracing import Tracing

LOOK_SECONDS = 5.0


class Telemetry:
    """The observer of the graph, of the schema and of the requests; what the settings don't ask for is None."""

    def __init__(self, metrics: Metrics, tracing: "Tracing | None", decision_log: DecisionLog | None) -> None:
        self.metrics = metrics
        self.tracing = tracing
        self.decision_log = decision_log

    @classmethod
    def of(cls, settings: Settings) -> "Telemetry":
        """What the settings ask for. Raises BadInput for a decision log that can't be written."""
        tracing = None if settings.otlp is None else _tracing_to(settings.otlp)
        log = settings.decision_log
        decision_log = None if log is None else DecisionLog(log, settings.decision_log_bytes, settings.decision_log_files)
        return cls(Metrics(), tracing, decision_log)

    @asynccontextmanager
    async def following(self, graph: Graph) -> AsyncIterator[None]:
        """While this lasts, the graph is observed; at the end what is left is written and sent."""
        graph.observer = self
        try:
            yield
        finally:
            await asyncio.to_thread(self._close)

    async def shown(self, request: Request) -> Response:
        """The metrics, to whoever may read everything. Raises Forbidden."""
        expect_reader(request)
        self._measured(request.state.index)
        return self.metrics.page(request.headers.get("accept"))

    async def measure(self, index: LocalIndex) -> None:
        """Measure the graph's connections and the index now and then, without end."""
        while True:
            self._measured(index)
            await asyncio.sleep(LOOK_SECONDS)

    def _measured(self, index: LocalIndex) -> None:
        self.metrics.connected(index.graph.connections())
        self.metrics.kept(index.memo.bytes)
        self.metrics.remembered(*index.counted())

    def _close(self) -> None:
        if self.decision_log is not None:
            self.decision_log.close()
        if self.tracing is not None:
            self.tracing.close()

    def request(self, method: str, path: str, headers: Mapping[str, str]) -> AbstractContextManager[Callable[[int], None]]:
        """Entered while a request is answered; what it gives is called with the status when that is done."""
        return nullcontext(_nothing) if self.tracing is None else self.tracing.request(method, path, headers)

    @property
    def asks_of_fields(self) -> bool:
        """Only traces do."""
        return self.tracing is not None

    def executing(self, kind: str, name: str | None) -> AbstractContextManager[object]:
        """Entered while an operation is executed."""
        if request := incoming():
            request.operation = name
        return nullcontext() if self.tracing is None else self.tracing.operation(kind, name)

    def asking(self, field: str) -> AbstractContextManager[object]:
        """Entered while a root field is answered."""
        return nullcontext() if self.tracing is None else self.tracing.part(field)

    @contextmanager
    def querying(self, name: str) -> Iterator[None]:
        """Entered while a query of the graph runs."""
        with self.metrics.querying(name), nullcontext() if self.tracing is None else self.tracing.querying(name):
            yield

    def saw(self, number: int, recorded_at: int) -> None:
        """Called with each newer revision."""
        if self.metrics.saw(number, recorded_at):
            structlog.get_logger().warning(
                "the clock was ahead, or is behind now", newest_revision=written(recorded_at), now=written(now())
            )

    def watching(self) -> AbstractContextManager[object]:
        """Entered while a subscription is open."""
        return self.metrics.watching()

    def answered(self, kind: str, code: str, seconds: float, cost: int | None) -> None:
        """Called at the end of an operation."""
        self.metrics.answered(kind, code, seconds, cost)

    def gave(self, verdicts: Mapping[tuple[Verdict | None, Category], int]) -> None:
        """Called with how many verdicts of each kind are given to the caller."""
        self.metrics.gave(verdicts)

    @property
    def keeps_decisions(self) -> bool:
        """Only a decision log does."""
        return self.decision_log is not None

    def decided(self, decisions: Sequence[Decided]) -> None:
        """Called with each verdict that is given to the caller."""
        if self.decision_log is not None:
            self.decision_log.write(decisions)


def _nothing(_: int) -> None:
    return


def _tracing_to(endpoint: str) -> "Tracing":
    from service.tracing import Tracing  # noqa: PLC0415 - OpenTelemetry takes a while to import, and mostly nobody listens

    return Tracing(endpoint)
