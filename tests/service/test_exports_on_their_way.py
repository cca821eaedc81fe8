"""Exports on their way: a client that leaves, an error, a signal, and more customers than fit in memory."""

import asyncio
import gc
import io
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from graph.embedded import Running
from graph.graph import Graph
from graph.index.local_index import LocalIndex
from graph.keys import create_key, revoke_key
from graph.time_slices import stream
from intake.parquet_matrix import GROUP, ParquetMatrix
from policy.caller import ANYBODY, Caller, Role
from policy.facts import History
from policy.instant import now
from policy.policy_file import shipped_policy
from resolvers.export_matrix import export_matrix
from resolvers.fact_reader import FactReader
from resolvers.freshness import Freshness
from resolvers.load_folder import load_book
from resolvers.operation import Operation
from service.admission import OPEN_TO_ALL, Admission
from service.api_keys import admit_by_key, new_key
from service.exports import export_routes
from service.lapses import LOOK_SECONDS, Lapses
from tests.running_index import indexed
from tests.running_service import emptied
from tests.service.exported import environment_for, files_in, rows_of

HEADER = b"customer,topic,communicator,verdict,permitted,standings,everywhere\r\n"
CUSTOMERS = 5000
CANDIDATES = 3
FIRST_PIECE = 2
"""Messages that a client has when it has the status and the first bytes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crowd")


@pytest.fixture(scope="module")
async def crowd(neo4j: Running, folder: Path) -> AsyncIterator[LocalIndex]:
    """Customers with one subscription each, billed by one partner and resold by another."""
    lines = {
        "customers": ["key,name", *(f"c{n:06},Customer {n:06}" for n in range(CUSTOMERS))],
        "partners": ["key,name", *(f"p{n},Partner {n}" for n in range(20))],
        "subscriptions": ["key,offer,status", *(f"s{n},Azure plan,active" for n in range(CUSTOMERS))],
        "relationships": [
            "type,from,to,valid_from",
            *(f"HOLDS,customer:c{n:06},subscription:s{n},2024-01-01" for n in range(CUSTOMERS)),
            *(f"BILLS,partner:p{n % 10},subscription:s{n},2024-01-01" for n in range(CUSTOMERS)),
            *(f"RESELLS,partner:p{10 + n % 10},subscription:s{n},2024-01-01" for n in range(CUSTOMERS)),
        ],
    }
    for name, rows in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(rows), "utf-8")
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)
        await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
        async with indexed(graph, folder / "index", staleness=60, most_bytes=10**6) as index:
            yield index


async def test_an_empty_store_is_exported_too(index: LocalIndex) -> None:
    parts = {name: await content_of(index, name) for name in ("matrix.csv", "matrix.ndjson", "matrix.parquet", "book.zip")}
    with ZipFile(io.BytesIO(parts["book.zip"])) as packed:
        names = packed.namelist()

    assert rows_of(".csv", parts["matrix.csv"]) == []
    assert parts["matrix.ndjson"] == b""
    assert rows_of(".parquet", parts["matrix.parquet"]) == []
    assert names == ["customers.csv", "partners.csv", "subscriptions.csv", "agreements.csv", "relationships.csv"]


async def test_the_first_bytes_come_at_once_and_a_client_that_goes_away_stops_the_work(crowd: LocalIndex) -> None:
    sent = await answered(crowd, "matrix.csv", leave_after=600)

    assert sent[1]["body"] == HEADER
    assert 600 <= len(sent) < 700


async def test_memory_does_not_grow_with_the_customers(crowd: LocalIndex) -> None:
    """The peak of 1,000 customers is that of 5,000."""
    per_customer = CANDIDATES * len(shipped_policy().topics)
    operation = Operation(crowd, shipped_policy(), now(), Freshness(), ANYBODY)
    rows: list[int] = []
    peak_of_few = 0
    gc.collect()
    gc.freeze()  # or cycles would be looked for the more seldom the more other tests have left behind
    seldom = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    tracemalloc.start()
    async for _ in stream(export_matrix(operation, None, ParquetMatrix(), progress=rows.append)):
        if len(rows) <= 1000:
            peak_of_few = tracemalloc.get_traced_memory()[1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.set_threshold(*seldom)
    gc.unfreeze()

    assert rows == [per_customer] * CUSTOMERS
    assert peak_of_few > GROUP * 50
    assert peak < 1.25 * peak_of_few


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
async def test_an_export_that_is_ended_on_its_way_leaves_what_was_there(
    crowd: LocalIndex, neo4j: Running, folder: Path, tmp_path: Path, ended_by: signal.Signals
) -> None:
    """Not half a file. What a killed one leaves has another name, and goes with the next export."""
    assert crowd
    file, part = tmp_path / "matrix.csv", tmp_path / "matrix.csv.part"
    file.write_text("whole")
    command = [sys.executable, "-m", "service.command_line", "export", "matrix", str(file)]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background run may ignore it, and so would its children
    environment = environment_for(neo4j.address, folder / "index")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: ASYNC220, S603
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until and not (part.exists() and part.stat().st_size):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        begun = part.exists()
        process.send_signal(ended_by)
        status = process.wait(60)

    assert begun
    assert status != 0
    assert file.read_text() == "whole"
    assert files_in(tmp_path) == (["matrix.csv"] if ended_by is signal.SIGINT else ["matrix.csv", "matrix.csv.part"])


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last customer can't be read."""
    whole = FactReader.history

    def history(facts: FactReader, customer: str) -> History | None:
        if customer == f"customer:c{CUSTOMERS - 1:06}":
            raise ValueError(customer)
        return whole(facts, customer)

    monkeypatch.setattr(FactReader, "history", history)


