"""A store whose transaction log goes on after half a record: nothing opens it unasked, and `vocero recover` loses nothing of it."""

import asyncio
import os
import signal
from pathlib import Path

from graph.address import Address
from graph.apply import apply
from graph.embedded import start
from graph.graph import Graph
from graph.once import Asking
from graph.store import open_store
from policy.change import Put
from tests.service.vocero import Vocero

NOT_REACHABLE = 3
CHANGES = 3


async def put_customers(address: Address) -> None:
    async with Graph.connect(address, read_seconds=30) as graph:
        await open_store(graph)
        for number in range(CHANGES):
            await apply(graph, [Put(f"customer:c{number}", {})], {}, await Asking.of("test", str(number), {"number": number}))


def spoil(log: Path) -> bytes:
    """Write half of the last record behind it, and more behind that, as a log does that was not ended when a write failed."""
    content = log.read_bytes()
    end = len(content.rstrip(b"\0")) + 3
    spoilt = content[:end] + content[end - 300 : end - 150] + content[end - 600 : end]
    log.write_bytes(spoilt)
    return spoilt


def test_what_was_committed_before_the_damage_is_there_and_the_files_are_kept_as_they_were(tmp_path: Path, cache: Path) -> None:
    vocero = Vocero(tmp_path)
    neo4j = start(vocero.data, cache, show_progress=False, heap="512m", pagecache="64m")
    asyncio.run(put_customers(neo4j.address))
    os.kill(neo4j.pid, signal.SIGKILL)
    neo4j.stop()
    log = Path("transactions", "neo4j", "neostore.transaction.db.0")
    spoilt = spoil(vocero.data / "data" / log)

    refused = vocero("ask", "c0", "renewal")
    recovered = vocero("recover")

    assert refused.returncode == NOT_REACHABLE
    assert "its files are damaged; start the version that wrote it, or run `vocero recover`" in refused.stderr
    assert recovered.returncode == 0, recovered
    assert f"its newest revision is {CHANGES}, recorded at " in recovered.stdout
    [copy] = vocero.data.glob("data-*")
    assert str(copy) in recovered.stdout
    assert (copy / log).read_bytes() == spoilt
