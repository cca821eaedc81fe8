"""What changes would change, over HTTP: exactly what they do change once they are made, and nothing of it is kept."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from policy.instant import now, written
from resolvers.simulate import MOST_CHANGES, MOST_CUSTOMERS, MOST_DIFFERENCES
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

Change = dict[str, Any]
Cell = tuple[str, str, str]

STARTED = "2024-01-01T00:00:00Z"
SOON = "2040-06-01T10:00:00Z"
SIMULATE = """query ($changes: [Change!]!, $customers: [ID!], $topics: [String!], $asOf: AsOf) {
  simulate(changes: $changes, customers: $customers, topics: $topics, asOf: $asOf) {
    customer { id } communicator { id } topic { code } before after at revision } }"""
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { applied } }"
MATRICES = """query ($at: DateTime!) { customers(first: 100, consistency: {full: true}) { edges { node { id cloud
  permissionMatrix(asOf: {validAt: $at}) { topics { code } communicators { id } verdicts } } } } }"""

BOOK = Book(
    customers=[row_of("customers", key=key, name=key.title()) for key in ("contoso", "tailspin", "wingtip", "woodgrove")],
    partners=[row_of("partners", key=key, name=key.title()) for key in ("northwind", "fabrikam", "litware", "adatum")],
    subscriptions=[
        row_of("subscriptions", key="office", offer="Microsoft 365 E3"),
        row_of("subscriptions", key="azure", offer="Azure plan", consumption="true"),
        row_of("subscriptions", key="visio", offer="Visio"),
        row_of("subscriptions", key="unbilled", offer="Power BI"),
    ],
    agreements=[row_of("agreements", key="ea", type="Enterprise", channel="DIRECT")],
    relationships=[
        row_of("relationships", type=type_, from_=start, to=end, kind=kind, valid_from=STARTED)
        for type_, start, end, kind in (
            ("HOLDS", "customer:contoso", "subscription:office", ""),
            ("HOLDS", "customer:contoso", "subscription:azure", ""),
            ("HOLDS", "customer:tailspin", "subscription:visio", ""),
            ("HOLDS", "customer:tailspin", "subscription:unbilled", ""),
            ("BILLS", "partner:northwind", "subscription:office", ""),
            ("BILLS", "partner:northwind", "subscription:azure", ""),
            ("BILLS", "partner:northwind", "subscription:visio", ""),
            ("RESELLS", "partner:fabrikam", "subscription:office", ""),
            ("SUPPORTS", "partner:fabrikam", "subscription:office", ""),
            ("PROVIDES_FOR", "partner:northwind", "partner:fabrikam", ""),
            ("RESELLER_FOR", "partner:fabrikam", "customer:wingtip", ""),
            ("ADMINISTERS", "partner:adatum", "customer:tailspin", "GDAP"),
            ("PARTY_TO", "customer:woodgrove", "agreement:ea", ""),
            ("PARTY_TO", "customer:tailspin", "agreement:ea", ""),
        )
    ],
)


def start(type_: str, from_: str, to: str, valid_from: str = STARTED, **more: str) -> Change:
    return {"start": {"type": type_, "from": from_, "to": to, "validFrom": valid_from, **more}}


def end(type_: str, from_: str, to: str, valid_to: str, **more: str) -> Change:
    return {"end": {"type": type_, "from": from_, "to": to, "validTo": valid_to, **more}}


def retract(type_: str, from_: str, to: str) -> Change:
    return {"retract": {"type": type_, "from": from_, "to": to, "validFrom": STARTED}}


def transfer(*subscriptions: str, completed_at: str = "2024-06-01T10:00:00Z", **more: str) -> Change:
    return {"transferBilling": {"subscriptions": subscriptions, "to": "partner:litware", "completedAt": completed_at, **more}}


OFFICE_BILLS = ("BILLS", "partner:northwind", "subscription:office")
KINDS: dict[str, list[Change]] = {
    "a biller where there was none": [start("BILLS", "partner:litware", "subscription:unbilled")],
    "an operator that bills from an instant in the future on": [
        end("BILLS", "partner:northwind", "subscription:visio", SOON),
        start("BILLS", "operator:microsoft", "subscription:visio", SOON),
    ],
    "an end": [end(*OFFICE_BILLS, "2024-06-01T00:00:00Z")],
    "an end in the future": [end("ADMINISTERS", "partner:adatum", "customer:tailspin", SOON, kind="GDAP")],
    "a transfer of licences to another reseller": [transfer("subscription:office", reseller="partner:adatum")],
    "a transfer in the future of both kinds": [transfer("subscription:office", "subscription:azure", completed_at=SOON)],
    "a relationship that never held": [retract("RESELLER_FOR", "partner:fabrikam", "customer:wingtip")],
    "a correction": [
        retract("BILLS", "partner:northwind", "subscription:visio"),
        start("BILLS", "partner:adatum", "subscription:visio"),
    ],
    "a subscription that is deleted": [{"putSubscription": {"key": "visio", "status": "deleted"}}],
    "an agreement that is another partner's": [{"putAgreement": {"key": "ea", "channel": "CSP"}}],
    "a cloud that is not covered": [{"putCustomer": {"key": "contoso", "cloud": "CHINA"}}],
    "a subscription that another customer holds": [
        end("HOLDS", "customer:contoso", "subscription:office", "2024-06-01T00:00:00Z"),
        start("HOLDS", "customer:wingtip", "subscription:office", "2024-06-01T00:00:00Z"),
    ],
    "a new customer, and all that it needs": [
        start("BILLS", "partner:new", "subscription:new"),
        start("HOLDS", "customer:new", "subscription:new"),
        {"putCustomer": {"key": "new", "name": "New"}},
        {"putPartner": {"key": "new", "name": "Newer"}},
        {"putSubscription": {"key": "new", "offer": "Teams"}},
    ],
    "several at once": [
        transfer("subscription:azure", "subscription:visio", reseller="partner:adatum"),
        end("PARTY_TO", "customer:woodgrove", "agreement:ea", "2024-06-01T00:00:00Z"),
        start("ADMINISTERS", "partner:litware", "customer:wingtip", kind="DAP"),
    ],
    "what moves no verdict": [
        {"putPartner": {"key": "northwind", "name": "Northwind Traders"}},
        start("PROVIDES_FOR", "partner:litware", "partner:adatum"),
        {"putCustomer": {"key": "contoso", "name": "Contoso Ltd"}},
    ],
}


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """Customers of an indirect sale, of direct billing beside an agreement, of a relationship alone, and of an agreement alone."""
    BOOK.write(tmp_path / "book")
    assert await service.replace_with(tmp_path / "book") == []
    return service


@pytest.fixture
async def driver(service: RunningService) -> Any:  # noqa: ANN401 - an async generator of a driver
    """Neo4j itself, behind the service's back."""
    address = service.neo4j
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password), notifications_min_severity="OFF") as driver:
        yield driver


