"""Requests that are too much: long or slow bodies and heads, long messages, operations that cost too much."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.embedded import Running
from service.patient_http import HEAD_SECONDS
from tests.running_service import RunningService
from tests.service.asking import greeted, on_server, said
from tests.service.vocero import Served, Vocero

GRAPHQL = "application/graphql-response+json"
DEEP = f"{{ customers {{ edges {{ node {{ {'partners { providers { ' * 20} id {'} }' * 20} }} }} }} }}"
DEAR = (
    "{ customers(first: 1000) { edges { node { partners { "
    'contactable(topic: "renewal", first: 1000) { totalCount edges { node { id } } } } } } } }'
)
DEARER = "the operation costs 16410001 and may cost 10000000; ask for smaller pages, or for less at once (VOCERO_MOST_COST)"
INTROSPECTION = "{ __schema { queryType { name } } }"
MOST_BODY, BODY_SECONDS = 20_000, 2.0
TIGHT = {
    "VOCERO_MOST_BODY": str(MOST_BODY),
    "VOCERO_BODY_SECONDS": str(BODY_SECONDS),
    "VOCERO_INTROSPECTION": "false",
    "VOCERO_EXPLORER": "false",
}


@pytest.fixture(scope="module")
def tight(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of small limits."""
    with Vocero(tmp_path_factory.mktemp("tight"), **on_server(neo4j.address), **TIGHT).application() as served:
        yield served


def connected(served: Served) -> socket.socket:
    address = urlsplit(served.url)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30)


