"""`graph.check`: whatever was written, the log counts what the graph holds; and whatever is lost or altered behind its back is found."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph.apply import apply
from graph.check import Fault, check, counts_contradicted
from graph.embedded import Running
from graph.erase import erase
from graph.graph import Graph
from graph.once import Asking
from graph.store import newest_revision, open_store
from policy.change import Change, End, Put, Retract, Start, Transfer
from policy.instant import now
from policy.policy_file import shipped_policy
from policy.terms import RelationshipType
from resolvers.audit import Sent
from resolvers.load_folder import load_book, load_partner_center
from resolvers.permission import Question
from resolvers.record_communications import record_communications
from tests.intake.bodies import MPN, PROVIDER, RESELLER, SUBSCRIPTION, customer, indirect_reseller, listed, save, subscription
from tests.running_index import reading_through
from tests.running_service import emptied
from tests.stored import records_at

DAY = 24 * 60 * 60 * 1_000_000
BOOK = {
    "customers": ["key,name,domain", "contoso,Contoso,contoso.example", "adatum,Adatum,"],
    "partners": ["key,name,mpn_ids", "fabrikam,Fabrikam,7 11", "northwind,Northwind,"],
    "subscriptions": ["key,offer,status", "s1,Azure plan,active", "s2,Office,active"],
    "agreements": ["key,type,channel", "mca,MCA,DIRECT"],
    "versions": ["id,recorded_at,superseded_at,name", "customer:contoso,2024-01-01,2024-03-01,Contoso Ltd"],
    "relationships": [
        "type,from,to,valid_from,valid_to,recorded_at,superseded_at",
        "HOLDS,customer:contoso,subscription:s1,2024-01-01,,2024-02-01,",
        "BILLS,partner:fabrikam,subscription:s1,2024-01-01,,2024-02-01,2024-06-01",
        "BILLS,partner:fabrikam,subscription:s1,2024-01-01,2024-05-01,2024-06-01,",
        "HOLDS,customer:adatum,subscription:s2,2024-01-01,,,",
        "BILLS,partner:northwind,subscription:s2,2024-01-01,,,",
        "PARTY_TO,customer:contoso,agreement:mca,2024-01-01,,,",
    ],
}
CHANGES: list[Change] = [
    Put("customer:adatum", {"name": "Adatum AG"}),
    Put("customer:new", {"name": "New"}),
    Start(RelationshipType.RESELLER_FOR, "partner:northwind", "customer:contoso", None, 0, None, ""),
    Start(RelationshipType.SUPPORTS, "partner:northwind", "subscription:s1", None, 0, None, ""),
    End(RelationshipType.HOLDS, "customer:contoso", "subscription:s1", None, DAY * 30_000),
    Transfer(("subscription:s2",), "partner:fabrikam", DAY * 20_000, None),
]
ALTERED = {
    "MATCH (c:Customer {id: 'customer:adatum'}) SET c.cloud = 'CHINA'": (Fault.CONTENT, "Customer"),
    "MATCH ()-[r:HOLDS]->() WITH r LIMIT 1 SET r.validFrom = r.validFrom + 1": (Fault.CONTENT, "HOLDS"),
    "MATCH (:Customer)-[:WAS]->(v) WITH v LIMIT 1 SET v.name = 'Another'": (Fault.CONTENT, "CustomerVersion"),
    "MATCH (c:Communication) SET c.verdict = 'EXPECTED', c.permitted = NOT c.permitted": (Fault.CONTENT, "Communication"),
}
"""What is done behind the service's back -> what is found of it, though as many are there as before."""
LOST = {
    "MATCH (c:Customer {id: 'customer:new'}) DETACH DELETE c": (Fault.COUNT, "Customer"),
    "MATCH (p:Partner {id: 'partner:northwind'}) REMOVE p.recordedAt": (Fault.UNREADABLE, "partner:northwind"),
    "MATCH ()-[r:BILLS]->() WITH r LIMIT 1 DELETE r": (Fault.COUNT, "BILLS"),
    "MATCH (c:Change {revision: 2}) DELETE c": (Fault.LOG, "log"),
}


