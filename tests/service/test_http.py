"""GraphQL over HTTP and WebSocket where it is about the protocol: media types, status, refusals, other sites' pages."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from graph.embedded import Running
from tests.running_service import RunningService
from tests.service.vocero import Served, Vocero

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
APP = "https://app.example"
SETTINGS = {"VOCERO_CORS_ORIGINS": f"{APP} https://other.example:8443"}
URQL = f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed"
EVENTS = "text/event-stream"
PARTS = "multipart/mixed; subscriptionSpec=1.0"
CHANGES = "subscription { changes { revision } }"
QUERY = '{ node(id: "topic:tax") { id } }'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.4", JSON),
        (f"*/*, {GRAPHQL};q=0.4", JSON),
        (f"{GRAPHQL};q=0", JSON),
        (f"{GRAPHQL};q=much", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f'text/html;level="a,{GRAPHQL},b", {JSON}', JSON),
        (URQL, GRAPHQL),
        (f"text/event-stream, {JSON}", JSON),
        (f"text/event-stream;q=1, {JSON};q=0.1", JSON),
        (f"{JSON};q=0.1, text/event-stream", JSON),
        ("text/event-stream, */*;q=0.1", JSON),
        (f"multipart/mixed;subscriptionSpec=1.0, {JSON}", JSON),
        (f'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,{JSON}', JSON),
        (f"{JSON}, multipart/mixed;subscriptionSpec=1.0", JSON),
        (f"{GRAPHQL};q=0.5, multipart/mixed;subscriptionSpec=1.0;q=0.9", GRAPHQL),
        ("image/png", JSON),
    ],
)
async def test_an_answer_is_of_the_type_that_is_liked_best(service: RunningService, accept: str | None, expected: str) -> None:
    request = service.client.build_request("POST", "/graphql", json={"query": QUERY})
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = await service.client.send(request)

    assert (response.status_code, response.headers["content-type"], response.headers["vary"]) == (200, expected, "Accept")


@pytest.mark.parametrize("document", [QUERY, f"subscription Watch {{ changes {{ revision }} }} query Ask {QUERY}"])
@pytest.mark.parametrize("by_get", [True, False], ids=["GET", "POST"])
async def test_a_query_is_no_stream_to_whoever_takes_both(service: RunningService, document: str, *, by_get: bool) -> None:
    asked = {"query": document, "operationName": "Ask"} if "Ask" in document else {"query": document}
    headers = {"accept": f"{EVENTS}, {PARTS}, {JSON};q=0.5"}
    sent: dict[str, Any] = {"method": "GET", "params": asked} if by_get else {"method": "POST", "json": asked}
    response = await service.client.request(url="/graphql", headers=headers, **sent)

    assert (response.headers["content-type"], response.json()["data"]) == (JSON, {"node": {"id": "topic:tax"}})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (EVENTS, EVENTS),
        (URQL, EVENTS),
        (f"{JSON}, {EVENTS};q=0.1", EVENTS),
        (f"{PARTS}, {JSON}", "multipart/mixed"),
        (f"{EVENTS};q=0.5, {PARTS}", "multipart/mixed"),
        (f"{EVENTS}, {PARTS};q=0.5", EVENTS),
        (f"{EVENTS};q=0, {PARTS}", "multipart/mixed"),
        (f"{EVENTS};q=0, {JSON}", JSON),
        ("multipart/mixed", JSON),
        ('multipart/mixed;boundary="-";subscriptionSpec=1.0', JSON),
        ("*/*", JSON),
    ],
)
async def test_a_watch_comes_in_the_stream_that_is_liked_best(service: RunningService, accept: str, expected: str) -> None:
    """Where none is named an answer says what would be right."""
    async with service.client.stream("POST", "/graphql", json={"query": CHANGES}, headers={"accept": accept}) as response:
        assert response.headers["content-type"].partition(";")[0] == expected
        assert response.status_code == (400 if expected == JSON else 200)


async def test_events_have_lines_that_end_in_lf(service: RunningService) -> None:
    document = f"query {QUERY}"
    response = await service.client.post("/graphql", json={"query": document}, headers={"accept": EVENTS})
    event, complete, rest = response.text.split("\n\n")

    assert event.startswith('event: next\ndata: {"data":{"node":{"id":"topic:tax"}}')
    assert (complete, rest) == ("event: complete\ndata: ", "")


async def test_parts_are_what_the_parser_of_mail_takes_for_a_multipart(service: RunningService) -> None:
    """RFC 2046: a delimiter comes before the first part, and the last one ends them all."""
    response = await service.client.post("/graphql", json={"query": "subscription {"}, headers={"accept": PARTS})
    head = f"content-type: {response.headers['content-type'].replace(',application/json', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + response.content)
    parts = message.get_payload()

    assert response.content.startswith(b"--graphql\r\nContent-Type: application/json")
    assert response.content.endswith(b"\r\n--graphql--\r\n")
    assert message.defects == []
    payloads = [json.loads(str(part.get_payload())) for part in parts if isinstance(part, Message)]
    assert [each["payload"]["errors"][0]["extensions"]["code"] for each in payloads if each] == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("given", "connected"),
    [({}, True), ({"payload": None}, True), ({"payload": {}}, True), ({"payload": []}, False), ({"payload": 0}, False)],
)
async def test_a_null_in_connection_init_says_nothing(service: RunningService, given: dict[str, object], *, connected: bool) -> None:
    async with await connected_to(service.url) as socket:
        await socket.send(json.dumps({"type": "connection_init", **given}))
        if connected:
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        else:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4400


@pytest.mark.parametrize(
    ("given", "in_json", "in_graphql"),
    [
        ({"query": "{"}, 200, 400),
        ({"query": "{ nothing }"}, 200, 400),
        ({"query": "query ($id: ID!) { node(id: $id) { id } }"}, 200, 400),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}, 200, 400),
        ({"query": "query A { revision } query B { revision }"}, 400, 400),
        ({"query": "query A { revision }", "operationName": "B"}, 400, 400),
        ({"query": "fragment A on Query { revision }"}, 400, 400),
        ({"query": "subscription { changes { revision } }"}, 400, 400),
        ({"query": ""}, 400, 400),
        ({"variables": "{}", "query": QUERY}, 400, 400),
        ([{"query": QUERY}], 400, 400),
        ({"documentId": "x"}, 200, 400),
    ],
)
async def test_what_is_not_executed_has_no_data_but_a_code(service: RunningService, given: object, in_json: int, in_graphql: int) -> None:
    """A well-formed request is 200 in JSON, as clients of that type expect it."""
    for media_type, status in ((JSON, in_json), (GRAPHQL, in_graphql)):
        response = await service.client.post("/graphql", json=given, headers={"accept": media_type})
        body = response.json()

        assert (response.status_code, response.headers["content-type"]) == (status, media_type)
        assert set(body) == {"errors"}
        assert {error["extensions"]["code"] for error in body["errors"]} <= {"BAD_INPUT", "PERSISTED_QUERY_NOT_FOUND"}


async def test_an_error_of_a_field_leaves_the_status_at_200(service: RunningService) -> None:
    unknown = await service.client.post("/graphql", json={"query": '{ customer(id: "x") { id } }'}, headers={"accept": GRAPHQL})

    assert (unknown.status_code, unknown.json()["data"]) == (200, {"customer": None})


async def test_a_mutation_is_not_made_by_get(service: RunningService) -> None:
    document = 'mutation { apply(idempotencyKey: "got", changes: [{putCustomer: {key: "got"}}]) { applied } }'
    response = await service.client.get("/graphql", params={"query": document})

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    [error] = response.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("a mutation changes the graph; send it by POST", "BAD_INPUT")
    assert (await service.query('{ customer(id: "customer:got") { id } }')) == {"customer": None}


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed; subscriptionSpec=1.0"])
@pytest.mark.parametrize("document", ["{", "{ nothing }", "query A { revision } query B { revision }"])
async def test_a_document_is_refused_inside_a_stream_too(service: RunningService, accept: str, document: str) -> None:
    response = await service.client.post("/graphql", json={"query": document}, headers={"accept": accept})

    assert '"code":"BAD_INPUT"' in response.text
    assert '"data"' not in response.text


async def connected_to(url: str, **arguments: Any) -> ClientConnection:  # noqa: ANN401 - of the library
    subprotocols = [Subprotocol("graphql-transport-ws")]
    return await connect(f"{url.replace('http', 'ws', 1)}/graphql", proxy=None, **{"subprotocols": subprotocols, **arguments})


OPENING = {"connection": "upgrade", "upgrade": "websocket"}
KEY = {"sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="}
INIT = {"type": "connection_init"}
WATCH = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { changes { revision } }"}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([WATCH], 4401),
        ([INIT, INIT], 4429),
        ([INIT, WATCH, WATCH], 4409),
        (["nonsense"], 4400),
        ([INIT, 5], 4400),
        ([INIT, {"type": "other"}], 4400),
        ([INIT, {"type": "x" * 103}], 4400),
        ([INIT, {"type": "é" * 103}], 4400),
        ([{"id": [], "type": "complete"}], 4400),
        ([INIT, {"id": {}, "type": "complete"}], 4400),
        ([INIT, {"type": "complete"}], 4400),
        ([INIT, *[{**WATCH, "id": "i" * 95}] * 2], 4409),
        ([INIT, {"id": 5, "type": "subscribe", "payload": {"query": QUERY}}], 4400),
        ([INIT, {"id": "1", "type": "subscribe"}], 4400),
        ([INIT, {"id": "1", "type": "subscribe", "payload": "x"}], 4400),
        ([INIT, {"id": "1", "type": "subscribe", "payload": {"query": 5}}], 4400),
        ([INIT, {"id": "1", "type": "subscribe", "payload": {"query": QUERY, "variables": []}}], 4400),
    ],
)
async def test_a_client_that_breaks_the_protocol_is_closed_with_its_code(service: RunningService, messages: list[Any], code: int) -> None:
    async with await connected_to(service.url) as socket:
        for message in messages:
            await socket.send(message if isinstance(message, str) else json.dumps(message))
        await socket.wait_closed()

    assert socket.close_code == code


UNKNOWN_NAME = "`evil.example` is no name of this service; ask it by a name of its own, or have it named in VOCERO_HOSTS"
NOT_OPENED = "no WebSocket is opened from here, or at this address; it is at `/graphql`, for pages of VOCERO_CORS_ORIGINS"


@pytest.mark.parametrize(
    ("method", "path", "headers", "refused"),
    [
        ("GET", "/nothing", {}, (404, "NOT_FOUND", "`/nothing` is no address of this service; GraphQL is at `/graphql`")),
        ("GET", "/assets/n.js", {}, (404, "NOT_FOUND", "`/assets/n.js` is no address of this service; GraphQL is at `/graphql`")),
        ("POST", "/export/book.zip", {}, (405, "BAD_INPUT", "POST is not for `/export/book.zip`; send GET, HEAD")),
        ("GET", "/healthz", {"host": "evil.example"}, (400, "BAD_INPUT", UNKNOWN_NAME)),
        ("GET", "/graphql", OPENING, (400, "BAD_INPUT", "failed to open a WebSocket connection: missing Sec-WebSocket-Key header")),
        ("GET", "/nothing", {**OPENING, **KEY}, (403, "FORBIDDEN", NOT_OPENED)),
        ("GET", "/graphql", {**OPENING, **KEY, "host": "evil.example"}, (400, "BAD_INPUT", UNKNOWN_NAME)),
        ("GET", "/graphql", {**OPENING, **KEY, "origin": "https://evil.example"}, (403, "FORBIDDEN", NOT_OPENED)),
    ],
)
async def test_what_libraries_refuse_is_json_too(
    service: RunningService, method: str, path: str, headers: dict[str, str], refused: tuple[int, str, str]
) -> None:
    response = await service.client.request(method, path, headers=headers)
    [error] = response.json()["errors"]

    assert (response.status_code, error["extensions"]["code"], error["message"]) == refused
    assert response.headers["content-type"] == JSON


async def test_one_connection_too_full_says_so_and_stays(service: RunningService) -> None:
    async with await connected_to(service.url) as socket:
        for message in [INIT, *({**WATCH, "id": str(place)} for place in range(101)), {"type": "ping"}]:
            await socket.send(json.dumps(message))
        ack, refused, pong = [json.loads(await socket.recv()) for _ in range(3)]

    assert (ack["type"], pong["type"]) == ("connection_ack", "pong")
    assert refused["id"] == "100"
    assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


@pytest.fixture(scope="module")
def open_to_pages(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose settings name origins of pages."""
    address = neo4j.address
    server = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    with Vocero(tmp_path_factory.mktemp("cors"), **server, **SETTINGS).application() as served:
        yield served


