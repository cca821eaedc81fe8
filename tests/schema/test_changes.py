"""The log, watched over a WebSocket and over HTTP: every change once, in order, over reconnects."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService
from tests.watching import CHANGES, watching

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """A customer with a subscription and two partners."""
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso"), row_of("customers", key="adatum", name="Adatum")],
        partners=[row_of("partners", key="northwind", name="Northwind")],
        subscriptions=[row_of("subscriptions", key="office", offer="Microsoft 365 E3")],
        relationships=[row_of("relationships", type="HOLDS", from_="customer:contoso", to="subscription:office", valid_from="2024-01-01")],
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


async def applied(service: RunningService, *changes: dict[str, Any]) -> str:
    revision: str = (await service.query(APPLY, changes=list(changes), key=uuid4().hex))["apply"]["revision"]
    return revision


async def renamed(service: RunningService, name: str) -> str:
    return await applied(service, {"putCustomer": {"key": "contoso", "name": name}})


async def newest(service: RunningService) -> str:
    revision: str = (await service.query("{ revision }"))["revision"]
    return revision


async def test_a_change_is_told_with_whom_it_touched(store: RunningService) -> None:
    bills = {"type": "BILLS", "from": "partner:northwind", "to": "subscription:office", "validFrom": "2024-01-01T00:00:00Z"}
    async with watching(store.url, CHANGES, since=await newest(store)) as watch:
        revision = await applied(store, {"start": bills})
        change = await watch.next()

    assert change.pop("recordedAt")
    assert change == {
        "revision": revision,
        "actor": "anonymous",
        "summary": "apply: 1 start",
        "customerCount": 1,
        "customers": [{"id": "customer:contoso", "name": "Contoso"}],
    }


async def test_what_touches_a_partner_touches_its_customers(store: RunningService) -> None:
    sold = {"type": "RESELLER_FOR", "from": "partner:northwind", "to": "customer:adatum", "validFrom": "2024-01-01T00:00:00Z"}
    since = await applied(store, {"start": sold})
    async with watching(store.url, CHANGES, since=since) as watch:
        await applied(store, {"putPartner": {"key": "northwind", "name": "Northwind Traders"}})
        change = await watch.next()

    assert (change["customerCount"], change["customers"]) == (1, [{"id": "customer:adatum", "name": "Adatum"}])


async def test_from_a_revision_on_every_later_change_comes_once_and_in_order(store: RunningService) -> None:
    """Three before the watch, three while it runs."""
    since = await newest(store)
    before = [await renamed(store, f"Contoso {number}") for number in range(3)]
    async with watching(store.url, CHANGES, since=since) as watch:
        told = [change["revision"] for change in await watch.take(3)]
        after = [await renamed(store, f"Contoso {number}") for number in range(3, 6)]
        told += [change["revision"] for change in await watch.take(3)]
        assert await watch.until_quiet(0.5) == []

    assert told == before + after


async def test_whoever_comes_back_with_the_last_revision_misses_nothing_and_gets_nothing_twice(store: RunningService) -> None:
    since = await newest(store)
    made, told = [], []
    for round_ in range(4):
        async with watching(store.url, CHANGES, since=since) as watch:
            made += [await renamed(store, f"{round_} {number}") for number in range(3)]
            told += [(await watch.next())["revision"] for _ in range(2)]  # leaves one behind each time
            since = told[-1]
    async with watching(store.url, CHANGES, since=since) as watch:
        told += [change["revision"] for change in (*await watch.take(4), *await watch.until_quiet())]

    assert told == made


async def test_without_a_revision_a_watch_begins_with_what_comes(store: RunningService) -> None:
    await renamed(store, "before")
    async with watching(store.url, CHANGES) as watch:
        assert await watch.until_quiet(0.5) == []
        revision = await renamed(store, "after")

        assert (await watch.next())["revision"] == revision


async def test_an_event_is_answered_at_its_own_revision(store: RunningService) -> None:
    async with watching(store.url, CHANGES, since=await newest(store)) as watch:
        names = []
        for number in range(3):
            await renamed(store, f"Contoso {number}")
            names.append((await watch.next())["customers"][0]["name"])

    assert names == ["Contoso 0", "Contoso 1", "Contoso 2"]


async def test_an_event_shows_its_customers_as_they_were_at_its_own_revision(store: RunningService) -> None:
    """However much was written since: neither a later name, nor who came to be touched later."""
    since = await newest(store)
    for number in range(3):
        await renamed(store, f"Contoso {number}")
    await applied(store, {"putPartner": {"key": "northwind", "country": "ES"}})
    sold = {"type": "RESELLER_FOR", "from": "partner:northwind", "to": "customer:adatum", "validFrom": "2024-01-01T00:00:00Z"}
    await applied(store, {"start": sold}, {"putCustomer": {"key": "adatum", "name": "Adatum AG"}})
    async with watching(store.url, CHANGES, since=since) as watch:
        events = await watch.take(5)

    assert [[each["name"] for each in event["customers"]] for event in events] == [
        *(["Contoso 0"], ["Contoso 1"], ["Contoso 2"]),
        [],
        ["Adatum AG"],
    ]
    assert [event["customerCount"] for event in events] == [1, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("variables", "code"),
    [({"since": "yesterday"}, "BAD_INPUT"), ({"since": 5}, "BAD_INPUT")],
    ids=["no revision", "no text"],
)
async def test_a_revision_that_is_none_is_refused(store: RunningService, variables: dict[str, object], code: str) -> None:
    async with watching(store.url, CHANGES, **variables) as watch:
        payload = await watch.payload()

    assert [error["extensions"]["code"] for error in payload["errors"]] == [code]


@pytest.mark.parametrize(
    ("accept", "separator"),
    [("text/event-stream", "\n\n"), ('multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json', "--graphql")],
    ids=["server-sent events", "multipart"],
)
async def test_the_same_changes_come_over_http(store: RunningService, accept: str, separator: str) -> None:
    since = await newest(store)
    made = [await renamed(store, f"Contoso {number}") for number in range(3)]
    body = {"query": CHANGES, "variables": {"since": since}}
    told: list[dict[str, Any]] = []
    async with store.client.stream("POST", "/graphql", json=body, headers={"accept": accept}) as response:
        text = ""
        async for part in response.aiter_text():
            text += part
            *whole, text = text.split(separator)
            told += [json.loads(each[each.index("{") : each.rindex("}") + 1]) for each in whole if "revision" in each]
            if len(told) == 3:
                break

    payloads = [each.get("payload", each) for each in told]
    assert [payload["data"]["changes"]["revision"] for payload in payloads] == made


async def test_a_subscription_over_plain_http_is_told_where_it_is_answered(store: RunningService) -> None:
    response = await store.client.post("/graphql", json={"query": CHANGES})

    assert (response.status_code, "graphql-transport-ws" in response.text) == (400, True)
