"""Operations that take too long: they are ended, and what they had the database do with them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from policy.instant import BEGINNING
from tests.running_service import emptied
from tests.service.asking import on_server
from tests.service.vocero import Served, Vocero

SECONDS = 2.0
CUSTOMERS = 50_000
LATE = "the operation did not finish within 2 s; ask again, or for less at once"
RUNNING = """SHOW TRANSACTIONS YIELD currentQuery
WHERE NOT currentQuery STARTS WITH 'SHOW' AND NOT currentQuery CONTAINS '(store:Store'
RETURN currentQuery"""
FILL = """UNWIND range(1, $number) AS n
CREATE (:Customer {id: 'customer:' + n, sort: 'some name ' + n, name: 'some name ' + n, cloud: 'PUBLIC', recordedAt: $since})"""
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


@pytest.fixture
async def filled(graph: Graph, database: AsyncDriver) -> AsyncIterator[AsyncDriver]:
    """A database with more customers than can be tested in that time."""
    await database.execute_query(FILL, number=CUSTOMERS, since=BEGINNING)
    yield database
    await emptied(graph)


async def running(database: AsyncDriver) -> list[str]:
    """The queries that the database works on now, but the looks at the newest revision."""
    return [record["currentQuery"] for record in (await database.execute_query(RUNNING)).records]


async def test_an_operation_that_takes_too_long_is_ended_and_its_cypher_with_it(served: Served, filled: AsyncDriver) -> None:
    """Asked twice, since the first time goes by while the database plans the query, which it then shows without its text."""
    seen: list[str] = []
    async with httpx.AsyncClient(base_url=served.url, timeout=60, headers={"accept": "application/graphql-response+json"}) as client:
        for _ in range(2):
            begun = time.monotonic()
            asking = asyncio.create_task(client.post("/graphql", json=LONG))
            while not asking.done():
                seen += await running(filled)
                await asyncio.sleep(0.05)
            response = await asking
            took = time.monotonic() - begun
            await asyncio.sleep(0.5)

            [error] = response.json()["errors"]
            assert (response.status_code, error["message"], error["extensions"]["code"]) == (503, LATE, "UNAVAILABLE")
            assert "data" not in response.json()
            assert took < SECONDS + 2
            assert await running(filled) == []
    assert any(query.startswith("CALL ()") for query in seen)


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
