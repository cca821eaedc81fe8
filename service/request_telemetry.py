"""The outermost coat of the application: each request gets its id, its span, its count and its line in the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy.caller import Caller
from policy.redaction import redacted
from service.request_ids import HEADER, Incoming, identified, incoming
from service.telemetry import Telemetry

LONGEST = 200
WATCHES = ("text/event-stream", "multipart/mixed")
OVER_WEBSOCKET = "WEBSOCKET"
SWITCHING_PROTOCOLS, REFUSED, LEFT, FAILED = 101, 403, 499, 500
"""LEFT: the client was gone before there was an answer."""


class RequestTelemetry:
    """The application, observed; access_log: whether each request leaves a line."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, *, access_log: bool) -> None:
        self._app = app
        self._telemetry = telemetry
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the application answers, with the id in a header."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        method, path = scope.get("method", OVER_WEBSOCKET), _path(scope)
        status = REFUSED if method == OVER_WEBSOCKET else LEFT
        begun = perf_counter()
        with identified(headers.get(HEADER)) as request, self._telemetry.request(method, path, headers) as end:

            async def answer(message: Message) -> None:
                nonlocal status
                if message["type"] in {"http.response.start", "websocket.accept"}:
                    status = message.get("status", SWITCHING_PROTOCOLS)
                    answered = MutableHeaders(raw=list(message.get("headers", ())))
                    answered[HEADER] = request.id
                    message["headers"] = answered.raw
                    if method == OVER_WEBSOCKET or answered.get("content-type", "").startswith(WATCHES):
                        end(status)  # or all that a watch reads, for hours, would be of this request
                await send(message)

            try:
                await self._app(scope, receive, answer)
            except Exception:
                status = FAILED if status == LEFT else status
                raise
            finally:
                end(status)
                self._telemetry.metrics.requested(method, status)
                if self._access_log:
                    caller = scope.get("state", {}).get("caller")
                    _log(request, caller, begun, method=method, path=path, status=status)


@contextmanager
def logged_operation(caller: Caller, *, access_log: bool) -> Iterator[None]:
    """A line in the log at the end of an operation over a WebSocket, beside the one of the connection."""
    begun = perf_counter()
    try:
        yield
    finally:
        request = incoming()
        if access_log and request is not None:
            _log(request, caller, begun, method=OVER_WEBSOCKET)


def _log(request: Incoming, caller: Caller | None, begun: float, **told: object) -> None:
    milliseconds = round((perf_counter() - begun) * 1000, 1)
    operation = request.operation and request.operation[:LONGEST]
    structlog.get_logger().info("request", **told, ms=milliseconds, operation=operation, caller=caller and caller.name)


def _path(scope: Scope) -> str:
    """The path as it was sent, without what was asked and without secrets."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return redacted(raw.partition(b"?")[0].decode("ascii", "backslashreplace"))[:LONGEST]
