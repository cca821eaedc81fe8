"""A service that starts: why it is not ready yet, and then that it is."""

import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

import structlog
from rich.console import Console
from rich.status import Status

READY_POLL_SECONDS: Final = 0.05
SOON_SECONDS, LATER_POLL_SECONDS = 2.0, 0.5
"""After so long it is asked less often."""
LINE_SECONDS: Final = 5.0
"""How often the log says why it is not ready yet."""
READY, DAMAGED = "ready", "damaged"
"""The second is what `/readyz` gives of a store that contradicts its log: the service answers, and its operator has to look."""


class State(NamedTuple):
    """What `/readyz` says; None = nobody answers there, or in other words."""

    status: str | None = None
    reason: str | None = None


class Progress:
    """Why it takes so long: a line that changes, on a terminal; else a line of the log every few seconds."""

    def __init__(self, console: Console) -> None:
        self._status = Status("", console=console) if console.is_terminal else None
        self._next_line = time.monotonic() + LINE_SECONDS

    def show(self, reason: str) -> None:
        """Show a reason, which may be the last one."""
        if self._status is not None:
            self._status.update(reason)
            self._status.start()
        elif time.monotonic() >= self._next_line:
            self._next_line += LINE_SECONDS
            structlog.get_logger().info("not ready yet", reason=reason)

    def end(self) -> None:
        """Take the line away."""
        if self._status is not None:
            self._status.stop()


def say_when_ready(address: str, say: Callable[[str], None]) -> None:
    """Ask the service at this address until it answers questions, then call `say` with the address. Blocks."""
    begun = time.monotonic()
    progress = Progress(Console(file=sys.stderr))
    try:
        while (state := _state_of(address)).status not in {READY, DAMAGED}:
            if state.reason is not None:
                progress.show(state.reason)
            time.sleep(READY_POLL_SECONDS if time.monotonic() - begun < SOON_SECONDS else LATER_POLL_SECONDS)
    finally:
        progress.end()
    say(address)


def _state_of(address: str) -> State:
    ready = urllib.request.Request(f"{address}/readyz", headers={"Host": "localhost"})  # noqa: S310 - our own address
    unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001 - the certificate is for the names that others use
    with suppress(OSError, ValueError, LookupError):
        try:
            with urllib.request.urlopen(ready, timeout=5, context=unchecked) as response:  # noqa: S310 - the same
                said = json.load(response)
        except urllib.error.HTTPError as refused:
            said = json.load(refused)
        return State(said["status"], said.get("reason"))
    return State()
