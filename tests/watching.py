"""A client of graphql-transport-ws, as front ends have one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

SECONDS = 20.0
CHANGES = """subscription ($since: Revision) { changes(since: $since) {
  revision recordedAt actor summary customerCount customers { id name } } }"""
DIFFERENCE = "communicator { id } customer { id } topic { code } before after at revision"
PERMISSION_CHANGES = f"""subscription ($customers: [ID!], $communicator: ID, $topics: [String!], $since: Revision) {{
  permissionChanges(customers: $customers, communicator: $communicator, topics: $topics, since: $since) {{ {DIFFERENCE} }} }}"""


class Watch:
    """One running subscription."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def next(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The next event's root field; an error in it fails the test."""
        payload = await self.payload(seconds)
        assert "errors" not in payload, payload["errors"]
        (event,) = payload["data"].values()
        return dict(event)

    async def take(self, number: int) -> list[dict[str, Any]]:
        """So many events."""
        return [await self.next() for _ in range(number)]

    async def until_quiet(self, seconds: float = 1.0) -> list[dict[str, Any]]:
        """The events until none comes for so long."""
        events = []
        while True:
            try:
                events.append(await self.next(seconds))
            except TimeoutError:
                return events

    async def payload(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The next event, whatever it holds."""
        async with asyncio.timeout(seconds):
            message = json.loads(await self.socket.recv())
        assert message["type"] in {"next", "error"}, message
        return {"errors": message["payload"]} if message["type"] == "error" else dict(message["payload"])


@asynccontextmanager
async def watching(url: str, document: str, **variables: object) -> AsyncIterator[Watch]:
    """A subscription over a connection of its own; what is begun here is heard from here on."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    protocols = [Subprotocol("graphql-transport-ws")]
    own: dict[str, Any] = {"proxy": None, "compression": None, "max_size": None, "max_queue": 1, "close_timeout": 1}
    async with connect(address, subprotocols=protocols, **own) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": document, "variables": variables}}))
        yield Watch(socket)
