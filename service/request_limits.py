"""What one worker holds requests and connections against."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from schema.places import Places
from service.parameters import Malformed
from service.rate_limit import Rates
from service.settings import Settings

USUAL_RATE = "600/minute"


class RequestLimits:
    """The same for all that ask this worker."""

    def __init__(self, settings: Settings) -> None:
        self.rates = Rates(settings.rate or (USUAL_RATE if settings.asks_who else None), settings.attempts)
        self.connections = Places("connections", settings.most_connections, settings.most_connections_in_all)
        self.new_connections = Places(
            "connections without connection_init", settings.most_new_connections, settings.most_connections_in_all
        )
        self._most_body = settings.most_body
        self._body_seconds = settings.body_seconds

    def receive(self, scope: Scope, receive: Receive) -> Receive:
        """The same, which raises Malformed where the body is too long, by its Content-Length or by itself, or doesn't come in time."""
        declared = Headers(scope=scope).get("content-length", "")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._body_seconds
        read, is_whole = 0, False

        async def limited() -> Message:
            nonlocal read, is_whole
            if is_whole:
                return await receive()
            if declared.isdecimal() and int(declared) > self._most_body:
                raise self._too_long()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise Malformed(f"the body did not come within {self._body_seconds:g} s; send it at once", 408) from error
            read += len(message.get("body", b""))
            if read > self._most_body:
                raise self._too_long()
            is_whole = not message.get("more_body", False)
            return message

        return limited

    def _too_long(self) -> Malformed:
        return Malformed(f"the body is longer than {self._most_body} bytes; send less at once (VOCERO_MOST_BODY)", 413)
