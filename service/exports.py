"""Whole exports: streamed over HTTP, or as a file of the command."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graph.index.local_index import LocalIndex
from graph.store import newest_revision
from graph.time_slices import call, stream
from intake.write_matrix import FORMATS, format_of, whole_file
from policy.caller import ANYBODY, Caller
from policy.errors import BadInput, VoceroError
from policy.instant import now
from policy.policy import Policy
from policy.values.instant import instant_from
from resolvers.export_matrix import export_matrix
from resolvers.export_zip import export_zip
from resolvers.freshness import Freshness
from resolvers.instants import AsOf
from resolvers.operation import Operation
from schema.scalars import RFC_3339
from service.callers import expect_reader
from service.commands.progress import counting
from service.lapses import while_admitted
from service.refusals import refusal

INSTANTS = ("validAt", "knownAt")
PACKED = "application/zip"

Answer = Callable[[Request], Awaitable[Response]]


class Export(StreamingResponse):
    """
    A file that is written while it is sent.

    After an error, or when its caller is no longer let in, it ends without its end, so that nobody takes it for whole.
    """

    def __init__(self, request: Request, content: AsyncIterator[bytes], name: str, media_type: str) -> None:
        super().__init__(content, headers={"content-disposition": f'attachment; filename="{name}"'}, media_type=media_type)
        self._within = partial(while_admitted, request.state.lapses, request.state.admission)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; to a HEAD nothing but the headers, so that whoever looks first doesn't have all of it written for nothing."""
        if scope["method"] == "HEAD":
            self.body_iterator = _nothing()
        await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Piece by piece."""
        try:
            await self._within(super().stream_response(send))
        except Exception as error:  # noqa: BLE001 - the status is sent, there is nobody else to tell
            structlog.get_logger().error("export broken off", exc_info=error)


def export_routes(policy: Policy) -> list[BaseRoute]:
    """The addresses under /export."""
    answers: dict[str, Answer] = {f"matrix{suffix}": partial(_matrix, policy, suffix) for suffix in FORMATS}
    answers["book.zip"] = _book
    return [Route(f"/export/{name}", _guarded(answer), methods=["GET"]) for name, answer in answers.items()]


async def export_a_matrix(index: LocalIndex, policy: Policy, file: Path, as_of: AsOf, console: Console) -> int:
    """Write the matrix to a file, in the format that its suffix names; how many rows it has. Raises BadInput, Unavailable."""
    operation = _operation(index, policy, ANYBODY)
    writer = format_of(file)()
    rows = 0

    def count(more: int) -> None:
        nonlocal rows
        rows += more
        progress(more)

    with counting("rows", console) as progress, whole_file(file) as opened:
        async for piece in stream(export_matrix(operation, as_of, writer, progress=count)):
            opened.write(piece)
    return rows


async def _matrix(policy: Policy, suffix: str, request: Request) -> Response:
    as_of = AsOf(*_instants(request))
    operation = _operation(request.state.index, policy, request.state.caller)
    await call(partial(operation.instant, as_of))  # what is wrong with it is told before the first piece
    writer = FORMATS[suffix]()
    pieces = stream(export_matrix(operation, as_of, writer, progress=lambda _: None))
    return Export(request, pieces, f"matrix{suffix}", writer.media_type)


async def _book(request: Request) -> Response:
    expect_reader(request)
    _expect_only((), request)
    await newest_revision(request.state.graph)
    return Export(request, export_zip(request.state.graph), "book.zip", PACKED)


def _guarded(answer: Answer) -> Answer:
    """The same, with an error that comes before the first piece as JSON."""

    async def guarded(request: Request) -> Response:
        try:
            return await answer(request)
        except VoceroError as error:
            return refusal(error)

    return guarded


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def _operation(index: LocalIndex, policy: Policy, caller: Caller) -> Operation:
    return Operation(index, policy, now(), Freshness(full=True), caller)


def _instants(request: Request) -> list[int | None]:
    _expect_only(INSTANTS, request)
    return [_instant(name, request.query_params.get(name)) for name in INSTANTS]


def _instant(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not RFC_3339.fullmatch(text):
        raise BadInput(
            f"{name} `{text[:80]}` is no instant; give RFC 3339 with an offset, such as 2026-06-01T08:30:00Z (a + is written %2B)"
        )
    return instant_from(text)


def _expect_only(names: tuple[str, ...], request: Request) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    taken = " and ".join(f"`{name}`" for name in names) or "none"
    for name in given:
        if name not in names:
            raise BadInput(f"unknown parameter `{name[:80]}`; this address takes {taken}")
        if given.count(name) > 1:
            raise BadInput(f"`{name}` is given {given.count(name)} times; give it once")
