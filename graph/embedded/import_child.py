"""
The process that is Neo4j's importer: `python -m graph.embedded.import_child`, started by graph.embedded.importer and by nobody else.

stdin:  one line, an ImportOrder; its end is the order to stop, so that the importer ends with its parent, however the parent ends
stdout: what the importer says, how far it is among it
stderr: what else is said, for the log
"""

import os
import signal
import sys
import threading
import traceback
from typing import NoReturn

import jpype  # type: ignore[import-untyped]

from graph.embedded.jvm import OPTIONS, library
from graph.embedded.messages import ImportOrder


def main() -> NoReturn:
    """Import, and end with the importer's own exit status."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # sent to a whole group, they reach the parent too, which ends us
    order = ImportOrder.read(sys.stdin.buffer.readline())
    threading.Thread(target=_await_end, daemon=True).start()
    code = 1
    try:
        code = _import(order)
    except BaseException:  # noqa: BLE001 - whatever it is, the log has it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)  # the JVM's threads would keep the process


def _import(order: ImportOrder) -> int:
    os.umask(0o077)
    jpype.startJVM(
        library(),
        f"-Xmx{order.heap}",
        "-Xrs",  # signals are this process's own matter
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={order.home}/jvm-crash-%p.log",
        *OPTIONS,
        classpath=order.classpath,
        convertStrings=False,
    )
    home = jpype.JClass("java.nio.file.Path").of(order.home)
    context = jpype.JClass("org.neo4j.cli.ExecutionContext")(home, home)
    arguments = jpype.JArray(jpype.JString)(["database", "import", "full", *order.options, "neo4j"])
    return int(jpype.JClass("org.neo4j.cli.AdminTool").execute(context, arguments))


def _await_end() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
