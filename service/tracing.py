"""OpenTelemetry: what one request did, and how long each part of it took. Names only: no text, variable or id of a caller."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

SERVER_FAULT = 500
PARENT = TraceContextTextMapPropagator()


class Tracing:
    """Sends spans to a collector by OTLP over HTTP, in batches; endpoint: such as http://localhost:4318."""

    def __init__(self, endpoint: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "vocero"}), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
        self._tracer = self._provider.get_tracer("vocero")

    @contextmanager
    def request(self, method: str, path: str, headers: Mapping[str, str]) -> Iterator[Callable[[int], None]]:
        """The span of a request, below that of its sender where `traceparent` names one; what it gives ends it, with the status."""
        parent = PARENT.extract(headers, context=context.Context())
        attributes = {"http.request.method": method, "url.path": path}
        span = self._tracer.start_span(method, parent, SpanKind.SERVER, attributes)

        def end(status: int) -> None:
            if span.is_recording():
                span.set_attribute("http.response.status_code", status)
                if status >= SERVER_FAULT:
                    span.set_status(Status(StatusCode.ERROR))
                span.end()

        with _current(span):
            yield end

    @contextmanager
    def operation(self, kind: str, name: str | None) -> Iterator[None]:
        """The span of an operation; one over a WebSocket begins a trace of its own."""
        attributes = {"graphql.operation.type": kind, **({"graphql.operation.name": name} if name else {})}
        with _current(self._tracer.start_span(f"{kind} {name or ''}".strip(), attributes=attributes)):
            yield

    @contextmanager
    def part(self, name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: str) -> Iterator[None]:
        """The span of a part of what is being done; none where nothing is, as for what a watch reads."""
        if not trace.get_current_span().is_recording():
            yield
            return
        with _current(self._tracer.start_span(name, kind=kind, attributes=attributes)):
            yield

    def querying(self, name: str) -> AbstractContextManager[None]:
        """The span of a query of the graph."""
        return self.part(name, SpanKind.CLIENT, **{"db.system.name": "neo4j", "db.operation.name": name})

    def close(self) -> None:
        """Send what is left; it takes its time."""
        self._provider.shutdown()


@contextmanager
def _current(span: Span) -> Iterator[None]:
    """Whatever begins inside is below it; an error is told by its class alone, for its message may name what was asked about."""
    token = context.attach(trace.set_span_in_context(span))
    try:
        yield
    except BaseException as error:
        if span.is_recording():
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
        raise
    finally:
        context.detach(token)
        if span.is_recording():
            span.end()
