"""Permissions as they change: what a watcher is told adds up to what anyone who asks is answered."""

import asyncio
import functools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService
from tests.watching import PERMISSION_CHANGES, watching

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
CUSTOMERS = ("customer:adatum", "customer:contoso")
PARTNERS = ("partner:fabrikam", "partner:northwind")
SUBSCRIPTIONS = ("subscription:azure", "subscription:office")
STARTED = "2024-01-01T00:00:00Z"

Verdicts = dict[tuple[str, str, str], str]
"""(customer, communicator, topic) -> verdict, where it says anything."""
NOTHING = ("NOT_STATED", "NOT_COVERED")
"""Outside the policy's clouds whoever asks is not covered, listed in the matrix or not: the two are one here."""


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """Contoso holds both subscriptions, Northwind bills them; Adatum holds nothing."""
    ties = [
        row_of("relationships", type=type_, from_=start, to=subscription, valid_from="2024-01-01")
        for subscription in SUBSCRIPTIONS
        for type_, start in (("HOLDS", "customer:contoso"), ("BILLS", "partner:northwind"))
    ]
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso"), row_of("customers", key="adatum", name="Adatum")],
        partners=[row_of("partners", key="northwind", name="Northwind"), row_of("partners", key="fabrikam", name="Fabrikam")],
        subscriptions=[row_of("subscriptions", key="office"), row_of("subscriptions", key="azure", consumption="true")],
        relationships=ties,
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


async def applied(service: RunningService, *changes: dict[str, Any]) -> str:
    revision: str = (await service.query(APPLY, changes=list(changes), key=uuid4().hex))["apply"]["revision"]
    return revision


async def newest(service: RunningService) -> str:
    revision: str = (await service.query("{ revision }"))["revision"]
    return revision


def tie(type_: str, start: str, end: str, **more: object) -> dict[str, Any]:
    return {"start": {"type": type_, "from": start, "to": end, "validFrom": STARTED} | more}


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def brief(difference: dict[str, Any]) -> tuple[str, str, str, str]:
    return (difference["communicator"]["id"], difference["topic"]["code"], difference["before"], difference["after"])


async def answered(service: RunningService) -> Verdicts:
    """What the matrices say now."""
    matrix = "id permissionMatrix { topics { code } communicators { id } verdicts }"
    data = await service.query(f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Customer {{ {matrix} }} }} }}", ids=list(CUSTOMERS))
    return {
        (customer["id"], who["id"], topic["code"]): verdict
        for customer in data["nodes"]
        for topic, row in zip(customer["permissionMatrix"]["topics"], customer["permissionMatrix"]["verdicts"], strict=True)
        for who, verdict in zip(customer["permissionMatrix"]["communicators"], row, strict=True)
        if verdict not in NOTHING
    }


def told(verdicts: Verdicts, difference: dict[str, Any]) -> Verdicts:
    """The verdicts after one difference, which has to go on from where they stand."""
    place = (difference["customer"]["id"], difference["communicator"]["id"], difference["topic"]["code"])
    assert verdicts.get(place) == (None if difference["before"] in NOTHING else difference["before"]), (place, difference)
    assert difference["before"] != difference["after"]
    rest = {each: verdict for each, verdict in verdicts.items() if each != place}
    return rest if difference["after"] in NOTHING else rest | {place: difference["after"]}


async def test_a_change_of_hands_is_told_for_both_partners(store: RunningService) -> None:
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store), topics=["invoice", "topic:renewal"]) as watch:
        completed = soon(-1)
        moved = {"subscriptions": ["subscription:azure"], "to": "partner:fabrikam", "completedAt": completed}
        await applied(store, {"transferBilling": moved})
        differences = await watch.take(2)
        differences += await watch.until_quiet(0.5)

    assert {brief(each) for each in differences} == {
        ("partner:fabrikam", "invoice", "NOT_STATED", "EXPECTED"),
        ("partner:fabrikam", "renewal", "NOT_STATED", "EXPECTED"),
    }
    assert [each["topic"]["code"] for each in differences] == ["renewal", "invoice"]
    assert all(moment(completed) < moment(each["at"]) <= datetime.now(UTC) for each in differences)


