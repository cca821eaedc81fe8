"""What was said is said again, in pairs with what could make it another answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
OF_IT = """verdict permitted topic { name } communicator { __typename id name } customer { name country } permittedIn { ... on Node { id } }
  rulings { verdict standing scope { ... on ProductSubscription { offer status } ... on Customer { name } } statements { code }
    path { type validFrom source from { id } to { id } } }"""
WHO = f"""query ($id: ID!) {{ permittedCommunicators(customer: $id, topic: "renewal") {{ {OF_IT} }} }}"""
NESTED = f"""query ($id: ID!) {{ customer(id: $id) {{ name permittedCommunicators(topic: "renewal") {{ {OF_IT} }} }} }}"""
BULK = f"""query ($id: ID!) {{ permissions(questions: [
  {{ communicator: "partner:fabrikam", customer: $id, topic: "renewal" }}
  {{ communicator: "partner:northwind", customer: $id, topic: "renewal" }}
  {{ communicator: "operator:microsoft", customer: $id, topic: "renewal" }} ]) {{ {OF_IT} }} }}"""
ONE = f"""query ($id: ID!) {{ permission(communicator: "partner:northwind", customer: $id, topic: "training") {{ {OF_IT} }} }}"""
DOCUMENTS = {"who": WHO, "nested": NESTED, "bulk": BULK, "one": ONE}
BILLS = {"type": "BILLS", "from": "partner:fabrikam", "to": "subscription:office"}
RESELLS = {"type": "RESELLS", "from": "partner:northwind", "to": "subscription:office", "validFrom": "2024-01-01T00:00:00Z"}
CHANGES: dict[str, dict[str, Any]] = {
    "the partner has another name": {"putPartner": {"key": "fabrikam", "name": "Fabrikam Ltd"}},
    "a stranger has another name": {"putPartner": {"key": "northwind", "name": "Northwind Ltd"}},
    "the customer has another name": {"putCustomer": {"key": "contoso", "name": "Contoso Ltd"}},
    "the customer is elsewhere": {"putCustomer": {"key": "contoso", "cloud": "GERMANY"}},
    "the subscription has another offer": {"putSubscription": {"key": "office", "offer": "Another"}},
    "the subscription is deleted": {"putSubscription": {"key": "office", "status": "deleted"}},
    "another resells it": {"start": RESELLS},
    "nobody bills it": {"end": BILLS | {"validTo": "2025-01-01T00:00:00Z"}},
    "nobody ever billed it": {"retract": BILLS | {"validFrom": "2024-01-01T00:00:00Z"}},
}


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """Contoso holds a subscription that Fabrikam bills; nothing ties Northwind to it."""
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso", country="US")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="northwind", name="Northwind")],
        subscriptions=[row_of("subscriptions", key="office", offer="Office")],
        relationships=[
            row_of("relationships", type=type_, from_=start, to="subscription:office", valid_from="2024-01-01")
            for type_, start in (("HOLDS", "customer:contoso"), ("BILLS", "partner:fabrikam"))
        ],
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


async def asked(store: RunningService, document: str) -> dict[str, Any]:
    """With another text each time, so that the answer as a whole is not given again."""
    return dict(await store.query(f"{document} # {uuid4()}", id="customer:contoso"))


async def anew(store: RunningService, document: str) -> dict[str, Any]:
    """As nobody said it before: topics by their ids are looked up first."""
    return await asked(store, document.replace('topic: "', 'topic: "topic:'))


async def changed(store: RunningService, change: dict[str, Any]) -> None:
    await store.query(APPLY, changes=[change], key=uuid4().hex)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_was_said_is_said_until_it_is_another_answer(store: RunningService, document: str, change: dict[str, Any]) -> None:
    before = [await asked(store, document) for _ in range(3)]
    wanted = await anew(store, document)
    await changed(store, change)
    after = [await asked(store, document) for _ in range(3)]

    assert before == [wanted] * 3
    assert after == [await anew(store, document)] * 3


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_what_was_said_of_a_stretch_of_time_is_said_in_that_stretch_only(store: RunningService, document: str) -> None:
    """Nothing is written while it is asked."""
    end = datetime.now(UTC) + timedelta(seconds=2)
    await changed(store, {"end": BILLS | {"validTo": end.isoformat()}})
    before = [await asked(store, document) for _ in range(2)]
    is_early = datetime.now(UTC) < end
    await asyncio.sleep((end - datetime.now(UTC)).total_seconds() + 0.05)
    after = [await asked(store, document) for _ in range(2)]

    assert before[0] == before[1] or not is_early
    assert after == [await anew(store, document)] * 2
    assert before != after or document is ONE or not is_early


async def test_verdicts_that_are_said_again_are_counted_again(store: RunningService) -> None:
    async def counted() -> float:
        lines = (await store.client.get("/metrics")).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("vocero_verdicts_total{"))

    given = []
    for document in (WHO, BULK, NESTED, WHO, BULK, NESTED):
        before = await counted()
        await asked(store, document)
        given.append(await counted() - before)

    assert given == [1, 3, 1] * 2
