import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from graph.address import Address
from graph.embedded.errors import DiskFull, FolderInUse, NotStarted, PortInUse, StoreNotReadable
from graph.embedded.folder import LOGS, prepare
from graph.embedded.jars import fetch
from graph.embedded.messages import PANIC, Ending, Order, Report
from policy.errors import Unavailable

STOP_SECONDS = 120.0
LEAST_FREE = 64 << 20
AGAIN_SECONDS = 1.0


class Running:
    """A Neo4j that this process started, and that ends with it. Leave its `with` block, or `stop` it."""

    def __init__(self, order: Order) -> None:
        self._process, port = _begin(order)
        self._order = replace(order, port=port, again=True)
        self.address = Address(f"bolt://127.0.0.1:{port}", "neo4j", order.password)
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The process that is Neo4j."""
        return self._process.pid

    def stop(self) -> None:
        """Neo4j ended, its store closed; harmless when it is ended already. Takes seconds, and blocks."""
        self._stopping.set()
        _end(self._process, STOP_SECONDS)
        if self._watch is not None:
            self._watch.join()

    def keep(self, lost: Callable[[], object]) -> None:
        """
        Start Neo4j again, at the same address, whenever a database of it panics, which is when a disk is full: as soon as there is space.

        lost: called in a thread of its own when Neo4j ended otherwise though nobody stopped it, or can't be started again
        """

        def watch() -> None:
            while self._process.wait() == PANIC and self._start_again():
                pass
            if not self._stopping.is_set():
                lost()

        self._watch = threading.Thread(target=watch, name="neo4j-watch", daemon=True)
        self._watch.start()

    def _start_again(self) -> bool:
        _end(self._process, 0)  # it has ended, but its pipe is open
        while not self._stopping.is_set():
            try:
                self._process, _ = _begin(self._order)
            except (DiskFull, FolderInUse):  # another command may have found it unused
                self._stopping.wait(AGAIN_SECONDS)
            except (Unavailable, OSError):
                return False
            else:
                if self._stopping.is_set():
                    _end(self._process, STOP_SECONDS)
                return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def start(
    data: Path,
    cache: Path,
    *,
    show_progress: bool,
    port: int = 0,
    heap: str = "1g",
    pagecache: str = "512m",
    repository: str | None = None,
    held: bool = False,
    salvage: bool = False,
) -> Running:
    """
    Neo4j on this data folder, started and answering. Blocks for about 10 s: from async code, call it in a thread.

    data:    made when it is not there; its store is kept, and recovers by itself when it was not closed
    cache:   where the jars are, or will be fetched to
    port:    of 127.0.0.1; 0 takes a free one
    heap:    and `pagecache`: as Neo4j writes sizes, such as 512m or 4g
    held:    this process holds the folder itself, see graph.embedded.folder; no other one is told of this Neo4j
    salvage: open a store whose transaction log can't be read to its end, without what follows
    raises:  FolderNotWritable, FolderInUse, PortInUse, DiskFull, StoreNotReadable, NotStarted, and what `fetch` raises
    """
    data, cache = data.absolute(), cache.absolute()
    prepare(data)
    jars = fetch(cache, show_progress=show_progress, repository=repository)
    return Running(
        Order(
            data=str(data),
            cache=str(cache),
            classpath=[str(jar) for jar in jars.classpath],
            password=secrets.token_urlsafe(32),
            port=port,
            heap=heap,
            pagecache=pagecache,
            parent=os.getpid(),
            held=held,
            salvage=salvage,
        )
    )


def _begin(order: Order) -> tuple[subprocess.Popen[str], int]:
    """The process of a Neo4j that answers, and its port."""
    data = Path(order.data)
    # asked before, because Neo4j on a full disk waits for ever for an index that it failed to write
    if shutil.disk_usage(data).free < LEAST_FREE:
        raise _disk_full(data)
    if order.port and _taken(order.port):
        raise _port_in_use(order.port)
    with (data / LOGS / "child.log").open("ab") as log:
        process = _spawn(log)
    try:
        report = _ask(process, order)
    except BaseException:
        _end(process, 0)
        raise
    if report.port:
        return process, report.port
    _end(process, STOP_SECONDS)
    raise _error(report, data, order.port)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Neo4j will: connections that linger don't count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _disk_full(data: Path) -> DiskFull:
    return DiskFull(
        f"no space left in the data folder `{data}`: Neo4j needs {LEAST_FREE >> 20} MB free to start; free some, nothing stored is lost"
    )


def _port_in_use(port: int) -> PortInUse:
    return PortInUse(f"port {port} is in use; stop what listens there, or ask for another")


def _spawn(log: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "graph.embedded.child"],
        cwd=Path(__file__).parents[2],  # where `graph` is this one, wherever the caller stands
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,  # Ctrl-C in a terminal is for the parent, which then stops it in order
        text=True,
        encoding="utf-8",
    )


def _ask(process: subprocess.Popen[str], order: Order) -> Report:
    assert process.stdin and process.stdout  # noqa: PT018, S101 - both are pipes
    try:
        process.stdin.write(order.line())
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = ""
    process.stdout.close()
    return Report.read(line) if line else Report(ending=Ending.OTHER)


def _end(process: subprocess.Popen[str], seconds: float) -> None:
    if process.stdin:
        with suppress(BrokenPipeError):  # it ended before
            process.stdin.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _error(report: Report, data: Path, port: int) -> Unavailable:
    logs = data / LOGS
    match report.ending:
        case Ending.IN_USE:
            return FolderInUse(report.message or f"the data folder `{data}` is in use by another Neo4j; stop it, or name another folder")
        case Ending.PORT:
            return _port_in_use(port)
        case Ending.DISK:
            return _disk_full(data)
        case Ending.STORE:
            return StoreNotReadable(
                f"the store in `{data}` can't be opened: a newer Neo4j wrote it, or its files are damaged; start the version "
                f"that wrote it, or run `vocero recover`, which copies the files and opens what can be read; `{logs}` says more"
            )
        case _:
            return NotStarted(f"neo4j ended while it started; `{logs}` says why")