async def simulated(service: RunningService, *changes: Change, **asked: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await service.query(SIMULATE, changes=list(changes), **asked))["simulate"]
    return found


async def refused(service: RunningService, *changes: Change, **asked: object) -> list[tuple[str, str]]:
    body = await service.execute(SIMULATE, changes=list(changes), **asked)
    assert body["data"] is None
    return [(error["extensions"]["code"], error["message"]) for error in body["errors"]]


async def applied(service: RunningService, *changes: Change) -> int:
    made: int = (await service.query(APPLY, changes=list(changes), key=uuid4().hex))["apply"]["applied"]
    return made


async def matrices(service: RunningService, at: str) -> tuple[dict[Cell, str], dict[str, str]]:
    """The verdict of every candidate of every customer about every topic, and for each customer that of whoever is no candidate."""
    cells, others = {}, {}
    for edge in (await service.query(MATRICES, at=at))["customers"]["edges"]:
        node, matrix = edge["node"], edge["node"]["permissionMatrix"]
        others[node["id"]] = "NOT_COVERED" if node["cloud"] == "CHINA" else "NOT_STATED"
        for topic, row in zip(matrix["topics"], matrix["verdicts"], strict=True):
            for communicator, verdict in zip(matrix["communicators"], row, strict=True):
                cells[node["id"], communicator["id"], topic["code"]] = verdict
    return cells, others


