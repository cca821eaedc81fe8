"""What browsers are told with every answer; a page says for itself what it needs."""

from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
UNDER_TLS = "max-age=31536000"
"""A year in which browsers come by https only."""

AS_SENT: Sequence[tuple[bytes, bytes]] = [
    (name.lower().encode(), value.encode()) for name, value in {**ALWAYS, "Strict-Transport-Security": UNDER_TLS}.items()
]


class SecurityHeaders:
    """The application with these headers on every answer that doesn't bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [*message.get("headers", ())]
                names = {name for name, _ in given}
                added = AS_SENT if scope["scheme"] == "https" else AS_SENT[:-1]
                message["headers"] = given + [header for header in added if header[0] not in names]
            await send(message)

        await self._app(scope, receive, secured)
