"""Watches over HTTP: server-sent events, or the parts of one multipart answer."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from strawberry.http.streaming import MultipartSubscriptionTransport, SSETransport


class Events(SSETransport):
    """Server-sent events whose lines end in LF: some clients look for no other end."""

    def encode_event(self, event: str, data: str | None = None) -> str:
        """One event."""
        return super().encode_event(event, data).replace("\r\n", "\n")

    def encode_comment(self, comment: str) -> str:
        """One comment."""
        return super().encode_comment(comment).replace("\r\n", "\n")


class Parts(MultipartSubscriptionTransport):
    """Parts that the first delimiter comes before; each ends with the next one, so that it can be read at once."""

    def encode_complete(self) -> str:
        """What makes the delimiter of the last part the one that ends them all."""
        return "--\r\n"

    async def begun(self, parts: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        """The parts after their first delimiter."""
        yield f"--{self.separator}"
        async with aclosing(parts):
            async for part in parts:
                yield part
