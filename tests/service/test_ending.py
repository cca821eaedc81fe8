"""A service that is told to end: what was asked is answered or refused, watches end with leave to come again, and nobody is reset."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from graph.embedded import Running
from tests.service.asking import WATCH, greeted, on_server, said
from tests.service.vocero import Served, Vocero

BODY = json.dumps({"query": "{ revision }"}).encode()
HEAD = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY)
CONNECTIONS = 20


class Ended(NamedTuple):
    """
    What became of clients when the service was told to end.

    at_rest: answers to requests over connections that had had an answer before
    fresh:   answers to requests over connections that were just opened
    waiting: answer to a request whose body does not come
    """

    at_rest: list[tuple[int, Any]]
    fresh: list[tuple[int, Any]]
    waiting: tuple[int, Any]
    web_socket: tuple[int | None, str | None]
    streamed: str
    log: list[dict[str, Any]]


def connected(served: Served) -> socket.socket:
    address = urlsplit(served.url)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=60)


def answered(connection: socket.socket) -> tuple[int, Any]:
    """Status and body of the next answer. Raises ConnectionResetError."""
    response = b""
    while b"\r\n\r\n" not in response or len(response.partition(b"\r\n\r\n")[2]) < _length(response):
        part = connection.recv(65_536)
        assert part, f"the connection ended after {response!r}"
        response += part
    return int(response.split()[1]), json.loads(response.partition(b"\r\n\r\n")[2])


def _length(response: bytes) -> int:
    head = response.partition(b"\r\n\r\n")[0].decode()
    return next(int(line.partition(":")[2]) for line in head.splitlines() if line.lower().startswith("content-length"))


async def streamed(served: Served, began: asyncio.Event) -> str:
    """What a watch over server-sent events ends with."""
    body, accept = {"query": "subscription { changes { revision } }"}, {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("POST", f"{served.url}/graphql", json=body, headers=accept) as response,
    ):
        began.set()
        try:
            return "".join([part async for part in response.aiter_text()])
        except httpx.RemoteProtocolError:
            return "no end mark"


@pytest.fixture(scope="module", params=["1", "2"])
async def ended(request: pytest.FixtureRequest, neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ended]:
    """A service of one or two processes, ended by SIGTERM with all that under way."""
    vocero = Vocero(tmp_path_factory.mktemp("ending"), **on_server(neo4j.address))
    with vocero.serving("--workers", request.param) as served:
        at_rest = [connected(served) for _ in range(CONNECTIONS)]
        for connection in at_rest:
            connection.sendall(HEAD + BODY)
            assert answered(connection)[0] == 200
        waiting = connected(served)
        waiting.sendall(HEAD)
        began = asyncio.Event()
        stream = asyncio.create_task(streamed(served, began))
        async with greeted(served.url) as web_socket, asyncio.timeout(60):
            await web_socket.send(json.dumps(WATCH))
            assert (await said(web_socket))["type"] == "connection_ack"
            await began.wait()
            fresh = [connected(served) for _ in range(CONNECTIONS)]
            served.process.send_signal(signal.SIGTERM)
            for connection in (*at_rest, *fresh):
                connection.sendall(HEAD + BODY)
            answers = [await asyncio.to_thread(answered, connection) for connection in (*at_rest, *fresh, waiting)]
            await web_socket.wait_closed()
            last = await stream
        assert await asyncio.to_thread(served.process.wait, 60) == 0
        for connection in (*at_rest, *fresh, waiting):
            connection.close()
        log = [json.loads(line) for line in served.errors.splitlines()]
        yield Ended(
            at_rest=answers[:CONNECTIONS],
            fresh=answers[CONNECTIONS:-1],
            waiting=answers[-1],
            web_socket=(web_socket.close_code, web_socket.close_reason),
            streamed=last,
            log=log,
        )


def test_requests_that_were_just_sent_are_answered(ended: Ended) -> None:
    assert {status for status, _ in (*ended.at_rest, *ended.fresh)} == {200}


def test_a_request_that_waits_is_refused_and_holds_nobody_up(ended: Ended) -> None:
    status, body = ended.waiting
    [error] = body["errors"]

    assert (status, error["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert error["message"] == "the service is ending; ask again in a moment"


def test_watches_end_with_leave_to_come_again(ended: Ended) -> None:
    assert ended.web_socket == (1001, "the service is ending; connect again, and watch since the last revision received")
    assert ended.streamed == "no end mark"


def test_an_orderly_end_leaves_no_fault_in_the_log(ended: Ended) -> None:
    assert {line["level"] for line in ended.log} == {"info"}
