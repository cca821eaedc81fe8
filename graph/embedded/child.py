"""
The process that is Neo4j: `python -m graph.embedded.child`, started by graph.embedded.process and by nobody else.

stdin:  one line, an Order; its end is the order to stop, so that Neo4j ends with its parent, however the parent ends
stdout: one line, a Report
stderr: whatever else is said, for the log
"""

import os
import shutil
import signal
import sys
import threading
import time
import traceback
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NoReturn, TextIO

from graph.embedded import dbms
from graph.embedded.errors import FolderInUse
from graph.embedded.folder import Entry, hold, publish, withdraw
from graph.embedded.jvm import archive
from graph.embedded.messages import Ending, Order, Report

STOP_SECONDS, LOOK_SECONDS = 90.0, 0.1
LEAST_TO_CLOSE = 4 << 20
"""Bytes of the disk without which Neo4j can't close its files: it would try again and again. The next start recovers what they lack."""
USER = "neo4j"


def main() -> NoReturn:
    """Serve until stdin ends."""
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the JVM prints must not pass for a report
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # sent to a whole group, they reach the parent too, which still needs us
    order = Order.read(sys.stdin.buffer.readline())
    serving, stop = threading.Event(), threading.Event()
    threading.Thread(target=_await_end, args=(serving, stop), daemon=True).start()
    code = 1
    try:
        with nullcontext() if order.held else hold(Path(order.data)):
            _serve(order, reports, serving, stop)
        code = 0
    except FolderInUse as error:
        _tell(reports, Report(ending=Ending.IN_USE, message=str(error)))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent hears of it
        _tell(reports, Report(ending=dbms.ending(error)))
        with suppress(OSError):  # the log may be on the disk that is full
            traceback.print_exc()
    finally:
        os._exit(code)  # the JVM's threads would keep the process


def _serve(order: Order, reports: TextIO, serving: threading.Event, stop: threading.Event) -> None:
    data = Path(order.data)
    classes = archive(Path(order.cache), [Path(each) for each in order.classpath], pid=os.getpid())
    os.umask(0o077)  # the store, its logs and what a crash leaves are for their owner only
    dbms.start_jvm(order, classes.options)
    neo4j, port = dbms.start(order)
    if not order.held:
        publish(data, Entry(f"bolt://{dbms.LOOPBACK}:{port}", USER, order.password, order.parent))
    serving.set()
    _tell(reports, Report(port=port))
    stop.wait()
    withdraw(data)
    _end_where_it_cannot_close(data)
    neo4j.shutdown()
    if classes.made:
        dbms.stop_jvm()  # which writes the archive
        classes.keep()


def _await_end(serving: threading.Event, stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
    if not serving.is_set():
        os._exit(1)  # nobody waits for this start any more, and the store recovers from it


def _end_where_it_cannot_close(data: Path) -> None:
    """End this process when its time is over or the disk is full, whatever Neo4j does meanwhile."""

    def look() -> None:
        until = time.monotonic() + STOP_SECONDS
        with suppress(OSError):  # there is no such folder any more
            while time.monotonic() < until and shutil.disk_usage(data).free >= LEAST_TO_CLOSE:
                time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def _tell(reports: TextIO, report: Report) -> None:
    with suppress(OSError):  # the parent is gone, and stdin will say so
        reports.write(report.line())
        reports.close()


if __name__ == "__main__":
    main()