async def test_only_what_is_of_interest_is_told(store: RunningService) -> None:
    interest = {"customers": ["customer:ADATUM"], "communicator": "partner:fabrikam", "topics": ["training"]}
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store), **interest) as watch:
        await applied(store, *(tie("RESELLER_FOR", partner, customer) for partner in PARTNERS for customer in CUSTOMERS))
        differences = [await watch.next(), *await watch.until_quiet(0.5)]

    assert [(each["customer"]["id"], *brief(each)) for each in differences] == [
        ("customer:adatum", "partner:fabrikam", "training", "NOT_STATED", "EXPECTED")
    ]


async def test_what_comes_by_time_alone_is_told_when_it_comes(store: RunningService) -> None:
    begins, ends = soon(2), soon(4)
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store), topics=["training"]) as watch:
        await applied(store, tie("RESELLER_FOR", "partner:fabrikam", "customer:adatum", validFrom=begins, validTo=ends))
        first = await watch.next()
        heard = datetime.now(UTC)
        second = await watch.next()

    assert (brief(first), moment(first["at"])) == (("partner:fabrikam", "training", "NOT_STATED", "EXPECTED"), moment(begins))
    assert (brief(second), moment(second["at"])) == (("partner:fabrikam", "training", "EXPECTED", "NOT_STATED"), moment(ends))
    assert moment(begins) <= heard


async def test_a_closing_scope_ends_by_time_alone_a_year_after_the_subscription(store: RunningService) -> None:
    """Nothing begins or ends then."""
    closes = datetime.now(UTC) + timedelta(seconds=4)
    ended = (closes - timedelta(days=1)).replace(year=closes.year - 1) + timedelta(days=1)  # no 29 February either side
    ends = {"type": "HOLDS", "from": "customer:contoso", "validTo": ended.isoformat().replace("+00:00", "Z")}
    await applied(store, *({"end": ends | {"to": subscription}} for subscription in SUBSCRIPTIONS))
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store), topics=["invoice", "cancellation", "renewal"]) as watch:
        differences = await watch.take(2)

    assert {brief(each) for each in differences} == {
        ("partner:northwind", "invoice", "PERMITTED", "NOT_STATED"),
        ("partner:northwind", "cancellation", "PERMITTED", "NOT_STATED"),
    }
    assert {moment(each["at"]) for each in differences} == {closes}


async def test_who_provides_for_whom_moves_a_verdict_before_the_first_purchase(store: RunningService) -> None:
    related = (tie("RESELLER_FOR", partner, "customer:adatum") for partner in PARTNERS)
    await applied(store, *related)
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store), topics=["renewal"]) as watch:
        await applied(store, tie("PROVIDES_FOR", "partner:northwind", "partner:fabrikam"))
        differences = await watch.take(1)

    assert [brief(each) for each in differences] == [("partner:northwind", "renewal", "EXPECTED", "PERMITTED")]


