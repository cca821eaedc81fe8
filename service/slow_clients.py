"""Clients that watch and don't read: they are let go, since what waits for them takes memory. With their last revision they can go on."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress

from starlette.responses import StreamingResponse
from starlette.types import Message, Send
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected

from service.lapses import until
from service.log import let_go

TRY_AGAIN_LATER = 1013
"""RFC 6455's registry; the clients of graphql-transport-ws take it as leave to connect again."""
LONGEST_REASON = 123
"""Bytes of a close's reason: a control frame holds no more."""


class ImpatientWebSocket(ASGIWebSocketAdapter):
    """Closes when the client doesn't accept a message in time; the reason comes after whatever the client still has to read."""

    _letting_go: asyncio.Task[None] | None = None

    async def close(self, code: int, reason: str) -> None:
        """End the connection, if it is there still; a reason that is too long for a close is cut."""
        if self.ws.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):
                await super().close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Raises WebSocketDisconnected."""
        if self._letting_go is not None or self.ws.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnected
        seconds: float = self.view.slow_seconds  # type: ignore[attr-defined]  # the view is GraphQLOverHttp
        try:
            async with asyncio.timeout(seconds):
                await super().send_json(message)
        except TimeoutError as error:
            reason = f"too slow: a message was not accepted within {seconds:g} s; watch again since the last revision received"
            let_go(seconds)
            self._letting_go = asyncio.create_task(self.close(TRY_AGAIN_LATER, reason))
            raise WebSocketDisconnected from error


class ImpatientStream(StreamingResponse):
    """
    Ends without its end mark when the client doesn't accept a part in time, is no longer let in, or the service ends.

    within: does so much of the work that it is given as its caller may have
    ending: set when the service ends
    """

    slow_seconds: float
    within: Callable[[Coroutine[object, object, None]], Awaitable[None]]
    ending: asyncio.Event

    async def stream_response(self, send: Send) -> None:
        """Part by part."""

        async def impatiently(message: Message) -> None:
            async with asyncio.timeout(self.slow_seconds):
                await send(message)

        try:
            await self.within(until(self.ending.wait(), super().stream_response(impatiently)))
        except TimeoutError:
            let_go(self.slow_seconds)
