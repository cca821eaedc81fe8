"""The gate of the application: nothing is asked of it until it is known by whom."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy.caller import Caller, Role
from policy.errors import Unauthenticated, VoceroError
from service.admission import OPEN_TO_ALL, Admission
from service.callers import Callers
from service.refusals import refusal

OPEN_PATHS: Final = frozenset({"/", "/graphiql", "/healthz", "/readyz"})
OPEN_FOLDER = "/assets/"
NOBODY: Final = Caller("nobody", Role.CUSTOMER, "customer:nobody")
"""Whoever has not said yet who it is, on a WebSocket: until then nothing is answered."""


class Authentication:
    """
    Finds the caller of each request, or refuses it.

    state.callers: who may ask
    state.caller, state.admission: who does
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, or a refusal."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        state, callers = scope["state"], scope["state"]["callers"]
        if scope["type"] == "websocket" or _is_open(scope["path"]):
            state |= {"caller": OPEN_TO_ALL.caller, "admission": OPEN_TO_ALL} if callers.are_all else {"caller": NOBODY}
        else:
            send = send if callers.are_all else _varying(send)
            try:
                admission = await _admitted(callers, Request(scope))
            except VoceroError as error:
                await _refusal(error, Request(scope))(scope, receive, send)
                return
            state |= {"caller": admission.caller, "admission": admission}
        await self._app(scope, receive, send)


def bearer(given: str) -> str:
    """The token or key of an Authorization header; empty where it holds none."""
    scheme, _, credential = given.partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


async def _admitted(callers: Callers, request: Request) -> Admission:
    return await callers.admit(request.state.graph, bearer(request.headers.get("authorization", "")))


def _refusal(error: VoceroError, request: Request) -> Response:
    if not isinstance(error, Unauthenticated):
        return refusal(error)
    # RFC 6750: who sent nothing is told of no error
    return refusal(error, {"www-authenticate": 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"})


def _varying(send: Send) -> Send:
    async def varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Authorization")
        await send(message)

    return varying
