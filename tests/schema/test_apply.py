"""Changes over HTTP: all or none, once for each key, every fault at its index."""

import asyncio
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from policy.terms import AdminKind, RelationshipType
from tests.conftest import on_both_stores
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied replayed } }"
STARTED = "2024-01-01T00:00:00Z"
SOLD: list[dict[str, Any]] = [
    {"start": {"type": "HOLDS", "from": "customer:contoso", "to": "subscription:office", "validFrom": STARTED}},
    {"start": {"type": "BILLS", "from": "partner:northwind", "to": "subscription:office", "validFrom": STARTED, "source": "test"}},
    {"putSubscription": {"key": "office", "offer": "Microsoft 365 E3"}},
]

pytestmark = on_both_stores


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """A customer, two partners, and nothing between them."""
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso", domain="contoso.example")],
        partners=[row_of("partners", key="northwind", name="Northwind"), row_of("partners", key="fabrikam", name="Fabrikam")],
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


async def applied(service: RunningService, *changes: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = (await service.query(APPLY, changes=list(changes), key=key or uuid4().hex))["apply"]
    return answer


async def faults(service: RunningService, *changes: dict[str, Any], key: str | None = None) -> list[tuple[int | None, str]]:
    body = await service.execute(APPLY, changes=list(changes), key=key or uuid4().hex)
    return [(error["extensions"].get("index"), error["extensions"]["code"]) for error in body["errors"]]


@pytest.mark.parametrize("what", ["start", "end", "retract"])
async def test_a_relationship_that_cannot_be_is_a_fault_whatever_its_ends(store: RunningService, what: str) -> None:
    """Every type between every two kinds of id, a topic's too, with a kind of admin access and without: all of them in one apply."""
    ids = ("customer:contoso", "partner:fabrikam", "operator:microsoft", "subscription:s", "agreement:a", "topic:renewal")
    when = {"validTo" if what == "end" else "validFrom": "2026-01-01T00:00:00Z"}
    given = [
        {what: {"type": type_, "from": start, "to": end, **when, **({"kind": kind} if kind else {})}}
        for type_ in RelationshipType
        for start, end in product(ids, repeat=2)
        for kind in (None, *AdminKind)
        if what != "start" or "topic" in start + end
    ]

    found = await faults(store, *given)

    assert [index for index, _ in found] == [*range(len(given))]
    assert {code for _, code in found} <= {"BAD_INPUT", "NOT_FOUND", "CONFLICT"}


async def history(service: RunningService) -> list[tuple[str, str, str, str | None, bool]]:
    """(type, from, validFrom, validTo, is it still believed?) of every record at the subscription."""
    document = """{ node(id: "subscription:office") { ... on ProductSubscription {
      history { type from { id } validFrom validTo supersededAt } } } }"""
    records = (await service.query(document))["node"]["history"]
    return [
        (each["type"], each["from"]["id"], each["validFrom"][:10], (each["validTo"] or "")[:10] or None, not each["supersededAt"])
        for each in records
    ]


async def test_what_is_applied_is_what_is_answered(store: RunningService) -> None:
    made = await applied(store, *SOLD)
    answer = await store.query(
        """query ($at: Revision!) { permission(communicator: "partner:northwind", customer: "customer:contoso", topic: "renewal",
          consistency: {atLeast: $at}) { verdict rulings { standing } revision } }""",
        at=made["revision"],
    )

    assert (made["applied"], made["replayed"]) == (3, False)
    assert answer["permission"] == {"verdict": "EXPECTED", "rulings": [{"standing": "DIRECT_BILLER"}], "revision": made["revision"]}


async def test_the_same_key_gives_the_first_answer_and_changes_nothing_again(store: RunningService) -> None:
    first = await applied(store, *SOLD, key="once")
    again = await applied(store, *SOLD, key="once")

    assert again == first | {"replayed": True}
    assert len(await history(store)) == 2


async def test_a_key_of_other_changes_is_a_conflict(store: RunningService) -> None:
    await applied(store, *SOLD, key="once")

    assert await faults(store, SOLD[2], key="once") == [(None, "CONFLICT")]


async def test_changes_that_change_nothing_take_no_revision(store: RunningService) -> None:
    first = await applied(store, *SOLD)
    again = await applied(store, *SOLD)

    assert again == {"revision": first["revision"], "applied": 0, "replayed": False}


async def test_every_fault_is_told_at_the_index_of_its_change_and_nothing_is_made(store: RunningService) -> None:
    wrong = [
        {"putCustomer": {"key": "new", "name": "New"}},
        {"start": {"type": "HOLDS", "from": "customer:nobody", "to": "subscription:office", "validFrom": STARTED}},
        {"start": {"type": "BILLS", "from": "customer:contoso", "to": "subscription:office", "validFrom": STARTED}},
        {"putAgreement": {"key": "two words", "channel": "CSP"}},
        {"end": {"type": "BILLS", "from": "partner:northwind", "to": "subscription:office", "validTo": STARTED}},
        {"putAgreement": {"key": "ea", "type": "EA"}},
        {"start": {"type": "ADMINISTERS", "from": "partner:northwind", "to": "customer:contoso", "validFrom": STARTED}},
    ]
    found = await faults(store, {"putSubscription": {"key": "office"}}, *wrong)

    assert found == [(2, "NOT_FOUND"), (3, "BAD_INPUT"), (4, "BAD_INPUT"), (5, "CONFLICT"), (6, "BAD_INPUT"), (7, "BAD_INPUT")]
    there = await store.query('{ a: customer(id: "customer:new") { id } b: node(id: "subscription:office") { id } }')
    assert there == {"a": None, "b": None}


async def test_an_omitted_member_keeps_what_is_stored_and_null_clears_it(store: RunningService) -> None:
    await applied(store, {"putCustomer": {"key": "CONTOSO", "name": "Contoso Ibérica", "domain": None}})

    customer = (await store.query('{ customer(id: "customer:contoso") { name domain cloud } }'))["customer"]
    assert customer == {"name": "Contoso Ibérica", "domain": None, "cloud": "PUBLIC"}


async def test_an_end_and_a_correction_keep_what_was_believed_before(store: RunningService) -> None:
    await applied(store, *SOLD)
    bills = {"type": "BILLS", "from": "partner:northwind", "to": "subscription:office"}
    await applied(store, {"end": bills | {"validTo": "2024-07-01T00:00:00Z"}})
    await applied(store, {"retract": bills | {"validFrom": STARTED}}, {"start": bills | {"validFrom": "2024-02-01T00:00:00Z"}})

    assert [each for each in await history(store) if each[0] == "BILLS"] == [
        ("BILLS", "partner:northwind", "2024-01-01", None, False),
        ("BILLS", "partner:northwind", "2024-01-01", "2024-07-01", False),
        ("BILLS", "partner:northwind", "2024-02-01", None, True),
    ]


@pytest.mark.parametrize(("consumption", "boundary"), [(False, "2024-06-02T00:00:00Z"), (True, "2024-06-01T00:00:00Z")])
async def test_a_transfer_takes_effect_at_its_boundary(store: RunningService, consumption: bool, boundary: str) -> None:  # noqa: FBT001
    """Completed exactly at midnight: at once where billing is by consumption, else at the start of the next day."""
    await applied(
        store,
        *SOLD,
        {"putSubscription": {"key": "office", "consumption": consumption}},
        {"start": {"type": "RESELLS", "from": "partner:fabrikam", "to": "subscription:office", "validFrom": STARTED}},
        {"start": {"type": "SUPPORTS", "from": "partner:fabrikam", "to": "subscription:office", "validFrom": STARTED}},
    )
    moved = {"subscriptions": ["subscription:office"], "to": "partner:fabrikam", "completedAt": "2024-06-01T00:00:00Z"}
    await applied(store, {"transferBilling": moved})
    live = """{ type from { id } validFrom }"""
    data = await store.query(
        f"""query ($at: DateTime!) {{ customer(id: "customer:contoso") {{
          after: relationships(types: [BILLS, RESELLS, SUPPORTS], asOf: {{validAt: $at}}) {live} }} }}""",
        at=boundary,
    )

    assert data["customer"]["after"] == [{"type": "BILLS", "from": {"id": "partner:fabrikam"}, "validFrom": boundary}]


async def test_what_is_not_named_stays_as_it_is(store: RunningService) -> None:
    """Others that one partner bills, of the same customer and from the same instant on: ending one ends no other."""
    names = [f"subscription:s{number}" for number in range(20)]
    ties = [
        {"start": {"type": type_, "from": start, "to": name, "validFrom": STARTED}}
        for name in names
        for type_, start in (("HOLDS", "customer:contoso"), ("BILLS", "partner:northwind"))
    ]
    await applied(store, *({"putSubscription": {"key": name.partition(":")[2]}} for name in names), *ties)
    await applied(
        store, {"transferBilling": {"subscriptions": names[:2], "to": "partner:fabrikam", "completedAt": STARTED[:3] + "5" + STARTED[4:]}}
    )
    await applied(store, {"end": {"type": "BILLS", "from": "partner:northwind", "to": names[2], "validTo": "2025-01-01T00:00:00Z"}})
    data = await store.query('{ customer(id: "customer:contoso") { subscriptions { id billedBy { id } history { type supersededAt } } } }')

    billers = {each["id"]: each["billedBy"] and each["billedBy"]["id"] for each in data["customer"]["subscriptions"]}
    superseded = {each["id"] for each in data["customer"]["subscriptions"] for record in each["history"] if record["supersededAt"]}
    assert billers == dict.fromkeys(names, "partner:northwind") | dict.fromkeys(names[:2], "partner:fabrikam") | {names[2]: None}
    assert superseded == set(names[:3])


async def test_of_many_writers_at_once_each_takes_a_revision_of_its_own(store: RunningService) -> None:
    answers = await asyncio.gather(*(applied(store, {"putCustomer": {"key": f"new-{number}"}}) for number in range(20)))

    assert len({answer["revision"] for answer in answers}) == 20
    assert (await store.query("{ customers { totalCount } }"))["customers"]["totalCount"] == 21


async def test_of_two_billers_at_once_one_is_taken(store: RunningService) -> None:
    await applied(store, *SOLD[::2], SOLD[2])
    bills = [
        {"start": {"type": "BILLS", "from": partner, "to": "subscription:office", "validFrom": STARTED}}
        for partner in ("partner:northwind", "partner:fabrikam")
    ]
    bodies = await asyncio.gather(*(store.execute(APPLY, changes=[each], key=uuid4().hex) for each in bills * 3))

    took = [body["data"]["apply"]["applied"] for body in bodies if body["data"]]
    assert sum(took) == 1
    assert {error["extensions"]["code"] for body in bodies for error in body.get("errors", [])} == {"CONFLICT"}