async def everything(driver: AsyncDriver) -> list[list[dict[str, Any]]]:
    statements = (
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id",
        "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS type, properties(r) AS properties ORDER BY id",
    )
    return [[record.data() for record in (await driver.execute_query(statement)).records] for statement in statements]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_simulated_is_what_the_same_changes_come_to(store: RunningService, kind: str) -> None:
    changes = KINDS[kind]
    told = await simulated(store, *changes)
    at = told[0]["at"] if told else written(now())

    before, others_before = await matrices(store, at)
    await applied(store, *changes)
    after, others_after = await matrices(store, at)

    codes = [topic["code"] for topic in (await store.query("{ topics { code } }"))["topics"]]
    differ = []
    for cell in sorted(before.keys() | after.keys(), key=lambda cell: (cell[0], cell[1], codes.index(cell[2]))):
        earlier = before.get(cell, others_before.get(cell[0], "NOT_STATED"))  # of a customer that is not known nothing is stated
        later = after.get(cell, others_after[cell[0]])
        if earlier != later:
            differ.append((*cell, earlier, later))
    assert [(d["customer"]["id"], d["communicator"]["id"], d["topic"]["code"], d["before"], d["after"]) for d in told] == differ
    assert bool(told) == (kind != "what moves no verdict")
    assert {each["at"] for each in told} <= {at}


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_of_a_simulation_is_kept(store: RunningService, driver: AsyncDriver, kind: str) -> None:
    revision = (await store.query("{ revision }"))["revision"]
    before = await everything(driver)

    told = await simulated(store, *KINDS[kind])

    assert await everything(driver) == before
    assert {each["revision"] for each in told} <= {revision}
    assert (await store.query("query { revision customers(consistency: {full: true}) { totalCount } }"))["revision"] == revision


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ([transfer("subscription:office", completed_at=SOON)], "2040-06-02T00:00:00Z"),
        ([transfer("subscription:azure", completed_at=SOON)], SOON),
        ([transfer("subscription:office", "subscription:azure", completed_at=SOON)], "2040-06-02T00:00:00Z"),
        # how a subscription is billed is looked at as the same changes leave it
        ([transfer("subscription:office", completed_at=SOON), {"putSubscription": {"key": "office", "consumption": True}}], SOON),
        (
            [end(*OFFICE_BILLS, SOON), start("BILLS", "partner:litware", "subscription:office", "2041-01-01T00:00:00Z")],
            "2041-01-01T00:00:00Z",
        ),
        ([start("BILLS", "partner:litware", "subscription:unbilled", SOON, validTo="2045-01-01T00:00:00Z")], SOON),
    ],
)
async def test_it_is_asked_about_when_the_last_of_the_changes_takes_effect(store: RunningService, changes: list[Change], at: str) -> None:
    assert {each["at"] for each in await simulated(store, *changes)} == {at}


async def test_what_took_effect_long_ago_is_asked_about_now(store: RunningService) -> None:
    begun = written(now())

    found = await simulated(store, end(*OFFICE_BILLS, "2024-06-01T00:00:00Z"))

    assert all(begun <= each["at"] <= written(now()) for each in found)


async def test_another_instant_may_be_asked_about(store: RunningService) -> None:
    """Before the licences move nothing differs, from the very midnight on it does."""
    moved = transfer("subscription:office", completed_at=SOON)
    asked = [{"validAt": f"2040-06-0{instant}Z"} for instant in ("1T23:59:59.999999", "2T00:00:00")]

    found = [{each["at"] for each in await simulated(store, moved, asOf=as_of)} for as_of in asked]

    assert found == [set(), {"2040-06-02T00:00:00Z"}]


async def test_customers_and_topics_may_be_narrowed(store: RunningService) -> None:
    """Ids in any case, a topic by its code or id, in the order of the policy however they are asked for; once each."""
    moved = transfer("subscription:office", "subscription:visio")
    asked = {
        "customers": ["customer:WINGTIP", "customer:Tailspin", "customer:tailspin"],
        "topics": ["topic:INCIDENT", "renewal", "incident"],
    }

    found = await simulated(store, moved, **asked)

    assert [
        (each["customer"]["id"], each["communicator"]["id"], each["topic"]["code"], each["before"], each["after"]) for each in found
    ] == [
        ("customer:tailspin", "partner:litware", "renewal", "NOT_STATED", "EXPECTED"),
        ("customer:tailspin", "partner:litware", "incident", "NOT_STATED", "EXPECTED"),
        ("customer:tailspin", "partner:northwind", "renewal", "EXPECTED", "NOT_STATED"),
        ("customer:tailspin", "partner:northwind", "incident", "EXPECTED", "NOT_STATED"),
    ]
    assert await simulated(store, moved, customers=[]) == await simulated(store, moved, topics=[]) == []


