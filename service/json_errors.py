"""Errors in JSON, whoever found them: this service, Starlette, or nobody."""

import asyncio

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy.errors import BadInput, NotFound, Unavailable, VoceroError
from schema.errors import INTERNAL
from service.log import report
from service.refusals import refusal

BAD_REQUEST, MISSING, METHOD, FAULT, AWAY = 400, 404, 405, 500, 503
ENDING = "the service is ending; ask again in a moment"
LONGEST = 80
STARTS = frozenset({"http.response.start", "websocket.http.response.start"})


class JsonErrors:
    """
    The application with every error of HTTP as JSON.

    What it raises becomes an answer, and what a library refuses in plain text is said anew. A client that left gets none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        begun = scope["type"] != "http"  # the end of a WebSocket says what became of it
        plain: Message | None = None

        async def in_json(message: Message) -> None:
            nonlocal begun, plain
            if message["type"] in STARTS and _is_plain_error(message):
                plain = message
            elif plain is None:
                begun = True
                await send(message)
            elif not message.get("more_body", False):
                begun = True
                await _said_anew(scope, plain, message.get("body", b""))(scope, receive, send)

        try:
            await self._app(scope, receive, in_json)
        except ClientDisconnect:
            return
        except (Exception, asyncio.CancelledError) as error:
            if begun:
                raise
            await refusal(_error_of(error))(scope, receive, send)


def _error_of(error: BaseException) -> VoceroError:
    if isinstance(error, VoceroError):
        return error
    if isinstance(error, asyncio.CancelledError):  # only the end of the service cancels requests
        return Unavailable(ENDING)
    report(error)
    return VoceroError(INTERNAL)


def _is_plain_error(start: Message) -> bool:
    headers = Headers(raw=start.get("headers", []))
    return start["status"] >= BAD_REQUEST and headers.get("content-type", "text/plain").startswith("text/plain")


def _said_anew(scope: Scope, start: Message, body: bytes) -> Response:
    headers = Headers(raw=start.get("headers", []))
    kept = {name: value for name, value in headers.items() if name not in {"content-type", "content-length"}}
    response = refusal(_refused(scope, start["status"], body.decode("utf-8", "replace"), headers), kept)
    response.status_code = start["status"]
    return response


def _refused(scope: Scope, status: int, text: str, headers: Headers) -> VoceroError:
    path = scope["path"][:LONGEST]
    if status == MISSING:
        return NotFound(f"`{path}` is no address of this service; GraphQL is at `/graphql`")
    if status == METHOD:
        allowed = ", ".join(sorted(headers.get("allow", "GET").split(", ")))
        return BadInput(f"{scope['method'][:LONGEST]} is not for `{path}`; send {allowed}")
    if status == AWAY:
        return Unavailable(text)
    return VoceroError(INTERNAL) if status >= FAULT else BadInput(_reason(Headers(scope=scope), text))


def _reason(asked: Headers, text: str) -> str:
    if text == "Invalid host header":
        host = asked.get("host", "")[:LONGEST]
        return f"`{host}` is no name of this service; ask it by a name of its own, or have it named in VOCERO_HOSTS"
    if text.startswith("Disallowed CORS"):
        origin = asked.get("origin", "")[:LONGEST]
        return f"pages of `{origin}` may not send this ({text.lower()}); an origin has to be named in VOCERO_CORS_ORIGINS"
    return f"{text[:1].lower()}{text[1:].rstrip('.')}"
