"""
One JVM for a whole test run, with a Neo4j of its own for each process of the run.

The controller of the run starts `python -m tests.databases`, which reads orders from standard input, a line each, and starts a
Neo4j in its JVM for each of them. Whoever needs one finds it by its data folder. A JVM is slow until its code has been compiled,
so one that all processes share does the work of several in much less time.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from graph.address import Address
from graph.embedded import Running, dbms, running
from graph.embedded.folder import Entry, hold, prepare, publish
from graph.embedded.jars import fetch
from graph.embedded.jvm import archive
from graph.embedded.messages import Order

START_SECONDS = 300
HEAP, PAGE_CACHE = "1g", "256m"


class SharedNeo4j(Running):
    """A Neo4j in the JVM of the run. It ends with the run, and not before."""

    def __init__(self, address: Address, pid: int) -> None:
        self.address = address
        self._pid = pid

    @property
    def pid(self) -> int:
        """The process of the JVM."""
        return self._pid

    def stop(self) -> None:
        """Refused: others use the same process."""
        raise AssertionError("this Neo4j is shared; a test that stops one starts one of its own")


class Place(NamedTuple):
    """Where a process of the run finds its Neo4j: the data folder, and the process of the JVM. Both go through xdist as text."""

    data: str
    pid: int

    def neo4j(self) -> SharedNeo4j:
        """The Neo4j, as soon as it answers."""
        until = time.monotonic() + START_SECONDS
        while (address := running(Path(self.data))) is None:
            if time.monotonic() > until:
                raise AssertionError(f"no Neo4j on {self.data} within {START_SECONDS} s; {self.data}/logs may say why")
            time.sleep(0.05)
        return SharedNeo4j(address, self.pid)


class Databases:
    """The process with the JVM, as the controller of the run sees it."""

    def __init__(self, cache: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="vocero-tests-")
        self._cache = cache
        self._places: dict[str, Place] = {}
        # this one lives for minutes: unlike others of the tests it gains by the JVM's second compiler
        environment = {name: value for name, value in os.environ.items() if name != "JAVA_TOOL_OPTIONS"}
        with (Path(self._folder.name) / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-m", "tests.databases", str(cache)],
                cwd=Path(__file__).parents[1],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                env=environment,
                start_new_session=True,
            )

    def place(self, name: str) -> Place:
        """The place of the Neo4j of this name, ordered where it was not before; whoever asks for it waits until it answers."""
        if name not in self._places:
            self._places[name] = self._order(name)
        return self._places[name]

    def _order(self, name: str) -> Place:
        data = Path(self._folder.name) / name
        prepare(data)
        order = Order(str(data), str(self._cache), [], secrets.token_urlsafe(32), 0, HEAP, PAGE_CACHE, self._process.pid)
        assert self._process.stdin
        self._process.stdin.write(order.line())
        self._process.stdin.flush()
        return Place(str(data), self._process.pid)

    def close(self) -> None:
        """End them all; what they hold was for the tests alone, so nothing is closed in order."""
        assert self._process.stdin
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._folder.cleanup()


def _serve(cache: Path) -> None:
    """Start a Neo4j for each order, until there is no more."""
    jars = fetch(cache, show_progress=False).classpath
    classes = archive(cache, jars, pid=os.getpid())
    order = Order(str(cache), str(cache), [str(jar) for jar in jars], "", 0, HEAP, PAGE_CACHE, os.getpid())
    dbms.start_jvm(order, () if classes.made else classes.options)  # to make an archive the JVM has to end in order
    with ExitStack() as held:
        for line in sys.stdin:
            order = Order.read(line)
            held.enter_context(hold(Path(order.data)))
            _, port = dbms.start(order)
            publish(Path(order.data), Entry(f"bolt://{dbms.LOOPBACK}:{port}", "neo4j", order.password, order.parent))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
