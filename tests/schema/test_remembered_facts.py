"""Facts that are remembered, in pairs with what they could get wrong: nothing is written while they are asked again."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
ASK = """query ($who: ID!, $whom: ID!, $at: AsOf) { permission(communicator: $who, customer: $whom, topic: "training", asOf: $at) {
  verdict asOf { validAt knownAt } } }"""
SECONDS = 2.0


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """Two customers and two partners with no ties; facts of all are remembered."""
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso"), row_of("customers", key="adatum", name="Adatum")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="northwind", name="Northwind")],
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    await verdict(service)
    return service


async def verdict(store: RunningService, whom: str = "contoso", **at: str) -> str:
    found = await store.query(ASK, who="partner:fabrikam", whom=f"customer:{whom}", at=at or None)
    given: str = found["permission"]["verdict"]
    return given


async def sold(store: RunningService, **times: str) -> None:
    start = {"type": "RESELLER_FOR", "from": "partner:fabrikam", "to": "customer:contoso"} | times
    await store.query(APPLY, changes=[{"start": start}], key=uuid4().hex)


def written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


async def test_what_begins_and_ends_by_time_alone_is_answered_as_time_passes(store: RunningService) -> None:
    begins = datetime.now(UTC) + timedelta(seconds=SECONDS)
    ends = begins + timedelta(seconds=SECONDS)
    await sold(store, validFrom=written(begins), validTo=written(ends))
    found = []
    while datetime.now(UTC) < ends + timedelta(seconds=0.3):
        asked = datetime.now(UTC)
        given = await verdict(store)
        answered = datetime.now(UTC)
        if answered < begins or asked > ends or begins <= asked <= answered < ends:
            found.append((asked >= begins and asked < ends, given))
        await asyncio.sleep(0.05)

    assert set(found) == {(False, "NOT_STATED"), (True, "EXPECTED")}


async def test_the_past_is_answered_as_it_was_known_whatever_is_known_now(store: RunningService) -> None:
    before = datetime.now(UTC)
    await asyncio.sleep(0.01)
    await sold(store, validFrom="2024-01-01T00:00:00Z")
    now_and_then = [await verdict(store), await verdict(store, validAt="2025-01-01T00:00:00Z")] * 2
    as_known = [
        await verdict(store, knownAt=written(before)),
        await verdict(store, validAt="2025-01-01T00:00:00Z", knownAt=written(before)),
    ]

    assert now_and_then == ["EXPECTED"] * 4
    assert as_known == ["NOT_STATED"] * 2
    assert await verdict(store, validAt="2023-01-01T00:00:00Z") == "NOT_STATED"
    assert await verdict(store) == "EXPECTED"


async def test_of_duplicates_in_one_batch_each_has_the_answer(store: RunningService) -> None:
    await sold(store, validFrom="2024-01-01T00:00:00Z")
    question: dict[str, Any] = {"communicator": "partner:fabrikam", "customer": "customer:contoso", "topic": "training"}
    others = [question | {"customer": "customer:adatum"}, question | {"communicator": "partner:northwind"}]
    document = "query ($q: [Question!]!) { permissions(questions: $q) { verdict communicator { id } customer { id } } }"
    found = (await store.query(document, q=[question, *others, question, *others, question]))["permissions"]

    assert [each["verdict"] for each in found] == ["EXPECTED", "NOT_STATED", "NOT_STATED"] * 2 + ["EXPECTED"]
    assert [each["customer"]["id"] for each in found[:3]] == ["customer:contoso", "customer:adatum", "customer:contoso"]
    assert found[2]["communicator"]["id"] == "partner:northwind"


async def test_a_customer_of_one_shape_with_another_is_told_of_by_its_own_names(store: RunningService) -> None:
    """Both have the same edges; the path of each is its own."""
    for partner, customer in (("fabrikam", "contoso"), ("northwind", "adatum")):
        start = {"type": "RESELLER_FOR", "from": f"partner:{partner}", "to": f"customer:{customer}", "validFrom": "2024-01-01T00:00:00Z"}
        await store.query(APPLY, changes=[{"start": start}], key=uuid4().hex)
    document = """query ($whom: ID!) { permittedCommunicators(customer: $whom, topic: "training") {
      communicator { id } explanation rulings { scope { ... on Node { id } } path { from { id } to { id } } } } }"""
    found = [(await store.query(document, whom=f"customer:{each}"))["permittedCommunicators"] for each in ["contoso", "adatum"] * 2]

    for given, (partner, customer) in zip(found, [("Fabrikam", "Contoso"), ("Northwind", "Adatum")] * 2, strict=True):
        [ruling] = given[0]["rulings"]
        ids = {"from": {"id": f"partner:{partner.lower()}"}, "to": {"id": f"customer:{customer.lower()}"}}
        assert (given[0]["communicator"]["id"], ruling["path"]) == (ids["from"]["id"], [ids])
        assert ruling["scope"]["id"] == ids["to"]["id"]
        assert partner in given[0]["explanation"]
        assert customer in given[0]["explanation"]


async def test_what_is_answered_at_once_is_what_is_waited_for(store: RunningService) -> None:
    """Of many customers, about several topics, in one document: the same as each question alone, errors too."""
    for partner, customer in (("fabrikam", "contoso"), ("northwind", "adatum")):
        start = {"type": "RESELLER_FOR", "from": f"partner:{partner}", "to": f"customer:{customer}", "validFrom": "2024-01-01T00:00:00Z"}
        await store.query(APPLY, changes=[{"start": start}], key=uuid4().hex)
    answer = "{ verdict communicator { id name } explanation revision rulings { standing statements { code text } path { from { id } } } }"
    alone = f"query ($whom: ID!, $topic: String!) {{ permittedCommunicators(customer: $whom, topic: $topic) {answer} }}"
    asked = f'a: permittedCommunicators(topic: $topic) {answer} b: permittedCommunicators(topic: "incident") {answer}'
    together = f"query ($ids: [ID!]!, $topic: String!) {{ nodes(ids: $ids) {{ ... on Customer {{ {asked} }} }} }}"
    ids = ["customer:contoso", "customer:adatum", "customer:contoso"]
    for topic in ("training", "renewal", "training"):
        nodes = (await store.query(together, ids=ids, topic=topic))["nodes"]
        for id_, node in zip(ids, nodes, strict=True):
            assert node["a"] == (await store.query(alone, whom=id_, topic=topic))["permittedCommunicators"]
            assert node["b"] == (await store.query(alone, whom=id_, topic="incident"))["permittedCommunicators"]
    wrong = await store.execute(together, ids=ids, topic="nothing")

    assert [error["extensions"]["code"] for error in wrong["errors"]] == ["NOT_FOUND"] * 3
    assert [(node["a"], len(node["b"])) for node in wrong["data"]["nodes"]] == [(None, 2)] * 3