async def test_a_difference_is_resumed_after_wherever_it_stood(store: RunningService) -> None:
    """Two steps, one by a revision and one by time; from each difference on the rest comes, and nothing else."""
    since = await newest(store)
    await applied(store, tie("RESELLER_FOR", "partner:fabrikam", "customer:adatum", validTo=soon(1.5)))
    async with watching(store.url, PERMISSION_CHANGES, since=since) as watch:
        everything = [await watch.next()]
        while verdicts_of(everything):
            everything.append(await watch.next())
    places = [each["revision"] for each in everything]
    chosen = sorted({0, 1, len(places) // 2 - 1, len(places) // 2, len(places) - 2, len(places) - 1})
    rests = [await rest(store, places[place], len(places) - place - 1) for place in chosen]

    assert len(places) == len(set(places)) > 40
    assert rests == [everything[place + 1 :] for place in chosen]


def verdicts_of(differences: list[dict[str, Any]]) -> Verdicts:
    """What they leave of a book in which nobody was anything; nothing when all has ended again."""
    return functools.reduce(told, differences, {})


async def rest(service: RunningService, since: str, number: int) -> list[dict[str, Any]]:
    """So many differences, and whatever comes besides."""
    async with watching(service.url, PERMISSION_CHANGES, since=since) as watch:
        return [*await watch.take(number), *await watch.until_quiet(0.6)]


async def test_the_revision_of_a_difference_is_a_revision_like_any_other(store: RunningService) -> None:
    async with watching(store.url, PERMISSION_CHANGES, since=await newest(store)) as watch:
        await applied(store, tie("RESELLER_FOR", "partner:fabrikam", "customer:adatum"))
        difference = await watch.next()
    ask = """query ($at: Revision!, $who: ID!, $whom: ID!, $topic: String!) {
      permission(communicator: $who, customer: $whom, topic: $topic, consistency: {atLeast: $at}) { verdict } }"""
    names = {"who": difference["communicator"]["id"], "whom": difference["customer"]["id"], "topic": difference["topic"]["code"]}
    answer = await store.query(ask, at=difference["revision"], **names)

    assert answer["permission"]["verdict"] == difference["after"]


@pytest.mark.parametrize(
    ("interest", "code"),
    [
        ({"customers": ["partner:fabrikam"]}, "BAD_INPUT"),
        ({"communicator": "contoso"}, "BAD_INPUT"),
        ({"topics": ["renewals"]}, "NOT_FOUND"),
        ({"since": "now"}, "BAD_INPUT"),
    ],
)
async def test_an_interest_that_can_not_be_is_refused(store: RunningService, interest: dict[str, object], code: str) -> None:
    async with watching(store.url, PERMISSION_CHANGES, **interest) as watch:
        payload = await watch.payload()

    assert [error["extensions"]["code"] for error in payload["errors"]] == [code]


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_told_adds_up_to_what_is_answered(store: RunningService, seed: int) -> None:
    """Random changes, some of which take effect while the watch runs, heard over a connection that is lost again and again."""
    chance = random.Random(seed)  # noqa: S311
    verdicts, since = await answered(store), await newest(store)
    making = asyncio.create_task(changes_at_random(store, chance))
    heard = 0
    while not making.done() or heard == 0:
        async with watching(store.url, PERMISSION_CHANGES, since=since) as watch:
            for _ in range(chance.randint(1, 60)):
                try:
                    difference = await watch.next(1.6)
                except TimeoutError:
                    break
                verdicts, since, heard = told(verdicts, difference), difference["revision"], heard + 1
    await making
    await asyncio.sleep(2)  # the last of what comes by time has come
    final = await answered(store)
    async with watching(store.url, PERMISSION_CHANGES, since=since) as watch:
        while verdicts != final:
            verdicts, heard = told(verdicts, await watch.next()), heard + 1
        for difference in await watch.until_quiet(0.5):  # it may have stood so before
            verdicts, heard = told(verdicts, difference), heard + 1

    assert heard > 50
    assert verdicts == final == await answered(store)


async def changes_at_random(service: RunningService, chance: random.Random) -> None:
    """Some are refused, for one that stands against them: that is a chance too."""
    for _ in range(14):
        customer, partner, subscription = chance.choice(CUSTOMERS), chance.choice(PARTNERS), chance.choice(SUBSCRIPTIONS)
        begins = {"validFrom": chance.choice([STARTED, soon(chance.uniform(0, 1.5))])}
        ends = {"validTo": soon(chance.uniform(-1, 1.5))}
        await service.execute(
            APPLY,
            changes=[
                chance.choice(
                    [
                        tie("RESELLER_FOR", partner, customer, **begins),
                        tie("ADMINISTERS", partner, customer, kind="GDAP", **begins, validTo=soon(2)),
                        tie("RESELLS", partner, subscription, **begins),
                        {"end": {"type": "BILLS", "from": partner, "to": subscription} | ends},
                        {"end": {"type": "HOLDS", "from": "customer:contoso", "to": subscription} | ends},
                        {"transferBilling": {"subscriptions": [subscription], "to": partner, "completedAt": soon(-1)}},
                        {"putCustomer": {"key": customer.partition(":")[2], "cloud": chance.choice(["PUBLIC", "GERMANY", "CHINA"])}},
                        {"putSubscription": {"key": subscription.partition(":")[2], "status": chance.choice(["active", "deleted"])}},
                    ]
                )
            ],
            key=uuid4().hex,
        )
        await asyncio.sleep(chance.uniform(0, 0.3))