async def test_what_exists_in_the_simulation_alone_is_shown_there_and_nowhere_else(store: RunningService) -> None:
    """By the name that it is given. Whatever the graph holds is shown as it is there, also where the changes give it another name."""
    changes = [*KINDS["a new customer, and all that it needs"], {"putCustomer": {"key": "wingtip", "name": "Changed", "cloud": "CHINA"}}]
    data = await store.query(
        """query ($changes: [Change!]!) {
          simulate(changes: $changes, topics: ["renewal"]) {
            customer { id name cloud subscriptions { id } permissionMatrix { communicators { id } } }
            communicator { id name contactable(topic: "renewal") { totalCount } } }
          new: customer(id: "customer:new") { name }
          nodes(ids: ["partner:new", "subscription:new", "customer:wingtip"]) { id ... on Customer { name cloud } } }""",
        changes=changes,
    )

    customers = {each["customer"]["id"]: each["customer"] for each in data["simulate"]}
    communicators = {each["communicator"]["id"]: each["communicator"] for each in data["simulate"]}
    assert customers == {
        "customer:new": {
            "id": "customer:new",
            "name": "New",
            "cloud": "PUBLIC",
            "subscriptions": [],
            "permissionMatrix": {"communicators": []},
        },
        "customer:wingtip": {
            "id": "customer:wingtip",
            "name": "Wingtip",
            "cloud": "PUBLIC",
            "subscriptions": [],
            "permissionMatrix": {"communicators": [{"id": "partner:fabrikam"}, {"id": "operator:microsoft"}]},
        },
    }
    assert communicators["partner:new"] == {"id": "partner:new", "name": "Newer", "contactable": {"totalCount": 0}}
    assert data["new"] is None
    assert data["nodes"] == [None, None, {"id": "customer:wingtip", "name": "Wingtip", "cloud": "PUBLIC"}]


async def test_every_fault_is_told_at_the_index_of_its_change(store: RunningService) -> None:
    """As apply tells them."""
    changes = [
        {"putCustomer": {"key": "new"}},
        start("BILLS", "partner:nobody", "subscription:unbilled"),
        start("BILLS", "partner:litware", "subscription:office"),
        {"putAgreement": {"key": "two words", "channel": "CSP"}},
    ]
    tried = (await store.execute(SIMULATE, changes=changes))["errors"]
    made = (await store.execute(APPLY, changes=changes, key=uuid4().hex))["errors"]

    found = [
        [((error["extensions"]["code"], error["extensions"]["index"]), error["message"]) for error in errors] for errors in (tried, made)
    ]
    assert found[0] == found[1]
    assert [place for place, _ in found[0]] == [("NOT_FOUND", 1), ("CONFLICT", 2), ("BAD_INPUT", 3)]


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ({"customers": ["wingtip"]}, "BAD_INPUT", "`wingtip` is no id; an id is kind:key, and here the kind is customer"),
        ({"customers": ["partner:litware"]}, "BAD_INPUT", "`partner:litware` is the id of a partner; here the kind is customer"),
        ({"customers": ["customer:nobody"]}, "NOT_FOUND", "no customer `customer:nobody` in the graph, and none that the changes put"),
        ({"topics": ["weather"]}, "NOT_FOUND", "no topic `weather` in the policy; give the code of one, such as `renewal`"),
        (
            {"asOf": {"knownAt": STARTED}},
            "BAD_INPUT",
            "asOf.knownAt can't be given: what is simulated would be known from now on; give validAt alone",
        ),
        (
            {"customers": ["customer:contoso"] * (MOST_CUSTOMERS + 1)},
            "BAD_INPUT",
            f"{MOST_CUSTOMERS + 1} customers at once; name {MOST_CUSTOMERS} at most",
        ),
    ],
)
async def test_what_can_t_be_asked_is_refused_with_what_would_be_right(
    store: RunningService, asked: dict[str, Any], code: str, message: str
) -> None:
    assert await refused(store, transfer("subscription:office"), **asked) == [(code, message)]


