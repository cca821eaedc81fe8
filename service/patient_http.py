"""HTTP of uvicorn, which by itself would wait for ever for the head of a request, and take one of any length."""

import asyncio

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from policy.errors import BadInput

HEAD_SECONDS = 10.0
UNREAD_SECONDS = 2.0
LINGER_SECONDS, ONE_MORE_TURN = 0.5, 0.01
"""How long a connection at rest is kept when the service ends: what was sent just before is on its way still."""
LONGEST_HEAD = 65_536
SEPARATORS = 4
"""The colon, blank and line end of a header."""
BAD_REQUEST, TIMEOUT, HEAD_TOO_LONG = 400, 408, 431


class PatientHttp(HttpToolsProtocol):
    """Gives a head 10 s and 64 KiB, its URL included, and ends a connection whose body nobody reads."""

    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _head = 0
    _is_ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """The head is awaited from here on."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._stop_waiting()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A part of a request; one that is part of a head only counts to its length."""
        super().data_received(data)
        if self._waiting is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self._refuse(HEAD_TOO_LONG, _TOO_LONG)

    def on_message_begin(self) -> None:
        """Of a kept connection the next head is awaited since its first byte."""
        super().on_message_begin()
        if self._waiting is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is whole; raises into the parser where it is too long, and has the request refused so."""
        self._stop_waiting()
        self._head = len(self.url) + sum(len(name) + len(value) + SEPARATORS for name, value in self.headers)
        if self._head > LONGEST_HEAD:
            raise ValueError(_TOO_LONG)
        self._head = 0
        super().on_headers_complete()
        if self._is_ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """After an answer that did not wait for the body, the rest of it is waited for a moment only: most is on its way already."""
        if self.cycle.more_body:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.close)
        super().on_response_complete()

    def on_message_complete(self) -> None:
        """The body is whole."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().on_message_complete()

    def shutdown(self) -> None:
        """End the connection because the service ends: after the answer to what was asked, and to what is asked right now."""
        self._is_ending = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LINGER_SECONDS, self.loop.call_later, ONE_MORE_TURN, self._close_at_rest)

    def _close_at_rest(self) -> None:
        if self._head == 0 and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What can't be parsed is refused in JSON too."""
        if self._head > LONGEST_HEAD:
            self._refuse(HEAD_TOO_LONG, _TOO_LONG)
        else:
            self._refuse(BAD_REQUEST, f"{msg[:1].lower()}{msg[1:].rstrip('.')}")

    def _await_head(self) -> None:
        self._head = 0
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._refuse, TIMEOUT, f"the head did not come within {HEAD_SECONDS:g} s")

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, status: int, message: str) -> None:
        self._stop_waiting()
        body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": BadInput.code}}]})
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()


_TOO_LONG = f"the head of the request is longer than {LONGEST_HEAD} bytes; send a long document by POST"