def heard(connection: socket.socket) -> tuple[int, str, str]:
    """Status, code and message of the answer, after which the connection is closed."""
    received = b""
    while part := connection.recv(65_536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    [error] = json.loads(body)["errors"]
    assert b"connection: close" in head.lower()
    return int(head.split()[1]), error["extensions"]["code"], error["message"]


def head(length: str, path: str = "/graphql") -> bytes:
    return f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{length}\r\n\r\n".encode()


TOO_LONG = (413, "BAD_INPUT", "the body is longer than 20000 bytes; send less at once (VOCERO_MOST_BODY)")


def test_a_body_that_is_said_to_be_too_long_is_refused_before_it_comes(tight: Served) -> None:
    with connected(tight) as connection:
        connection.sendall(head("content-length: 1000000000"))

        assert heard(connection) == TOO_LONG


def test_a_body_in_chunks_is_refused_when_it_gets_too_long(tight: Served) -> None:
    with connected(tight) as connection:
        connection.sendall(head("transfer-encoding: chunked"))
        for _ in range(3):
            connection.sendall(b"2710\r\n" + b"x" * 10_000 + b"\r\n")

        assert heard(connection) == TOO_LONG


def test_a_body_that_does_not_come_is_waited_for_only_so_long(tight: Served) -> None:
    """Byte by byte is no faster: the whole body has one time."""
    begun = time.monotonic()
    with connected(tight) as connection:
        connection.sendall(head("content-length: 100"))
        for _ in range(3):
            connection.sendall(b" ")
            time.sleep(0.5)

        assert heard(connection) == (408, "BAD_INPUT", "the body did not come within 2 s; send it at once")
    assert time.monotonic() - begun < BODY_SECONDS + 2


def test_a_head_that_does_not_come_is_waited_for_only_so_long(tight: Served) -> None:
    """As a client would that opens many connections and says nothing whole on any of them."""
    begun = time.monotonic()
    with connected(tight) as silent, connected(tight) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n")
        late = (408, "BAD_INPUT", "the head did not come within 10 s")

        assert [heard(silent), heard(slow)] == [late, late]
    assert time.monotonic() - begun < HEAD_SECONDS + 3


@pytest.mark.parametrize(
    "endless", ["GET /graphql?query=" + "x" * 70_000, "GET / HTTP/1.1\r\na: " + "x" * 100_000, "GET / HTTP/1.1\r\n" + "a: b\r\n" * 20_000]
)
@pytest.mark.parametrize("end", ["", "\r\n\r\n"])
def test_a_head_that_is_too_long_is_refused(tight: Served, endless: str, end: str) -> None:
    with connected(tight) as connection:
        connection.sendall(f"{endless}{end}".encode())

        assert heard(connection)[:2] == (431, "BAD_INPUT")


def test_what_is_no_http_is_refused_in_json(tight: Served) -> None:
    with connected(tight) as connection:
        connection.sendall(b"nonsense\r\n\r\n")

        assert heard(connection) == (400, "BAD_INPUT", "invalid HTTP request received")


def test_a_client_that_leaves_in_mid_body_is_no_fault_of_ours(tight: Served) -> None:
    with connected(tight) as connection:
        connection.sendall(head("content-length: 100") + b"{")
    until = time.monotonic() + 10
    while '"status":499' not in tight.errors and time.monotonic() < until:
        time.sleep(0.05)

    assert '"status":499' in tight.errors
    assert {json.loads(line)["level"] for line in tight.errors.splitlines()} == {"info"}


def test_an_answer_that_did_not_wait_for_the_body_ends_the_connection(tight: Served) -> None:
    """Else whoever goes on sending would keep it for ever."""
    with connected(tight) as connection:
        connection.sendall(head("transfer-encoding: chunked", "/healthz") + b"1\r\nx\r\n")
        while connection.recv(65_536):
            pass


async def test_a_message_that_is_too_long_closes_the_web_socket(tight: Served) -> None:
    async with connect(f"{tight.url.replace('http', 'ws')}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as ws:
        await ws.send("x" * (MOST_BODY + 1))
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    assert ws.close_code == 1009


def test_a_batch_is_no_request(tight: Served) -> None:
    response = tight.client.post("/graphql", json=[{"query": "{ revision }"}] * 2)

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "a request is one JSON object with a `query`"


def test_where_introspection_is_off_nothing_tells_the_schema(tight: Served) -> None:
    response = tight.client.post("/graphql", json={"query": INTROSPECTION}, headers={"accept": GRAPHQL})

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert tight.client.get("/schema.graphql").status_code == 404
    assert tight.client.post("/graphql", json={"query": "{ __typename }"}).json()["data"] == {"__typename": "Query"}


def test_where_the_explorer_is_off_no_page_is_given(tight: Served) -> None:
    html = {"accept": "text/html"}
    asked = tight.client.get("/graphql", headers=html)

    assert tight.client.get("/", headers=html).status_code == 404
    assert (asked.status_code, asked.headers["content-type"]) == (400, "application/json")
    assert tight.client.get("/graphql", params={"query": "{ __typename }"}, headers=html).json()["data"] == {"__typename": "Query"}


async def test_an_answer_says_what_its_operation_costs(service: RunningService) -> None:
    document = "{ customers(first: 10) { edges { node { id } } } }"
    cost = {"cost": {"cost": 21, "limit": 10_000_000}}
    by_post = await service.client.post("/graphql", json={"query": document})
    by_get = await service.client.get("/graphql", params={"query": document})
    async with greeted(service.url) as web_socket:
        await web_socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": document}}))
        assert (await said(web_socket))["type"] == "connection_ack"

        assert [by_post.json()["extensions"], by_get.json()["extensions"], (await said(web_socket))["payload"]["extensions"]] == [cost] * 3


@pytest.mark.parametrize("document", [DEEP, DEAR])
async def test_what_is_too_complex_is_refused_over_every_transport(service: RunningService, document: str) -> None:
    payload = {"query": document}
    found = []
    for accept in (GRAPHQL, "application/json"):
        response = await service.client.post("/graphql", json=payload, headers={"accept": accept})
        assert set(response.json()) == {"errors"}
        found.append((response.status_code, response.json()["errors"][0]["extensions"]["code"]))
    async with greeted(service.url) as web_socket:
        await web_socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        assert (await said(web_socket))["type"] == "connection_ack"
        refused = await said(web_socket)
    streamed = await service.client.post("/graphql", json=payload, headers={"accept": "text/event-stream"})

    assert found == [(400, "TOO_COMPLEX"), (200, "TOO_COMPLEX")]
    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_COMPLEX")
    assert '"code":"TOO_COMPLEX"' in streamed.text


async def test_an_apply_of_as_many_changes_as_are_taken_is_within_the_limits(service: RunningService) -> None:
    changes = [
        {"putCustomer": {"key": f"limits-{n}", "name": f"{'n' * 80} {n}", "domain": "d" * 80, "country": "ES", "cloud": "PUBLIC"}}
        for n in range(5000)
    ]
    document = 'mutation ($c: [Change!]!) { apply(changes: $c, idempotencyKey: "limits") { applied } }'

    assert await service.query(document, c=changes) == {"apply": {"applied": 5000}}
    assert await service.query("query ($i: [ID!]!) { nodes(ids: $i) { id } }", i=[f"customer:limits-{n}" for n in range(1000)])


@pytest.mark.parametrize(
    ("document", "name", "id_"),
    [
        ('query ($l: [String!]) { simulate(changes: [{putCustomer: {key: "c"}}], topics: $l) { at } }', "topics", "tax"),
        ("subscription ($l: [ID!]) { permissionChanges(customers: $l) { at } }", "customers", "customer:c"),
        ("subscription ($l: [String!]) { permissionChanges(topics: $l) { at } }", "topics", "tax"),
    ],
)
async def test_a_list_of_more_than_a_thousand_is_bad_input(service: RunningService, document: str, name: str, id_: str) -> None:
    async with greeted(service.url) as web_socket:
        payload = {"query": document, "variables": {"l": [id_] * 1001}}
        await web_socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        assert (await said(web_socket))["type"] == "connection_ack"
        refused = await said(web_socket)

    payload = refused["payload"]
    [error] = payload if isinstance(payload, list) else payload["errors"]
    assert (error["message"], error["extensions"]["code"]) == (f"`{name}` has 1001 elements; give 1000 at most", "BAD_INPUT")
