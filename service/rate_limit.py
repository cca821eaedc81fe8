"""How often may be asked. Each worker counts for itself: what it has seen in the window that ends now."""

import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy.caller import ANYBODY, Caller
from policy.errors import RateLimited
from service.refusals import refusal

UNLIMITED: Final = frozenset({"/", "/graphiql", "/healthz", "/readyz"})
UNLIMITED_FOLDER: Final = "/assets/"
UNAUTHORIZED = 401


class TooOften(RateLimited):
    """seconds: after which the same would be answered."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(f"{message}; come again in {seconds} s")
        self.seconds = seconds


def expect_rate(text: str) -> str:
    """The same, if it is a rate. Raises ValueError."""
    try:
        parse(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is no rate; give a number and a time, such as 600/minute") from error
    return text


class Rates:
    """
    What has been asked lately.

    rate:     requests of one caller, by the address where nobody has to say who asks; None = any number
    attempts: refused credentials of one address
    """

    def __init__(self, rate: str | None, attempts: str) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = None if rate is None else parse(rate)
        self._attempts = parse(attempts)

    @property
    def are_limited(self) -> bool:
        """Is there a rate to be held?"""
        return self._rate is not None

    def count(self, caller: Caller, address: str) -> None:
        """Count a request. Raises TooOften."""
        who = f"address {address}" if caller == ANYBODY else f"caller {caller.name}"
        if self._rate is not None and not self._limiter.hit(self._rate, who):
            raise TooOften(f"{_said(self._rate)} is the most that one caller may ask", self._seconds(self._rate, who))

    def expect_few_refused(self, address: str) -> None:
        """Were only few credentials refused from there? Raises TooOften."""
        if not self._limiter.test(self._attempts, address):
            raise TooOften(f"too many requests from `{address}` had no valid token or key", self._seconds(self._attempts, address))

    def refused(self, address: str) -> None:
        """Count a refused credential."""
        self._limiter.hit(self._attempts, address)

    def _seconds(self, rate: RateLimitItem, who: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(rate, who).reset_time - time.time()))


class CallerRate:
    """Refuses a caller who asks too often; after authentication, which says who it is."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, or 429."""
        if not self._rates.are_limited or not _is_limited(scope):
            await self._app(scope, receive, send)
            return
        try:
            self._rates.count(scope["state"]["caller"], address_of(scope))
        except TooOften as error:
            await _too_often(error, scope, receive, send)
            return
        await self._app(scope, receive, send)


class AttemptRate:
    """Refuses an address whose credentials were refused too often; before authentication, which takes time to refuse one."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, or 429."""
        # where anybody may ask, one page could have all of this machine refused
        if not _is_limited(scope) or scope["state"]["callers"].are_all:
            await self._app(scope, receive, send)
            return
        address = address_of(scope)

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == UNAUTHORIZED:
                self._rates.refused(address)
            await send(message)

        try:
            self._rates.expect_few_refused(address)
        except TooOften as error:
            await _too_often(error, scope, receive, send)
            return
        await self._app(scope, receive, counting)


def address_of(scope: Scope) -> str:
    """The client's address, as a trusted proxy tells it."""
    client = HTTPConnection(scope).client
    return "" if client is None else client.host


def _is_limited(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"] not in UNLIMITED and not scope["path"].startswith(UNLIMITED_FOLDER)


async def _too_often(error: TooOften, scope: Scope, receive: Receive, send: Send) -> None:
    await refusal(error, {"retry-after": str(error.seconds)})(scope, receive, send)


def _said(rate: RateLimitItem) -> str:
    multiple = "" if rate.multiples == 1 else f"{rate.multiples} "
    return f"{rate.amount}/{multiple}{rate.GRANULARITY.name}"