async def test_a_thousand_changes_are_taken_and_no_more(store: RunningService) -> None:
    changes = [{"putSubscription": {"key": f"new-{number}"}} for number in range(MOST_CHANGES + 1)]

    assert await simulated(store, *changes[:-1]) == []
    assert await refused(store, *changes) == [("BAD_INPUT", "1001 changes at once; simulate 1000 at most")]


async def test_changes_that_touch_too_many_say_how_many_and_are_answered_for_some(service: RunningService, tmp_path: Path) -> None:
    """An agreement of 1,001 customers that stops being Microsoft's: each loses its operator and gains its partner, about every topic."""
    keys = [f"c{number}" for number in range(MOST_CUSTOMERS + 1)]
    parties = [("PARTY_TO", f"customer:{key}", "agreement:ea") for key in keys]
    related = [("RESELLER_FOR", "partner:litware", f"customer:{key}") for key in keys]
    Book(
        customers=[row_of("customers", key=key) for key in keys],
        partners=[row_of("partners", key="litware")],
        agreements=[row_of("agreements", key="ea", channel="DIRECT")],
        relationships=[row_of("relationships", type=t, from_=s, to=e, valid_from=STARTED) for t, s, e in (*parties, *related)],
    ).write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    change = {"putAgreement": {"key": "ea", "channel": "CSP"}}

    assert await refused(service, change) == [
        ("BAD_INPUT", "the changes touch 1001 customers; name those that you ask about in `customers`, 1000 at most")
    ]
    named = [f"customer:{key}" for key in keys[:MOST_CUSTOMERS]]
    assert await refused(service, change, customers=named) == [
        ("BAD_INPUT", f"more than {MOST_DIFFERENCES} differences; ask about fewer `customers` or `topics`")
    ]
    assert len(await simulated(service, change, customers=named[:300], topics=["renewal"])) == 2 * 300


async def test_no_writer_waits_for_a_simulation(store: RunningService, driver: AsyncDriver) -> None:
    """One that is held up in the middle leaves the writers' lock alone; what it touches itself is all that it keeps from others."""
    async with driver.session() as session, await session.begin_transaction() as transaction:
        await transaction.run("MATCH (customer:Customer {id: 'customer:contoso'}) SET customer.held = true")
        simulating = asyncio.create_task(simulated(store, {"putCustomer": {"key": "contoso", "cloud": "CHINA"}}))
        await blocked(driver)

        assert await asyncio.wait_for(applied(store, {"putCustomer": {"key": "wingtip", "name": "Wingtip Toys"}}), 10) == 1

        assert not simulating.done()
        await transaction.rollback()
    assert {each["after"] for each in await simulating} == {"NOT_COVERED"}


async def blocked(driver: AsyncDriver) -> None:
    """Wait until some transaction waits for another."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        records = (await driver.execute_query("SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status")).records
        if records:
            return
        await asyncio.sleep(0.05)
    raise AssertionError


async def test_simulations_and_writers_that_want_the_same_nodes_all_get_their_answers(store: RunningService) -> None:
    """Without a place in the order they may meet halfway, each holding what the other wants."""
    keys = ["contoso", "tailspin", "wingtip", "woodgrove"]
    puts = [{"putCustomer": {"key": key, "country": country}} for country in ("CA", "CH", "CI", "CL", "CM", "CN") for key in keys]
    moved = transfer("subscription:office", "subscription:visio")

    batches = [puts[first : first + 4] for first in range(0, len(puts), 4)]
    found, made = await asyncio.gather(
        asyncio.gather(*(simulated(store, *batch[::-1], moved) for batch in batches)),
        asyncio.gather(*(applied(store, *batch) for batch in batches)),
    )

    assert [len(each) for each in found] == [len(await simulated(store, moved))] * len(batches)
    assert made == [4] * len(batches)
