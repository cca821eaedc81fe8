"""What one caller can send over WebSockets that takes long: many frames, many sockets, and messages that can't be."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PINGS, SOCKETS, SECONDS = 5_000, 100, 2.0
DEAR = f"{{ {' '.join(f'a{n}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }}' for n in range(240))} }}"

Send = Callable[[str, str], Awaitable[None]]
"""Takes the address of the service, and a credential or nothing."""


async def pings(url: str, _: str) -> None:
    """Frames before anybody says who asks."""
    async with _connected(url) as socket:
        await _sent(socket, [{"type": "ping"}] * PINGS)


async def silent(url: str, _: str) -> None:
    """Sockets on which nothing comes."""
    async with AsyncExitStack() as stack:
        for _socket in range(SOCKETS):
            await stack.enter_async_context(_connected(url))
        await asyncio.sleep(SECONDS / 4)


async def ids_that_cannot_be(url: str, _: str) -> None:
    """Messages whose id is no text, and types that there are not."""
    ids: tuple[object, ...] = ([1], {"a": 1}, 5, None, "x" * 500)
    for id_ in ids:
        for kind in ("complete", "subscribe", "y" * 200):
            async with _connected(url) as socket:
                await _sent(socket, [{"id": id_, "type": kind, "payload": {"query": "{ revision }"}}])


async def dear_operations(url: str, credential: str) -> None:
    """As many operations as one socket may run, each of which takes long."""
    async with _connected(url) as socket:
        subscribed: list[dict[str, object]] = [{"id": str(n), "type": "subscribe", "payload": {"query": DEAR}} for n in range(20)]
        await _sent(socket, [{"type": "connection_init", "payload": {"authorization": credential}}, *subscribed])
        await asyncio.sleep(SECONDS)


async def subscribed_and_left(url: str, credential: str) -> None:
    """Watches that are begun and ended again and again."""
    async with _connected(url) as socket:
        watch: dict[str, object] = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { changes { revision } }"}}
        await _sent(socket, [{"type": "connection_init", "payload": {"authorization": credential}}])
        await _sent(socket, [watch, {"id": "1", "type": "complete"}] * 500)


SOCKET_FLOODS: Mapping[str, Send] = {
    f"{PINGS} pings before connection_init": pings,
    f"{SOCKETS} silent sockets": silent,
    "ids and types that can't be": ids_that_cannot_be,
    "20 dear operations on one socket": dear_operations,
    "500 watches, begun and ended": subscribed_and_left,
}


def _connected(url: str) -> connect:
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    return connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None, open_timeout=60)


async def _sent(socket: ClientConnection, messages: list[dict[str, object]]) -> None:
    """The messages, unless the service closes before the last."""
    with suppress(ConnectionClosed):
        for message in messages:
            await socket.send(json.dumps(message))
