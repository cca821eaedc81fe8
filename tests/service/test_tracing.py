"""Traces, as a collector receives them: the request, the operation, the fields that read, each Cypher."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from graph.embedded import Running
from tests.service.test_request_ids import vocero
from tests.service.vocero import Served, Vocero
from tests.watching import CHANGES, watching

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DOCUMENT = 'query Asked { customer(id: "customer:secret") { name } revision }'


class Collector:
    """A collector of OTLP over HTTP that keeps what it gets."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.received = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.take(self.path, body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def listening(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def take(self, path: str, body: bytes) -> None:
        assert path == "/v1/traces"
        self.received += body
        request = ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            assert [each.value.string_value for each in of_resource.resource.attributes if each.key == "service.name"] == ["vocero"]
            self.spans += [span for of_scope in of_resource.scope_spans for span in of_scope.spans]

    def below(self, parent: bytes) -> list[Span]:
        return sorted((span for span in self.spans if span.parent_span_id == parent), key=lambda span: span.start_time_unix_nano)


@contextmanager
def traced(neo4j: Running, folder: Path) -> Iterator[tuple[Collector, Served]]:
    """A service that sends its traces to a collector of ours; all of them are there when it has stopped."""
    collector = Collector()
    with collector.listening(), vocero(neo4j, folder, VOCERO_OTLP=collector.url).application() as served:
        yield collector, served


def attributes(span: Span) -> dict[str, object]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_holds_its_operation_and_that_its_fields_and_those_their_cypher(neo4j: Running, tmp_path: Path) -> None:
    with traced(neo4j, tmp_path) as (collector, served):
        served.client.post("/graphql", json={"query": DOCUMENT}, headers={"traceparent": PARENT})

    [request] = collector.below(bytes.fromhex("b7ad6b7169203331"))
    assert request.trace_id == bytes.fromhex("0af7651916cd43dd8448eb211c80319c")
    assert (request.name, request.kind, attributes(request)["http.response.status_code"]) == ("POST", Span.SPAN_KIND_SERVER, 200)
    [operation] = collector.below(request.span_id)
    assert operation.name == "query Asked"
    assert attributes(operation) == {"graphql.operation.type": "query", "graphql.operation.name": "Asked"}
    fields = collector.below(operation.span_id)
    assert {field.name for field in fields} == {"customer", "revision"}
    cypher = [span for field in fields for span in collector.below(field.span_id)]
    assert "store" in {span.name for span in cypher}
    assert {attributes(span)["db.system.name"] for span in cypher} == {"neo4j"}
    for span in cypher:
        assert request.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano <= request.end_time_unix_nano


def test_no_trace_holds_what_was_asked_about(neo4j: Running, tmp_path: Path) -> None:
    wrong = 'query W { permission(communicator: "partner:hidden", customer: "customer:secret", topic: "tax") { verdict } }'
    with traced(neo4j, tmp_path) as (collector, served):
        for document in (DOCUMENT, wrong):
            served.client.post("/graphql?key=in-the-address", json={"query": document}, headers={"Cookie": "session=of-news"})
        served.client.get("/export/matrix.csv")

    assert len(collector.spans) > 6
    for secret in (b"secret", b"hidden", b"in-the-address", b"of-news", b"MATCH"):
        assert secret not in collector.received


async def test_what_a_watch_reads_for_hours_is_of_no_request(neo4j: Running, tmp_path: Path) -> None:
    with traced(neo4j, tmp_path) as (collector, served):
        async with watching(served.url, CHANGES):
            with served.client.stream("POST", "/graphql", json={"query": CHANGES}, headers={"accept": "text/event-stream"}):
                await asyncio.sleep(1)

    assert len([span for span in collector.spans if span.name == "store"]) < 5
    assert all(span.end_time_unix_nano - span.start_time_unix_nano < 900_000_000 for span in collector.spans)


def test_a_collector_that_is_away_holds_nobody_up(neo4j: Running, tmp_path: Path) -> None:
    with vocero(neo4j, tmp_path, VOCERO_OTLP="http://127.0.0.1:9").application() as served:
        begun = time.monotonic()
        for _ in range(20):
            assert served.client.post("/graphql", json={"query": DOCUMENT}).status_code == 200
        seconds = time.monotonic() - begun

    assert seconds < 5


@pytest.mark.parametrize("endpoint", ["localhost:4318", "http://two words"])
def test_an_endpoint_that_is_none_is_refused(tmp_path: Path, endpoint: str) -> None:
    done = Vocero(tmp_path, VOCERO_OTLP=endpoint)("serve", "--port", "0")

    assert (done.returncode, "VOCERO_OTLP" in done.stderr) == (2, True)