@pytest.fixture
async def driver(neo4j: Running) -> AsyncIterator[AsyncDriver]:
    """A hand behind the service's back."""
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        yield driver


@pytest.fixture
async def written(graph: Graph, tmp_path: Path) -> AsyncIterator[Graph]:
    """A store to which something was written in every way that there is."""
    named = [indirect_reseller(state="Active")]
    for name, lines in BOOK.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    await load_book(graph, tmp_path, tmp_path / "rejected.csv", actor="test")
    await applied(graph, *CHANGES)
    await applied(graph, Retract(RelationshipType.SUPPORTS, "partner:northwind", "subscription:s1", None, 0))
    saved: dict[str, list[Any]] = {"known by its MPN id": [customer(), listed(subscription(partnerId=MPN))], "a tenant": [named]}
    for name, answers in saved.items():
        folder = save(tmp_path / name, **{f"a{place}": answer for place, answer in enumerate(answers)})
        await load_partner_center(graph, folder, PROVIDER, tmp_path / "r.csv", policy=shipped_policy(), actor="test")
    sent = [Sent(Question("partner:northwind", each, "renewal", None), now(), "") for each in ("customer:adatum", "customer:contoso")]
    await record_communications(reading_through(graph), shipped_policy(), sent, caller="test", key="sent")
    assert await erase(graph, "customer:contoso")
    ties = (await records_at(graph, [f"subscription:{SUBSCRIPTION}"])).found
    resellers = {each.start: each.superseded_at is None for each in ties if each.type is RelationshipType.RESELLS}
    assert resellers == {f"partner:mpn-{MPN}": False, f"partner:{RESELLER}": True}
    yield graph
    await emptied(graph)  # what was spoilt is not left to others


async def applied(graph: Graph, *changes: Change) -> None:
    await apply(graph, changes, shipped_policy().boundaries, await Asking.of("test", str(changes)[:100], {"changes": str(changes)}))


async def test_the_log_counts_all_that_was_written_and_nothing_else(written: Graph, driver: AsyncDriver) -> None:
    """A store that kept no checksums begins them from what is there: the same that were added up write by write."""
    checked = await check(written)
    kept = await checksums_in(driver)
    await driver.execute_query("MATCH (s:Store) REMOVE s.checksums SET s.format = 4")
    await open_store(written)

    assert checked.findings == []
    assert checked.revision == (await newest_revision(written)).number
    assert (checked.records["Customer"], checked.records["CustomerVersion"], checked.records["Communication"]) == (4, 2, 2)
    assert await counts_contradicted(written) == []
    assert await checksums_in(driver) == kept


async def test_what_is_lost_or_altered_behind_the_log_is_found(written: Graph, driver: AsyncDriver) -> None:
    for spoil in ALTERED:
        await driver.execute_query(spoil)
    altered = {(each.fault, each.about) for each in (await check(written)).findings}
    counted = await counts_contradicted(written)
    for spoil in LOST:
        await driver.execute_query(spoil)
    lost = {(each.fault, each.about) for each in (await check(written)).findings}

    assert altered == set(ALTERED.values())
    assert counted == []
    assert lost >= set(LOST.values())
    assert {each.about for each in await counts_contradicted(written)} == {"BILLS", "Customer", "Partner"}


async def test_a_record_of_which_nothing_can_be_read_is_not_counted(written: Graph, driver: AsyncDriver) -> None:
    """The database itself counts it still."""
    await driver.execute_query("MATCH (c:Customer {id: 'customer:new'}) SET c = {}")

    assert await counts_contradicted(written) == [(Fault.COUNT, "Customer", "3 can be read, and the log counts 4")]


async def checksums_in(driver: AsyncDriver) -> dict[str, list[int]]:
    found = (await driver.execute_query("MATCH (s:Store) RETURN s.checksums AS kept")).records[0]["kept"]
    return {kind: checksum for kind, checksum in json.loads(found).items() if checksum[0]}