@pytest.mark.usefixtures("failing")
async def test_an_export_that_fails_on_its_way_ends_without_its_end_and_is_logged(crowd: LocalIndex) -> None:
    with capture_logs() as logs:
        sent = await answered(crowd, "matrix.csv")

    assert sent[0]["status"] == 200
    assert len(sent) > CUSTOMERS - 600
    assert all(message["more_body"] for message in sent[1:])
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("export broken off", "error")]


@pytest.mark.usefixtures("failing")
async def test_a_client_can_tell_a_broken_export_from_a_whole_one(crowd: LocalIndex) -> None:
    app = Starlette(routes=export_routes(shipped_policy()))

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state_of(crowd)}, receive, send)

    server = uvicorn.Server(uvicorn.Config(with_state, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells of no start
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(timeout=60) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await client.get(f"http://127.0.0.1:{port}/export/matrix.csv")
    server.should_exit = True
    await serving


@pytest.mark.parametrize(("name", "ended_by"), [("matrix.csv", "its key was revoked"), ("book.zip", "its token expired")])
async def test_an_export_ends_without_its_end_when_its_caller_is_no_longer_let_in(crowd: LocalIndex, name: str, ended_by: str) -> None:
    text, key = new_key(Caller(f"{name} {ended_by}", Role.ANALYST), None, "test")
    await create_key(crowd.graph, key)
    admission = await admit_by_key(crowd.graph, text)
    if ended_by == "its token expired":
        admission = Admission(admission.caller, until=now() + 1_000_000)

    async def lapse() -> None:
        if admission.key is not None:
            await revoke_key(crowd.graph, key.name, now(), "test")
        await asyncio.sleep(LOOK_SECONDS + 1)

    sent = await asyncio.wait_for(answered(crowd, name, admission=admission, pause=lapse), 60)

    assert sent[0]["status"] == 200
    assert all(message["more_body"] for message in sent[1:])


def state_of(index: LocalIndex, admission: Admission = OPEN_TO_ALL) -> dict[str, object]:
    """What the application gives to each request."""
    return {
        "graph": index.graph,
        "index": index,
        "caller": admission.caller,
        "admission": admission,
        "lapses": Lapses(index.graph, index.poller),
    }


async def content_of(index: LocalIndex, name: str) -> bytes:
    return b"".join(message["body"] for message in (await answered(index, name))[1:])


async def answered(
    index: LocalIndex,
    name: str,
    leave_after: int | None = None,
    admission: Admission = OPEN_TO_ALL,
    pause: Callable[[], Awaitable[None]] | None = None,
) -> list[Message]:
    """What the address sends to a client that goes away after so many messages; pause: how long it takes to read the first piece."""
    sent: list[Message] = []
    leaves = asyncio.Event()

    async def receive() -> Message:
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) == leave_after:
            leaves.set()
        if pause is not None and len(sent) == FIRST_PIECE:
            await pause()

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": f"/export/{name}",
        "query_string": b"",
        "headers": [],
        "state": state_of(index, admission),
    }
    await Starlette(routes=export_routes(shipped_policy()))(scope, receive, send)
    return sent
