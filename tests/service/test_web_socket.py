"""WebSockets of clients that say nothing, too much, or nonsense: each is ended with a code, and none of it is a fault of the service."""

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.embedded import Running
from tests.service.asking import greeted, on_server, said
from tests.service.vocero import Served, Vocero

NEW_CONNECTIONS, MESSAGES = 5, 50
INIT, PING = json.dumps({"type": "connection_init"}), json.dumps({"type": "ping"})
FEW = {
    "VOCERO_MOST_NEW_CONNECTIONS": str(NEW_CONNECTIONS),
    "VOCERO_MOST_MESSAGES": str(MESSAGES),
    "VOCERO_CONNECTION_INIT_SECONDS": "1",
}


@pytest.fixture(scope="module")
def few(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of small limits."""
    with Vocero(tmp_path_factory.mktemp("few"), **on_server(neo4j.address), **FEW).serving() as served:
        yield served


def opened(served: Served, address: str = "127.0.0.1") -> connect:
    own: dict[str, Any] = {"local_addr": (address, 0), "proxy": None, "max_queue": None}
    return connect(f"{served.url.replace('http', 'ws')}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], **own)


async def send_all(socket: ClientConnection, messages: list[str]) -> None:
    """Send the messages, or as many as are sent until the server closes."""
    try:
        for message in messages:
            await socket.send(message)
    except ConnectionClosed:
        return


async def test_a_socket_that_says_nothing_is_closed(few: Served) -> None:
    async with opened(few) as socket:
        await socket.wait_closed()

    assert socket.close_code == 4408


async def test_silent_sockets_take_no_place_of_others(few: Served) -> None:
    """Those of one address are counted together, and whoever has said who it is no longer counts among them."""
    async with AsyncExitStack() as stack:
        for _ in range(NEW_CONNECTIONS + 1):
            assert (await said(await stack.enter_async_context(greeted(few.url))))["type"] == "connection_ack"
        for _ in range(NEW_CONNECTIONS):
            await stack.enter_async_context(opened(few))
        one_more = await stack.enter_async_context(opened(few))
        await one_more.wait_closed()
        elsewhere = await stack.enter_async_context(opened(few, "127.0.0.2"))
        await elsewhere.send(INIT)

        assert (await said(elsewhere))["type"] == "connection_ack"
    assert one_more.close_code == 1013
    assert one_more.close_reason == (
        "5 connections without connection_init of yours are open, the most that one caller has here; end one of them first"
    )


async def test_a_client_that_talks_before_it_says_who_it_is_is_closed(few: Served) -> None:
    async with opened(few) as socket:
        await send_all(socket, [PING] * 11)
        await socket.wait_closed()

    assert (socket.close_code, socket.close_reason) == (1008, "10 messages came, and no connection_init among them; send it first")


async def test_a_ping_may_come_before_connection_init(few: Served) -> None:
    async with opened(few) as socket:
        for message in (PING, INIT):
            await socket.send(message)

        assert [(await said(socket))["type"] for _ in range(2)] == ["pong", "connection_ack"]


@pytest.mark.parametrize("is_of_control", [False, True])
async def test_a_socket_with_too_many_messages_in_a_second_is_closed(few: Served, *, is_of_control: bool) -> None:
    async with opened(few) as socket:
        await socket.send(INIT)
        assert (await said(socket))["type"] == "connection_ack"
        for _ in range(4 * MESSAGES):
            try:
                await (socket.ping() if is_of_control else socket.send(PING))
            except ConnectionClosed:
                break
        await socket.wait_closed()

    assert (socket.close_code, socket.close_reason) == (1008, "more than 50 messages in a second; send fewer (VOCERO_MOST_MESSAGES)")


async def test_operations_that_still_run_when_their_socket_is_closed_are_no_fault(few: Served) -> None:
    """Some of them have their answer in hand when the nonsense comes."""
    queries = ["{ customers { totalCount } revision }", "{ __schema { types { fields { name } } } }", "{ findingCounts { count } }"]
    subscribe = [{"id": str(n), "type": "subscribe", "payload": {"query": queries[n % len(queries)]}} for n in range(MESSAGES // 2)]
    codes = set()
    for _ in range(4):
        async with opened(few) as socket:
            await send_all(socket, [INIT, *(json.dumps(message) for message in [*subscribe, {"type": "nonsense"}])])
            await socket.wait_closed()
        codes.add(socket.close_code)

    assert codes == {4400}
    assert "internal error" not in few.errors


def test_every_line_of_the_log_is_json(few: Served) -> None:
    assert {"request"} <= {json.loads(line)["event"] for line in few.errors.splitlines()}
