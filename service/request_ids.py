"""The name of each request: it stands in the lines of its log, in the header of its answer and in its errors."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from structlog.typing import EventDict

HEADER = "x-request-id"
WELL_FORMED = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)


@dataclass(slots=True)
class Incoming:
    """A request, or an operation over a WebSocket, while it is answered; operation: the name that its document gives it."""

    id: str
    operation: str | None = None


_current: ContextVar[Incoming | None] = ContextVar("incoming", default=None)


def incoming() -> Incoming | None:
    """The request that is being answered here; None outside of any."""
    return _current.get()


@contextmanager
def identified(given: str | None = None) -> Iterator[Incoming]:
    """A request with the id that its sender gave it where that is well-formed, else with one of our own."""
    request = Incoming(given if given is not None and WELL_FORMED.fullmatch(given) else uuid4().hex)
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)


def add_request_id(_: object, __: str, event: EventDict) -> EventDict:
    """Have a line in the log say in which request it came about."""
    request = _current.get()
    if request is not None:
        event["request_id"] = request.id
    return event


def with_request_id(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The errors of a GraphQL answer, each with the id of the request among its extensions."""
    request = incoming()
    mark = {} if request is None else {"requestId": request.id}
    return [{**error, "extensions": {**error.get("extensions", {}), **mark}} for error in errors]
