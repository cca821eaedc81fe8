"""Several processes that follow the log: what one reads the others need not read, and none waits long for another."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from graph.embedded import Running
from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.follower import TURN_SECONDS, refresh
from tests.graph.index.comparison import CUSTOMERS, STORE, expect_the_same, follow_newest, rename_customers

FOLLOWS = """
import asyncio, sys
from pathlib import Path
from graph.address import Address
from graph.graph import Graph
from graph.index import follower
from graph.index.environment import Environment
from graph.store import newest_revision
read = []
class Counting(Graph):
    async def read_marked(self, bookmarks, name, /, **parameters):
        read.append(name)
        return await super().read_marked(bookmarks, name, **parameters)
async def main():
    uri, password, folder = sys.argv[1:]
    follower.TURN_SECONDS = 60
    async with Counting.connect(Address(uri, "neo4j", password), read_seconds=30) as graph:
        with Environment(Path(folder)) as environment:
            newest = await newest_revision(graph)
            print("begun", flush=True)
            await follower.follow(graph, environment, newest)
    print(sorted(set(read) - {"store"}), flush=True)
asyncio.run(main())
"""
HOLDS = """
import sys
from pathlib import Path
from graph.index.environment import Environment
with Environment(Path(sys.argv[1])) as environment:
    print(environment.try_following(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def test_who_waits_for_another_follower_reads_nothing_of_what_that_one_read(stored: Graph, neo4j: Running, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
        await rename_customers(stored, 5)
        assert environment.try_following()
        with another_process(FOLLOWS, neo4j.address.uri, neo4j.address.password, str(folder)) as other:
            assert line_of(other) == "begun"
            await asyncio.sleep(0.3)  # in which it would have read the log
            await follow_newest(stored, environment)  # which ends the turn of this process

            assert line_of(other) == "[]"
        await refresh(stored, environment)
        assert await expect_the_same(stored, environment) == CUSTOMERS


async def test_a_follower_that_is_stopped_in_its_turn_is_waited_for_a_second_and_once(stored: Graph, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Environment(folder) as environment:
        await fill(stored, environment, STORE)
        with another_process(HOLDS, str(folder)) as other:
            assert line_of(other) == "True"
            other.send_signal(signal.SIGSTOP)
            took = []
            for _ in range(2):
                await rename_customers(stored, 1)
                begun = monotonic()
                await follow_newest(stored, environment)
                await refresh(stored, environment)
                took.append(monotonic() - begun)
        assert took[0] >= TURN_SECONDS
        assert took[1] < TURN_SECONDS
        assert await expect_the_same(stored, environment) == CUSTOMERS
