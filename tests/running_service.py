import asyncio
import csv
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from graph.address import Address
from graph.embedded import running
from graph.graph import Graph
from graph.store import FORMAT, open_store
from resolvers.load_folder import load_book

READY = re.compile(r"Vocero is ready: (https?://\S+)/graphql")
START_SECONDS = 300
PATIENT = {"VOCERO_STALENESS": "0", "VOCERO_READ_SECONDS": "30", "VOCERO_WRITE_SECONDS": "60", "VOCERO_OPERATION_SECONDS": "60"}
"""Nothing is behind the graph; and a Neo4j that began just now, on a machine with other work, may take long over its first plans."""


class RunningService:
    """`vocero serve` as users start it, and the store behind it."""

    def __init__(self, url: str, neo4j: Address, graph: Graph, client: httpx.AsyncClient, folder: Path) -> None:
        self.url = url
        self.neo4j = neo4j
        self.graph = graph
        self.client = client
        self.index = folder / "data" / "index"
        self._folder = folder
        self._seal = graph.seal

    async def replace_with(self, folder: Path) -> list[dict[str, str]]:
        """Empty the store and load the book in that folder; the rows of rejected.csv."""
        await emptied(self.graph, self._seal)
        rejected = self._folder / "rejected.csv"
        await load_book(self.graph, folder, rejected, actor="test", progress=lambda _: None)
        if not rejected.exists():
            return []
        with rejected.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    async def execute(self, document: str, **variables: object) -> dict[str, Any]:
        """The whole body of the answer: `data` and `errors`."""
        response = await self.client.post("/graphql", json={"query": document, "variables": variables})
        body: dict[str, Any] = response.json()
        return body

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        """The `data` of the answer; an error in it fails the test."""
        body = await self.execute(document, **variables)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data


async def emptied(graph: Graph, seal: bytes | None = None) -> None:
    """
    Leave nothing in the store but what every store begins with, and its schema, which takes long to make.

    seal: that of a service which goes on; None = the store keeps its own
    """
    kept = f"'{seal.hex()}'" if seal else "store.seal"
    await graph.define("MATCH (n) WHERE NOT n:Store DETACH DELETE n")
    # an instant of the database's own: a statement with another text each time would be planned each time
    begun = f"{{name: 'vocero', seal: {kept}, format: {FORMAT}, revision: 0, recordedAt: timestamp() * 1000}}"
    await graph.define(f"MATCH (store:Store) WHERE store.format IS NOT NULL SET store = {begun}")
    await open_store(graph)


@asynccontextmanager
async def serving(folder: Path, server: Address | None, *arguments: str, **settings: str) -> AsyncIterator[RunningService]:
    """The service on a data folder of its own, or on a server; settings: of the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VOCERO_") or name == "VOCERO_CACHE"}
    environment["VOCERO_DATA"] = str(folder / "data")
    environment |= PATIENT | settings
    if server is not None:
        environment |= {"VOCERO_NEO4J_URI": server.uri, "VOCERO_NEO4J_USER": server.user, "VOCERO_NEO4J_PASSWORD": server.password}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.command_line", "serve", "--port", "0", *arguments),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        url = await asyncio.wait_for(_address(process), START_SECONDS)
        address = server or running(folder / "data")
        assert address is not None
        async with Graph.connect(address, read_seconds=30) as graph, httpx.AsyncClient(base_url=url, timeout=60) as client:
            await open_store(graph)  # to know the seal that the service goes by, whatever others do to the store
            yield RunningService(url, address, graph, client, folder)
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 60)


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        if match := READY.search(line.decode()):
            return match[1]
    raise AssertionError("the service ended before it was ready")
