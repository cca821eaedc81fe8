"""Operations that take too long: they are ended, and what they had the database do with them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from resolvers.load_folder import load_book
from tests.service.asking import on_server
from tests.service.vocero import Served, Vocero

SECONDS = 2.0
CUSTOMERS = 20_000
LATE = "the operation did not finish within 2 s; ask again, or for less at once"
LONG = {
    "query": "query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount } topics { code } }",
    "variables": {"filter": {"or": [{"name": {"contains": f"nobody {n}"}} for n in range(150)]}},
}


@pytest.fixture(scope="module")
def served(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that gives an operation two seconds, and a reading of the graph far more."""
    settings = {**on_server(neo4j.address), "VOCERO_OPERATION_SECONDS": str(SECONDS), "VOCERO_READ_SECONDS": "60"}
    with Vocero(tmp_path_factory.mktemp("hasty"), **settings).application() as served:
        yield served


@pytest.fixture
async def database(neo4j: Running, graph: Graph, served: Served) -> AsyncIterator[AsyncDriver]:  # noqa: ARG001 - both have opened the store
    """The database of the service."""
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        yield driver


async def test_an_operation_that_takes_too_long_is_ended_and_others_are_answered_meanwhile(
    served: Served, database: AsyncDriver, neo4j: Running, tmp_path: Path
) -> None:
    """More customers than can be tested in that time."""
    assert database
    lines = ["key,name", *(f"c{n},some name {n}" for n in range(CUSTOMERS))]
    (tmp_path / "customers.csv").write_text("\n".join(lines), "utf-8")
    async with httpx.AsyncClient(base_url=served.url, timeout=60, headers={"accept": "application/graphql-response+json"}) as client:
        async with Graph.connect(neo4j.address, read_seconds=60) as graph:
            await load_book(graph, tmp_path, tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
        while (await client.post("/graphql", json={"query": "{ customers(first: 1) { pageInfo { endCursor } } }"})).is_error:  # noqa: ASYNC110 - HTTP tells of nothing
            await asyncio.sleep(0.2)
        begun = time.monotonic()
        asking = asyncio.create_task(client.post("/graphql", json=LONG))
        longest = 0.0
        while not asking.done():
            asked = time.monotonic()
            assert (await client.post("/graphql", json={"query": "{ topics { code } }"})).status_code == 200
            longest = max(longest, time.monotonic() - asked)
            await asyncio.sleep(0.02)
        response, took = await asking, time.monotonic() - begun

    [error] = response.json()["errors"]
    assert (response.status_code, error["message"], error["extensions"]["code"]) == (503, LATE, "UNAVAILABLE")
    assert "data" not in response.json()
    assert took < SECONDS + 2
    assert longest < took / 2


async def test_a_mutation_is_not_cut_off(served: Served, database: AsyncDriver) -> None:
    """It waits for its turn, and is made: nobody has to wonder whether it was."""
    document = 'mutation { apply(idempotencyKey: "patient", changes: [{putCustomer: {key: "patient"}}]) { applied } }'
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as client, database.session() as session:
        async with await session.begin_transaction() as transaction:
            await (await transaction.run("MATCH (store:Store) SET store.held = true")).consume()
            asking = asyncio.create_task(client.post("/graphql", json={"query": document}))
            await asyncio.sleep(SECONDS + 1)
            assert not asking.done()
            await transaction.rollback()
        answer = (await asking).json()

    assert answer["data"] == {"apply": {"applied": 1}}
