import asyncio
from typing import Any

import pytest
from neo4j import AsyncGraphDatabase

from graph import store
from graph.embedded import Running
from graph.graph import Graph
from graph.store import FORMAT, StoreIsNewer, newest_revision, open_store

UNIQUE = {
    "customer_id": ("Customer", "id"),
    "partner_id": ("Partner", "id"),
    "operator_id": ("Operator", "id"),
    "subscription_id": ("Subscription", "id"),
    "agreement_id": ("Agreement", "id"),
    "store_name": ("Store", "name"),
    "change_revision": ("Change", "revision"),
    "applied_key": ("Applied", "caller", "key"),
    "communication_id": ("Communication", "id"),
    "told_group": ("Told", "group"),
    "unfinished_load": ("UnfinishedLoad", "digest"),
    "key_id": ("Key", "id"),
}
INDEXES = {
    "due_at": ("RANGE", ["Due"], ["at"]),
    "communication_sort": ("RANGE", ["Communication"], ["sort"]),
    "communication_customer": ("RANGE", ["Communication"], ["customer", "sort"]),
    "communication_communicator": ("RANGE", ["Communication"], ["communicator", "sort"]),
    "communication_verdict": ("RANGE", ["Communication"], ["verdict", "sort"]),
}


async def test_an_open_store_has_every_constraint(neo4j: Running, graph: Graph) -> None:
    await open_store(graph)

    rows = await told(neo4j, "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties")
    assert {row["type"] for row in rows} == {"UNIQUENESS"}
    assert {row["name"]: (*row["labelsOrTypes"], *row["properties"]) for row in rows} == UNIQUE


async def test_an_open_store_has_every_index_and_waits_until_it_answers(neo4j: Running, graph: Graph) -> None:
    await open_store(graph)

    rows = await told(neo4j, "SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties")
    assert {row["state"] for row in rows} == {"ONLINE"}
    assert {row["name"]: (row["type"], row["labelsOrTypes"], row["properties"]) for row in rows if row["name"] in INDEXES} == INDEXES


async def test_a_new_store_holds_the_operators_and_no_revision(neo4j: Running, graph: Graph) -> None:
    nodes = await told(neo4j, "MATCH (n) RETURN labels(n)[0] AS label, coalesce(n.id, n.name) AS name ORDER BY label, name")

    assert [(row["label"], row["name"]) for row in nodes] == [
        ("Operator", "operator:21vianet"),
        ("Operator", "operator:microsoft"),
        ("Store", "vocero"),
    ]
    assert (await newest_revision(graph)).number == 0


async def test_opening_a_store_again_changes_nothing(neo4j: Running, graph: Graph) -> None:
    before = await everything(neo4j)

    await open_store(graph)

    assert await everything(neo4j) == before


async def test_services_that_open_a_new_store_at_once_don_t_stand_in_each_other_s_way(neo4j: Running, graph: Graph) -> None:
    """Several replicas start on one empty server."""
    expected = await schema(neo4j)
    await without_schema(neo4j)
    await told(neo4j, "MATCH (n) DETACH DELETE n")

    await asyncio.gather(*(open_store(graph) for _ in range(6)))

    assert await schema(neo4j) == expected
    assert len(await told(neo4j, "MATCH (n:Store|Operator) RETURN n")) == 3


async def test_a_store_that_a_newer_service_wrote_is_refused_and_left_alone(neo4j: Running, graph: Graph) -> None:
    """What it holds may mean something else by now; the message is one line that says what to do."""
    await told(neo4j, "MATCH (store:Store) SET store.format = $format", format=FORMAT + 1)
    before = await everything(neo4j)

    with pytest.raises(StoreIsNewer) as refused:
        await open_store(graph)

    assert str(refused.value) == (
        f"the store has format {FORMAT + 1} and this service knows {FORMAT} at most; start the newer version that wrote it"
    )
    assert await everything(neo4j) == before


async def test_a_store_of_an_older_format_is_brought_up_and_keeps_its_revisions(neo4j: Running, graph: Graph) -> None:
    expected = await schema(neo4j)
    await without_schema(neo4j)
    await told(neo4j, "MATCH (store:Store) SET store.format = $format, store.revision = 41, store.recordedAt = 7", format=FORMAT - 1)

    await open_store(graph)

    assert await schema(neo4j) == expected
    assert await told(neo4j, "MATCH (store:Store) RETURN store.format AS format") == [{"format": FORMAT}]
    assert (await newest_revision(graph))[:2] == (41, 7)


async def test_what_an_older_store_kept_of_names_for_its_searches_is_taken_away(
    neo4j: Running, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some nodes at a time, so that a start that is killed in the middle is gone on with by the next."""
    monkeypatch.setattr(store, "FORGOTTEN_AT_ONCE", 3)
    await told(neo4j, "CREATE FULLTEXT INDEX customer_words FOR (n:Customer|CustomerVersion) ON EACH [n.words]")
    kept = {"name": "Contoso", "cloud": "PUBLIC", "recordedAt": 7}
    derived = {"sort": "contoso", "words": "contoso", "countryFolded": "", "domainFolded": "contoso.example"}
    for label in ("Customer", "CustomerVersion", "Partner"):
        await told(neo4j, f"UNWIND range(1, 4) AS n CREATE (:{label} {{id: toString(n)}})")
        await told(neo4j, f"MATCH (n:{label}) SET n += $kept, n += $derived", kept=kept, derived=derived)
    await told(neo4j, "MATCH (store:Store) SET store.format = 5")

    await open_store(graph)

    found = await told(neo4j, "MATCH (n:Customer|CustomerVersion|Partner) RETURN properties(n) AS properties")
    assert [{name: value for name, value in row["properties"].items() if name != "id"} for row in found] == [kept] * 12
    assert await told(neo4j, "SHOW INDEXES YIELD name WHERE name = 'customer_words' RETURN name") == []


async def told(neo4j: Running, statement: str, **parameters: object) -> list[dict[str, Any]]:
    address = neo4j.address
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        return [record.data() for record in (await driver.execute_query(statement, parameters)).records]


async def schema(neo4j: Running) -> list[str]:
    """The statements that would create the store's indexes and constraints again."""
    rows = await told(neo4j, "SHOW INDEXES YIELD name, createStatement")
    rows += await told(neo4j, "SHOW CONSTRAINTS YIELD name, createStatement")
    return sorted(row["createStatement"] for row in rows)


async def without_schema(neo4j: Running) -> None:
    for row in await told(neo4j, "SHOW CONSTRAINTS YIELD name"):
        await told(neo4j, f"DROP CONSTRAINT {row['name']}")
    for row in await told(neo4j, "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
        await told(neo4j, f"DROP INDEX {row['name']}")


async def everything(neo4j: Running) -> tuple[list[dict[str, Any]], list[str]]:
    nodes = await told(neo4j, "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id")
    return nodes, await schema(neo4j)
