"""
Calls from one room into another, as they are made.

A crossing is the first entry into a function of another room than the one that calls it, whatever stands between: libraries,
`graphql_compiled`, which executes documents where graphql-core would, and the scheduler of `graph`, which runs what it is given. Not
counted is the reading of an attribute, also where a property gives it; nor is a coroutine that goes on after it waited. Whatever the
event loop itself begins has no room that calls it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, getattr_static
from pathlib import Path
from types import FrameType

from greenlet import getcurrent

HERE = Path(__file__).parents[1]
ROOMS = ("service", "schema", "resolvers", "graph", "policy", "intake")
SCHEDULER = HERE / "graph" / "time_slices.py"
RESUMED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


@contextmanager
def traced() -> Iterator[list[str]]:
    """The crossings while the block runs, in their order, as `room/module.py function -> room/module.py function`."""
    found: list[str] = []
    begun: set[FrameType] = set()

    def look(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or (room := _room_of(frame)) is None or frame in begun:
            return
        if frame.f_code.co_flags & RESUMED:
            begun.add(frame)
        callers = [above for above in _above(frame) if _room_of(above)]
        while len(callers) > 1 and _room_of(callers[0]) != room and Path(callers[0].f_code.co_filename) == SCHEDULER:
            del callers[0]
        if callers and _room_of(callers[0]) != room and not _reads_attribute(frame):
            found.append(f"{_named(callers[0])} -> {_named(frame)}")

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


def _above(frame: FrameType) -> Iterator[FrameType]:
    """The frames that called this one, also those of the greenlet that began its own."""
    worker = getcurrent()
    above = frame.f_back
    while True:
        while above is not None:
            yield above
            above = above.f_back
        if worker.parent is None:
            return
        worker = worker.parent
        above = worker.gr_frame


def _room_of(frame: FrameType) -> str | None:
    """The room that a function stands in; None for libraries and tests."""
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(HERE):
        return None
    first = path.relative_to(HERE).parts[0]
    return first if first in ROOMS else None


def _reads_attribute(frame: FrameType) -> bool:
    """Whether the function is what a property gives."""
    attribute = getattr_static(frame.f_locals.get("self"), frame.f_code.co_name, None)
    getter = attribute.fget if isinstance(attribute, property) else attribute.func if isinstance(attribute, cached_property) else None
    return getattr(getter, "__code__", None) is frame.f_code


def _named(frame: FrameType) -> str:
    return f"{Path(frame.f_code.co_filename).relative_to(HERE).as_posix()} {frame.f_code.co_qualname}"
