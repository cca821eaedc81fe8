"""Callers that ask too often, or keep too much open, each held against limits of its own."""

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.embedded import Running
from tests.service.asking import WATCH, bearing, greeted, on_server, said, with_tokens
from tests.service.issuer import Issuer, issuing
from tests.service.vocero import Served, Vocero

RATE, ATTEMPTS, WATCHES, CONNECTIONS = 12, 8, 3, 4
FEW = {
    "VOCERO_RATE": f"{RATE}/minute",
    "VOCERO_ATTEMPTS": f"{ATTEMPTS}/minute",
    "VOCERO_MOST_WATCHES": str(WATCHES),
    "VOCERO_MOST_CONNECTIONS": str(CONNECTIONS),
    "VOCERO_MOST_BOUND_COST": "100000",
}
QUERY = {"query": "{ __typename }"}
CUSTOMER = {"role": "customer", "node": "customer:nobody"}


@pytest.fixture(scope="module")
def issuer_at() -> Iterator[tuple[Issuer, str]]:
    with issuing() as (issuer, address):
        yield issuer, address


@pytest.fixture
def served(neo4j: Running, issuer_at: tuple[Issuer, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that takes tokens, of small limits; new for each test, for it remembers who asked."""
    settings = {**on_server(neo4j.address), **with_tokens(issuer_at[1]), **FEW}
    with Vocero(tmp_path_factory.mktemp("few"), **settings).application() as served:
        yield served


def caller(issuer_at: tuple[Issuer, str], name: str, **claims: Any) -> str:  # noqa: ANN401 - JSON
    return issuer_at[0].token(sub=name, **claims)


def asked(served: Served, token: str) -> httpx.Response:
    return served.client.post("/graphql", json=QUERY, headers=bearing(token))


def code_of(response: httpx.Response) -> object:
    return response.json()["errors"][0]["extensions"]["code"]


def test_whoever_asks_too_often_is_told_when_to_come_again_and_nobody_else_is(served: Served, issuer_at: tuple[Issuer, str]) -> None:
    often, other = caller(issuer_at, "often"), caller(issuer_at, "other")
    answers = [asked(served, often) for _ in range(RATE + 1)]
    refused = answers.pop()

    assert {answer.status_code for answer in answers} == {200}
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert f"12/minute is the most that one caller may ask; come again in {refused.headers['retry-after']} s" in refused.text
    assert asked(served, other).status_code == 200
    assert served.client.get("/export/book.zip", headers=bearing(often)).status_code == 429
    assert served.client.get("/healthz").status_code == 200


async def test_an_operation_too_many_over_a_web_socket_is_refused_and_the_connection_stays(
    served: Served, issuer_at: tuple[Issuer, str]
) -> None:
    async with greeted(served.url, {"authorization": caller(issuer_at, "often")}) as web_socket:
        assert (await said(web_socket))["type"] == "connection_ack"
        found = []
        for number in range(RATE + 1):
            await web_socket.send(json.dumps({"id": str(number), "type": "subscribe", "payload": QUERY}))
            found.append(await said(web_socket))
            if found[-1]["type"] == "next":
                await said(web_socket)
        await web_socket.send(json.dumps({"type": "ping"}))

        assert [message["type"] for message in found] == ["next"] * RATE + ["error"]
        assert found[-1]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert (await said(web_socket))["type"] == "pong"


async def test_an_address_that_guesses_tokens_is_refused_before_they_are_looked_at(served: Served, issuer_at: tuple[Issuer, str]) -> None:
    """Over WebSocket and HTTP together; a good token from there has to wait too, for nobody looks whether it is one."""
    for _ in range(2):
        async with greeted(served.url, {"authorization": "guessed"}) as web_socket:
            await web_socket.wait_closed()
        assert web_socket.close_code == 4401
    guesses = [asked(served, "guessed").status_code for _ in range(ATTEMPTS - 2)]
    refused = asked(served, caller(issuer_at, "good"))
    async with greeted(served.url, {"authorization": caller(issuer_at, "good")}) as web_socket:
        await web_socket.wait_closed()

    assert set(guesses) == {401}
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) >= 1
    assert web_socket.close_code == 1013
    assert served.client.get("/healthz").status_code == 200


async def test_one_caller_keeps_only_so_many_watches_over_all_its_connections(served: Served, issuer_at: tuple[Issuer, str]) -> None:
    async with AsyncExitStack() as stack:
        sockets = []
        for _ in range(WATCHES + 1):
            sockets.append(await stack.enter_async_context(greeted(served.url, {"authorization": caller(issuer_at, "watcher")})))
            assert (await said(sockets[-1]))["type"] == "connection_ack"
            await sockets[-1].send(json.dumps(WATCH))
        refused = await said(sockets[-1])
        await sockets[0].send(json.dumps({"id": "1", "type": "complete"}))
        await sockets[0].send(json.dumps({"type": "ping"}))
        assert (await said(sockets[0]))["type"] == "pong"
        await sockets[-1].send(json.dumps(WATCH))
        await sockets[-1].send(json.dumps({"type": "ping"}))

        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
        assert refused["payload"][0]["message"] == "3 watches of yours are open, the most that one caller has here; end one of them first"
        assert (await said(sockets[-1]))["type"] == "pong"


async def test_one_caller_keeps_only_so_many_web_sockets(served: Served, issuer_at: tuple[Issuer, str]) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS):
            kept = await stack.enter_async_context(greeted(served.url, {"authorization": caller(issuer_at, "many")}))
            assert (await said(kept))["type"] == "connection_ack"
        async with greeted(served.url, {"authorization": caller(issuer_at, "many")}) as one_more:
            with pytest.raises(ConnectionClosed):
                await said(one_more)
        async with greeted(served.url, {"authorization": caller(issuer_at, "other")}) as other:
            assert (await said(other))["type"] == "connection_ack"
        await kept.close()
        async with greeted(served.url, {"authorization": caller(issuer_at, "many")}) as instead:
            assert (await said(instead))["type"] == "connection_ack"

    assert one_more.close_code == 1013
    assert one_more.close_reason == "4 connections of yours are open, the most that one caller has here; end one of them first"


async def test_one_process_keeps_only_so_many_web_sockets_in_all(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Also of those that never say who they are."""
    settings = {**on_server(neo4j.address), "VOCERO_MOST_CONNECTIONS_IN_ALL": "30"}
    with Vocero(tmp_path_factory.mktemp("few"), **settings).application() as served:
        async with AsyncExitStack() as stack:
            for _ in range(30):
                await stack.enter_async_context(greeted(served.url))
            address = f"{served.url.replace('http', 'ws')}/graphql"
            async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as one_more:
                await one_more.wait_closed()
            assert served.client.post("/graphql", json=QUERY).status_code == 200
        async with greeted(served.url) as instead:
            assert (await said(instead))["type"] == "connection_ack"

    assert one_more.close_code == 1013


def test_a_caller_bound_to_a_node_may_ask_for_less(served: Served, issuer_at: tuple[Issuer, str]) -> None:
    document = {"query": "query ($q: [Question!]!) { permissions(questions: $q) { rulings { path { from { id } to { id } } } } }"}
    questions = [{"communicator": "partner:p", "customer": "customer:c", "topic": "tax"}] * 3000
    found = []
    for token in (caller(issuer_at, "bound", vocero=CUSTOMER), caller(issuer_at, "free")):
        body = served.client.post("/graphql", json={**document, "variables": {"q": questions}}, headers=bearing(token)).json()
        found.append((body.get("extensions", {}).get("cost"), body["errors"][0]["extensions"]["code"], body["errors"][0]["message"]))

    assert found[0] == (
        None,
        "TOO_COMPLEX",
        "the operation costs 174000 and may cost 100000; ask for smaller pages, or for less at once (VOCERO_MOST_BOUND_COST)",
    )
    assert found[1][0] == {"cost": 174_000, "limit": 10_000_000}


def test_a_rate_that_is_none_is_refused_at_the_start(tmp_path_factory: pytest.TempPathFactory) -> None:
    ended = Vocero(tmp_path_factory.mktemp("wrong"), VOCERO_RATE="often")("serve", "--port", "0")

    assert ended.returncode == 2
    assert "VOCERO_RATE: value error, `often` is no rate; give a number and a time, such as 600/minute" in ended.stderr
