"""A service that asks who asks, and clients of it that say so in their ways."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from graph.address import Address
from tests.service.issuer import AUDIENCE, NAME

WATCH = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { changes { revision } }"}}


OFTEN = {"VOCERO_RATE": "100000/minute", "VOCERO_ATTEMPTS": "100000/minute"}
"""The settings of a service that is asked by many tests at once."""


def on_server(address: Address) -> dict[str, str]:
    """The settings by which a service uses this Neo4j."""
    return {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password, **OFTEN}


def with_tokens(jwks: str) -> dict[str, str]:
    """The settings by which a service takes the tokens of the issuer whose keys are there."""
    return {"VOCERO_JWT_ISSUER": NAME, "VOCERO_JWT_AUDIENCE": AUDIENCE, "VOCERO_JWT_JWKS": jwks}


def bearing(credential: str) -> dict[str, str]:
    """The header of a request."""
    return {"Authorization": f"Bearer {credential}"}


@asynccontextmanager
async def greeted(url: str, payload: object = None) -> AsyncIterator[ClientConnection]:
    """A WebSocket after its first message."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as socket:
        await socket.send(json.dumps({"type": "connection_init", **({} if payload is None else {"payload": payload})}))
        yield socket


async def said(socket: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(await socket.recv())
    return message