@pytest.mark.parametrize(("origin", "allowed"), [(APP, APP), ("https://evil.example", None)])
async def test_only_pages_of_the_named_origins_may_ask(open_to_pages: Served, origin: str, allowed: str | None) -> None:
    wanted = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type,authorization"}
    preflight = open_to_pages.client.options("/graphql", headers=wanted)
    asked = open_to_pages.client.post("/graphql", json={"query": QUERY}, headers={"origin": origin})

    assert (preflight.status_code == 200) is (allowed is not None)
    assert preflight.headers.get("access-control-allow-origin") == allowed
    assert asked.headers.get("access-control-allow-origin") == allowed
    if allowed is None:
        [error] = preflight.json()["errors"]
        assert error["message"].startswith("pages of `https://evil.example` may not send this (disallowed cors origin)")
        with pytest.raises(Exception, match="HTTP 403"):
            await connected_to(open_to_pages.url, origin=Origin(origin))
    else:
        async with await connected_to(open_to_pages.url, origin=Origin(origin)) as socket:
            await socket.send(json.dumps(INIT))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}


async def test_no_other_site_may_ask_unless_it_is_named(service: RunningService) -> None:
    asked = await service.client.post("/graphql", json={"query": QUERY}, headers={"origin": APP})

    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": APP}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1"}, 403),
    ],
)
async def test_a_page_of_another_site_asks_nothing_by_get(service: RunningService, headers: dict[str, str], status: int) -> None:
    answered = await service.client.get("/graphql", params={"query": QUERY}, headers=headers)
    own = await service.client.get("/graphql", params={"query": QUERY}, headers={"origin": service.url})

    assert (answered.status_code, own.status_code) == (status, 200)
    if status == 403:
        assert answered.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_page_of_a_named_origin_asks_by_get(open_to_pages: Served) -> None:
    headers = {"origin": APP, "sec-fetch-site": "cross-site"}

    assert open_to_pages.client.get("/graphql", params={"query": QUERY}, headers=headers).status_code == 200


def test_an_origin_with_a_path_is_refused_at_the_start(tmp_path: Path) -> None:
    refused = Vocero(tmp_path, VOCERO_CORS_ORIGINS="https://app.example/")("serve", "--port", "0")

    assert (refused.returncode, "VOCERO_CORS_ORIGINS" in refused.stderr) == (2, True)
