"""WebSockets of uvicorn, which by itself would take in all that came at once, as many messages as are sent, and end by 1012."""

import asyncio
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.http11 import Response

from policy.errors import BadInput, Forbidden, Unavailable, VoceroError
from schema.errors import INTERNAL
from service.json_errors import ENDING

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
    from websockets.frames import Frame
    from websockets.server import ServerProtocol

PIECE = 4096
TURN_SECONDS = 0.002
"""Longest time for which one socket's bytes are parsed before others have their turn."""
CLOSE_SECONDS = 2.0
"""How long a client has to answer when the service ends, or it was closed for sending too much."""
WATCH_AGAIN = "the service is ending; connect again, and watch since the last revision received"


class PatientWebSocket(WebSocketsSansIOProtocol):
    """
    Protocol of one WebSocket that gives everybody else a turn between messages, and counts them.

    most_messages: frames that a client may send in a second, those of control too
    """

    def __init__(self, *arguments: Any, most_messages: int, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*arguments, **named)
        self.conn.reject = partial(_reject, self.conn)  # type: ignore[method-assign]  # else in plain text
        self._most_messages = most_messages
        self._unread = bytearray()
        self._reading: asyncio.Handle | None = None
        self._second = self._messages = 0

    def data_received(self, data: bytes) -> None:
        """Take in what came, a part of it now."""
        self._unread += data
        if self._reading is None:
            self._read_on()

    def _read_on(self) -> None:
        self._reading, until = None, monotonic() + TURN_SECONDS
        while self._unread and not self.transport.is_closing() and monotonic() < until:
            piece = bytes(self._unread[:PIECE])
            del self._unread[:PIECE]
            super().data_received(piece)
        if self.transport.is_closing():
            self._unread.clear()
        elif self._unread:
            self._wait_for_a_turn()
        elif not self.read_paused and not self.disconnected:
            self.transport.resume_reading()

    def _wait_for_a_turn(self) -> None:
        self.transport.pause_reading()
        if self._reading is None:
            self._reading = self.loop.call_soon(self._read_on)

    async def receive(self) -> "ASGIReceiveEvent":
        """Give the next message to the application, after a turn of the loop."""
        await asyncio.sleep(0)
        message = await super().receive()
        if self._unread and not self.transport.is_closing():  # else what comes would pile up before what is here
            self._wait_for_a_turn()
        return message

    async def send(self, message: "ASGISendEvent") -> None:
        """Send a message of the application; raises ClientDisconnected where the connection was closed beside it."""
        await self.writable.wait()
        if self.close_sent:
            raise ClientDisconnected
        await super().send(message)

    def handle_text(self, event: "Frame") -> None:
        """Count a message, and take it."""
        if self._is_taken():
            super().handle_text(event)

    def handle_bytes(self, event: "Frame") -> None:
        """Count a message, and take it."""
        if self._is_taken():
            super().handle_bytes(event)

    def handle_cont(self, event: "Frame") -> None:
        """Count a part of a message, and take it."""
        if self._is_taken():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Count a ping, and answer it."""
        if self._is_taken():
            super().handle_ping()

    def handle_pong(self, event: "Frame") -> None:
        """Count an answer to a ping, and take it."""
        if self._is_taken():
            super().handle_pong(event)

    def shutdown(self) -> None:
        """End the connection because the service ends: by 1001, so that clients come again."""
        if not self.handshake_complete:
            self.conn.send_response(self.conn.reject(HTTPStatus.SERVICE_UNAVAILABLE, ENDING))
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.handshake_complete = self.close_sent = True
        if self.close_timer is None:
            self._end(CloseCode.GOING_AWAY, WATCH_AGAIN)
            self.read_paused = False
            self.transport.resume_reading()  # for the client's answer

    def _is_taken(self) -> bool:
        if self.disconnected:
            return False
        second = int(self.loop.time())
        if second != self._second:
            self._second, self._messages = second, 0
        self._messages += 1
        if self._messages <= self._most_messages:
            return True
        self._end(CloseCode.POLICY_VIOLATION, f"more than {self._most_messages} messages in a second; send fewer (VOCERO_MOST_MESSAGES)")
        self._unread.clear()
        self.transport.pause_reading()
        return False

    def _end(self, code: CloseCode, reason: str) -> None:
        self.stop_keepalive()
        while not self.queue.empty():
            self.queue.get_nowait()  # nobody would hear the answer
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if not self.close_sent:
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = True
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.close)


def _reject(connection: "ServerProtocol", status: HTTPStatus | int, text: str) -> Response:
    """Answer a handshake that comes to nothing, in JSON as everything else."""
    response = type(connection).reject(connection, status, "")
    error = _error_of(response.status_code, text.partition("\n")[0].rstrip("."))
    response.body = orjson.dumps({"errors": [{"message": str(error), "extensions": error.extensions}]})
    del response.headers["Content-Type"], response.headers["Content-Length"]
    response.headers.update({"Content-Type": "application/json", "Content-Length": str(len(response.body))})
    return response


def _error_of(status: int, text: str) -> VoceroError:
    if status == HTTPStatus.FORBIDDEN:
        return Forbidden("no WebSocket is opened from here, or at this address; it is at `/graphql`, for pages of VOCERO_CORS_ORIGINS")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Unavailable(text)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.HTTP_VERSION_NOT_SUPPORTED:
        return VoceroError(INTERNAL)
    return BadInput(f"{text[:1].lower()}{text[1:]}")
