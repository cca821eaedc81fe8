"""
The process that is Neo4j: `python -m graph.embedded.child`, started by graph.embedded.running and by nobody else.

stdin:  one line, an Order as JSON; its end is the order to stop, so that it dies with its parent, however the parent dies
stdout: one line, a Report as JSON: the port, or why there is none
stderr: whatever the JVM says, for the log
"""

import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from graph.embedded import folder
from graph.embedded.jvm import Archive, archive
from graph.embedded.neo4j import Neo4j
from graph.embedded.reasons import Reason, reason
from graph.embedded.errors import FolderInUse

SHUTDOWN_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Order:
    """What to serve, and how."""

    data: str
    cache: str
    classpath: list[str]
    password: str
    port: int
    heap: str
    pagecache: str
    parent: int


@dataclass(frozen=True, slots=True)
class Report:
    """How the start ended."""

    port: int = 0
    reason: Reason | None = None
    detail: str = ""


def main() -> NoReturn:
    """Serve until stdin ends."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the JVM prints must not pass for a report
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # sent to a whole group, they reach the parent too, which still needs us
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    serving, stop = threading.Event(), threading.Event()
    threading.Thread(target=_wait_for_end, args=(serving, stop), daemon=True).start()
    try:
        with folder.hold(Path(order.data)):
            _serve(order, report, serving, stop)
    except FolderInUse as error:
        _tell(report, Report(reason=Reason.IN_USE, detail=str(error)))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent hears of it
        import traceback

        traceback.print_exc()
        _tell(report, Report(reason=reason(error)))
    # the JVM's threads outlive a failed start, and would keep the process
    os._exit(1)


def _serve(order: Order, report, serving: threading.Event, stop: threading.Event) -> NoReturn:  # type: ignore[no-untyped-def]
    raise NotImplementedError
