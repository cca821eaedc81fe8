"""Communications that were sent: kept once, with the verdict of what was known then, and shown beside what is known today."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from neo4j import AsyncGraphDatabase

from graph.apply import Faults
from graph.communications import CommunicationTest, Judged, Kept, record
from graph.once import Asking, remembered
from graph.store import newest_revision
from graph.time_slices import call
from policy.apply import Fault
from policy.caller import ANYBODY
from policy.errors import NotFound
from policy.instant import now
from policy.policy_file import shipped_policy
from policy.terms import Category, Verdict
from resolvers.communications import communications, topic_of
from resolvers.freshness import Freshness
from resolvers.operation import Operation
from resolvers.paging import Paging
from tests.oracle.book import Book, row_of
from tests.running_index import reading_through
from tests.running_service import RunningService

RECORD = """mutation ($entries: [SentCommunication!]!, $key: String!) {
  recordCommunications(entries: $entries, idempotencyKey: $key) { revision recorded replayed } }"""
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
LIST = """query ($filter: CommunicationFilter, $first: Int, $after: String, $last: Int, $before: String) {
  page: communications(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id reference } } } }"""
WHOLE = """{ communications { edges { node {
  id communicator { id name } customer { id name } topic { code } scope { ... on ProductSubscription { id } } at reference
  verdict permitted policyVersion recordedAt recordedBy changed today { verdict revision asOf { validAt } } } } } policy { version } }"""
TODAY = "{ communications { edges { node { reference verdict changed today { verdict asOf { validAt } } } } } }"
STARTED = "2024-01-01T00:00:00Z"
JUNE = "2026-06-01T08:30:00Z"
POLICY = shipped_policy()
KEPT = Kept("partner:fabrikam", "customer:contoso", "renewal", Category.SUBSCRIPTION, None, 0, "", Verdict.EXPECTED, True, "1")  # noqa: FBT003


def sent(reference: str, at: str = JUNE, **given: str) -> dict[str, str]:
    """Fabrikam wrote to Contoso about a renewal, unless something else is given."""
    entry = {"communicator": "partner:fabrikam", "customer": "customer:contoso", "topic": "renewal", "at": at, "reference": reference}
    return entry | given


def book() -> Book:
    """Fabrikam bills one subscription of Contoso and Microsoft the other; Fabrikam bills the one of Adatum."""
    subscriptions = [
        ("contoso", "office", "partner:fabrikam"),
        ("contoso", "visio", "operator:microsoft"),
        ("adatum", "azure", "partner:fabrikam"),
    ]
    return Book(
        customers=[row_of("customers", key=key, name=key.title()) for key in ("contoso", "adatum")],
        partners=[row_of("partners", key=key, name=key.title()) for key in ("fabrikam", "northwind")],
        subscriptions=[row_of("subscriptions", key=key, offer=key.title()) for _, key, _ in subscriptions],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=f"subscription:{key}", valid_from=STARTED)
            for customer, key, biller in subscriptions
            for type_, start in (("HOLDS", f"customer:{customer}"), ("BILLS", biller))
        ],
    )


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """The service with that book, and no communication."""
    book().write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


@pytest.fixture(scope="module")
async def filtered(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The same, with one communication a month of 2026; for the first tests of this file only, which change nothing."""
    folder = tmp_path_factory.mktemp("filtered")
    book().write(folder)
    await service.replace_with(folder)
    microsoft = {"communicator": "operator:microsoft"}
    await recorded(
        service,
        sent("a", "2026-01-01T00:00:00Z"),
        sent("b", "2026-02-01T00:00:00Z", **microsoft),
        sent("c", "2026-03-01T00:00:00Z", customer="customer:adatum"),
        sent("d", "2026-04-01T00:00:00Z", scope="subscription:visio", **microsoft),
        sent("e", "2026-05-01T00:00:00Z", scope="subscription:office", **microsoft),
    )
    return service


async def recorded(service: RunningService, *entries: dict[str, str], key: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = (await service.query(RECORD, entries=list(entries), key=key or uuid4().hex))["recordCommunications"]
    return answer


async def faults(service: RunningService, *entries: dict[str, str], key: str | None = None) -> list[tuple[int | None, str, str]]:
    body = await service.execute(RECORD, entries=list(entries), key=key or uuid4().hex)
    return [(error["extensions"].get("index"), error["extensions"]["code"], error["message"]) for error in body["errors"]]


async def biller_corrected(service: RunningService, before: str, after: str) -> None:
    """Another one billed Contoso's office all along."""
    bills = {"type": "BILLS", "to": "subscription:office", "validFrom": STARTED}
    changes = [{"retract": bills | {"from": before}}, {"start": bills | {"from": after}}]
    await service.query(APPLY, changes=changes, key=uuid4().hex)


async def listed(service: RunningService, **arguments: object) -> list[str]:
    """References, in the order of the list."""
    page = await page_of(service, **arguments)
    assert page["totalCount"] == len(page["edges"])
    return references(page)


async def page_of(service: RunningService, **arguments: object) -> dict[str, Any]:
    page: dict[str, Any] = (await service.query(LIST, **arguments))["page"]
    return page


def references(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["reference"] for edge in page["edges"]]


async def nodes(service: RunningService, document: str) -> dict[str, dict[str, Any]]:
    """By reference."""
    edges = (await service.query(document))["communications"]["edges"]
    return {edge["node"]["reference"]: edge["node"] for edge in edges}


def operation(service: RunningService) -> Operation:
    return Operation(reading_through(service.graph), POLICY, now(), Freshness(), ANYBODY)


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ({}, "edcba"),
        ({"customer": "customer:ADATUM"}, "c"),
        ({"communicator": "operator:microsoft"}, "edb"),
        ({"communicator": "partner:northwind"}, ""),
        ({"verdict": "PROHIBITED"}, "e"),
        ({"verdict": "MIXED"}, "b"),
        ({"verdict": "EXPECTED"}, "dca"),
        ({"verdict": "EXPECTED", "communicator": "partner:fabrikam"}, "ca"),
        ({"verdict": "EXPECTED", "customer": "customer:contoso"}, "da"),
        ({"customer": "customer:contoso", "communicator": "operator:microsoft", "verdict": "MIXED"}, "b"),
        ({"from": "2026-02-01T00:00:00Z"}, "edcb"),
        ({"to": "2026-02-01T00:00:00Z"}, "a"),
        ({"from": "2026-02-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}, "cb"),
        ({"customer": "customer:contoso", "from": "2026-01-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"}, "dba"),
        ({"from": "2026-04-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, ""),
        ({"customer": "customer:nobody"}, ""),
    ],
    ids=str,
)
async def test_a_filter_takes_those_that_pass_all_of_it(filtered: RunningService, filter_: dict[str, str], found: str) -> None:
    assert await listed(filtered, filter=filter_) == list(found)
    assert await listed(filtered, filter=filter_, last=1000) == list(found)


async def test_a_communication_is_kept_with_the_verdict_at_its_instant(store: RunningService) -> None:
    made = await recorded(store, sent("MSG-1", communicator="operator:Microsoft", scope="subscription:OFFICE", topic="topic:renewal"))
    data = await store.query(WHOLE)

    [node] = [edge["node"] for edge in data["communications"]["edges"]]
    today = node.pop("today")
    assert (made["recorded"], made["replayed"]) == (1, False)
    assert today == {"verdict": "PROHIBITED", "revision": made["revision"], "asOf": {"validAt": JUNE}}
    assert node.pop("recordedAt") > JUNE
    assert node.pop("id").startswith("communication:")
    assert node == {
        "communicator": {"id": "operator:microsoft", "name": "Microsoft"},
        "customer": {"id": "customer:contoso", "name": "Contoso"},
        "topic": {"code": "renewal"},
        "scope": {"id": "subscription:office"},
        "at": JUNE,
        "reference": "MSG-1",
        "verdict": "PROHIBITED",
        "permitted": False,
        "policyVersion": data["policy"]["version"],
        "recordedBy": "anonymous",
        "changed": False,
    }


async def test_the_newest_come_first_and_what_is_of_one_instant_by_id(store: RunningService) -> None:
    await recorded(store, sent("a", "2026-01-01T00:00:00Z"), sent("b", "2026-03-01T00:00:00Z"), sent("c", "1969-03-01T00:00:00Z"))
    await recorded(store, sent("d", "2026-03-01T00:00:00Z"), sent("e", "2026-03-01T00:00:00.000001Z"), sent("f", "0001-01-01T00:00:00Z"))

    assert await listed(store) == ["e", "b", "d", "a", "c", "f"]


@pytest.mark.parametrize(
    "filter_", [{}, {"customer": "customer:contoso"}, {"verdict": "EXPECTED"}, {"communicator": "partner:fabrikam"}], ids=str
)
async def test_pages_give_the_same_order_both_ways(store: RunningService, filter_: dict[str, str]) -> None:
    await recorded(store, *(sent(f"{number:02}", f"2026-01-{30 - number // 3:02}T00:00:00Z") for number in range(10, 21)))
    ahead = [await page_of(store, filter=filter_, first=3)]
    while ahead[-1]["pageInfo"]["hasNextPage"]:
        ahead.append(await page_of(store, filter=filter_, first=3, after=ahead[-1]["pageInfo"]["endCursor"]))
    back = [await page_of(store, filter=filter_, last=4)]
    while back[0]["pageInfo"]["hasPreviousPage"]:
        back.insert(0, await page_of(store, filter=filter_, last=4, before=back[0]["pageInfo"]["startCursor"]))

    assert [references(page) for page in (ahead[0], ahead[3], back[0], back[2])] == [
        *(["10", "11", "12"], ["19", "20"]),
        *(["10", "11", "12"], ["17", "18", "19", "20"]),
    ]
    for pages in (ahead, back):
        assert [each for page in pages for each in references(page)] == [str(number) for number in range(10, 21)]
        assert {page["totalCount"] for page in pages} == {11}
        assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [place > 0 for place in range(len(pages))]
        assert [page["pageInfo"]["hasNextPage"] for page in pages] == [place < len(pages) - 1 for place in range(len(pages))]


async def test_a_page_that_cannot_be_and_a_filter_of_no_id_are_refused(store: RunningService) -> None:
    for arguments in ({"first": 1001}, {"first": 1, "last": 1}, {"after": "x"}, {"filter": {"customer": "partner:fabrikam"}}):
        [error] = (await store.execute(LIST, **arguments))["errors"]

        assert error["extensions"]["code"] == "BAD_INPUT"


async def test_the_same_key_gives_the_first_answer_and_keeps_nothing_again(store: RunningService) -> None:
    first = await recorded(store, sent("MSG-1"), sent("MSG-2"), key="once")
    again = await recorded(store, sent("MSG-1"), sent("MSG-2"), key="once")

    assert again == first | {"replayed": True}
    assert await listed(store) == ["MSG-1", "MSG-2"]


async def test_the_first_answer_is_given_also_when_its_scope_has_gone(store: RunningService) -> None:
    entry = sent("MSG-1", scope="subscription:office")
    first = await recorded(store, entry, key="once")
    await store.query(APPLY, changes=[{"putSubscription": {"key": "office", "status": "deleted"}}], key="gone")

    assert await recorded(store, entry, key="once") == first | {"replayed": True}


@pytest.mark.parametrize("entries", [[], [sent("MSG-2")]])
async def test_a_key_of_anything_else_is_a_conflict(store: RunningService, entries: list[dict[str, str]]) -> None:
    await recorded(store, sent("MSG-1"), key="once")
    await store.query(APPLY, changes=[], key="apply")

    for key in ("once", "apply"):
        [(index, code, message)] = await faults(store, *entries, key=key)
        assert (index, code) == (None, "CONFLICT")
        assert message == f"idempotencyKey `{key}` was used for something else; give this a key of its own"
    assert await listed(store) == ["MSG-1"]


async def test_one_key_used_at_once_keeps_its_communications_once(store: RunningService) -> None:
    answers = await asyncio.gather(*(recorded(store, sent("MSG-1"), key="once") for _ in range(8)))

    assert len({answer["revision"] for answer in answers}) == 1
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 7
    assert await listed(store) == ["MSG-1"]


async def test_every_fault_is_told_at_the_index_of_its_entry_and_nothing_is_kept(store: RunningService) -> None:
    wrong = [
        sent("1", communicator="fabrikam"),
        sent("2", communicator="customer:contoso"),
        sent("3", customer="customer:nobody"),
        sent("4", communicator="partner:nobody"),
        sent("5", topic="weather"),
        sent("6", scope="subscription:azure"),
        sent("7", at="2023-06-01T00:00:00Z", scope="subscription:office"),
        sent("8", at="2999-01-01T00:00:00Z"),
        sent("9" * 1001),
    ]
    found = await faults(store, sent("0"), *wrong, key="once")

    codes = ["BAD_INPUT", "BAD_INPUT", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "BAD_INPUT", "BAD_INPUT"]
    assert [(index, code) for index, code, _ in found] == list(enumerate(codes, start=1))
    assert found[7][2] == "at `2999-01-01T00:00:00Z` is in the future; give the instant at which it was sent"
    assert found[8][2] == "reference has 1001 characters; give 0 to 1000"
    assert await listed(store) == []
    assert (await recorded(store, sent("0"), key="once"))["replayed"] is False


async def test_too_many_at_once_and_an_impossible_key_are_refused(store: RunningService) -> None:
    assert await faults(store, *[sent("")] * 5001) == [(None, "BAD_INPUT", "5001 communications at once; record 5000 at most")]
    assert await faults(store, sent(""), key="k" * 201) == [(None, "BAD_INPUT", "idempotencyKey has 201 characters; give 1 to 200")]


async def test_nothing_to_record_takes_no_revision(store: RunningService) -> None:
    before = (await store.query("{ revision }"))["revision"]

    assert await recorded(store) == {"revision": before, "recorded": 0, "replayed": False}


async def test_a_late_correction_shows_beside_the_verdict_that_was_kept(store: RunningService) -> None:
    await recorded(store, sent("partner"), sent("microsoft", communicator="operator:microsoft", scope="subscription:office"))
    await recorded(store, sent("other", customer="customer:adatum"))
    await biller_corrected(store, "partner:fabrikam", "operator:microsoft")
    found = await nodes(store, TODAY)

    assert {reference: (each["verdict"], each["changed"], each["today"]["verdict"]) for reference, each in found.items()} == {
        "partner": ("EXPECTED", True, "NOT_STATED"),
        "microsoft": ("PROHIBITED", True, "EXPECTED"),
        "other": ("EXPECTED", False, "EXPECTED"),
    }
    assert {each["today"]["asOf"]["validAt"] for each in found.values()} == {JUNE}


async def test_a_scope_that_was_never_held_after_all_leaves_no_answer_today(store: RunningService) -> None:
    await recorded(store, sent("scoped", scope="subscription:office"), sent("whole", communicator="operator:microsoft"))
    holds = {"type": "HOLDS", "from": "customer:contoso", "to": "subscription:office", "validFrom": STARTED}
    await store.query(APPLY, changes=[{"retract": holds}], key="retracted")
    found = await nodes(store, TODAY.replace("changed", "changed scope { __typename }"))

    assert (found["scoped"]["today"], found["scoped"]["changed"]) == (None, True)
    assert found["scoped"]["scope"] == {"__typename": "ProductSubscription"}
    assert (found["whole"]["verdict"], found["whole"]["today"]["verdict"]) == ("MIXED", "EXPECTED")


async def test_the_verdict_is_that_of_what_is_known_when_it_is_recorded(store: RunningService) -> None:
    """A correction that comes between the judgement and the record is not overlooked."""
    seen: list[int] = []

    async def judge() -> Judged:
        revision = await newest_revision(store.graph)
        seen.append(revision.number)
        if len(seen) == 1:
            await biller_corrected(store, "partner:fabrikam", "operator:microsoft")
        return Judged(revision, [KEPT._replace(reference=f"as known at {revision.number}")])

    made = await record(store.graph, judge, await Asking.of("test", "between", {}))

    assert seen == [made.revision.number - 2, made.revision.number - 1]
    assert await listed(store) == [f"as known at {made.revision.number - 1}"]


async def test_what_can_be_judged_no_more_when_it_is_recorded_leaves_nothing(store: RunningService) -> None:
    asking, seen = await Asking.of("test", "between", {}), list[int]()

    async def judge() -> Judged:
        seen.append(1)
        if len(seen) > 1:
            raise Faults([Fault(0, NotFound("gone"))])
        judged = Judged(await newest_revision(store.graph), [KEPT])
        await biller_corrected(store, "partner:fabrikam", "operator:microsoft")
        return judged

    with pytest.raises(Faults):
        await record(store.graph, judge, asking)

    assert await listed(store) == []
    assert await remembered(store.graph.read, asking) is None


async def test_recorders_and_corrections_at_once_leave_no_verdict_of_another_state(store: RunningService) -> None:
    """Each verdict is the one that the graph gives for the instant at which it was recorded, and nobody is turned away."""
    billers = ["partner:fabrikam", "operator:microsoft"]

    async def correct() -> None:
        for number in range(10):
            await biller_corrected(store, billers[number % 2], billers[1 - number % 2])

    entries = [
        [sent(f"{number}-{customer}", customer=f"customer:{customer}") for customer in ("contoso", "adatum")] for number in range(24)
    ]
    await asyncio.gather(correct(), *(recorded(store, *entry) for entry in entries))
    found = await nodes(store, "{ communications { edges { node { reference verdict recordedAt customer { id } } } } }")
    document = """query ($customer: ID!, $at: AsOf) {
      permission(communicator: "partner:fabrikam", customer: $customer, topic: "renewal", asOf: $at) { verdict } }"""

    assert len(found) == 48
    for each in found.values():
        as_of = {"validAt": JUNE, "knownAt": each["recordedAt"]}
        known = await store.query(document, customer=each["customer"]["id"], at=as_of)
        assert each["verdict"] == known["permission"]["verdict"]


async def test_what_is_recorded_later_than_the_operations_revision_stays_out(store: RunningService) -> None:
    await recorded(store, sent("before"))
    asking = operation(store)
    await call(asking.revision)
    await recorded(store, sent("after"))
    page = await call(partial(communications, asking, CommunicationTest(), Paging()))

    assert [found.kept.reference for _, found in page.items] == ["before"]
    assert await listed(store) == ["before", "after"]


async def test_a_topic_that_the_policy_has_no_more_is_named_by_its_code(store: RunningService) -> None:
    await recorded(store, sent("MSG-1"))
    asking = Operation(reading_through(store.graph), replace(POLICY, topics={}), now(), Freshness(), ANYBODY)
    [(_, found)] = (await call(partial(communications, asking, CommunicationTest(), Paging()))).items
    topic = topic_of(asking, found)

    assert (topic.code, topic.category, set(topic.name.values())) == ("renewal", Category.SUBSCRIPTION, {"renewal"})


async def test_one_entry_of_the_log_tells_which_customers_it_is_about(store: RunningService) -> None:
    await recorded(store, sent("1"), sent("2"), sent("3", customer="customer:adatum"))
    neo4j = store.neo4j
    async with AsyncGraphDatabase.driver(neo4j.uri, auth=(neo4j.user, neo4j.password)) as driver:
        found = await driver.execute_query("MATCH (c:Change) RETURN c.actor, c.summary, c.touched ORDER BY c.revision DESC LIMIT 1")

    actor, summary, touched = found.records[0].values()
    assert (actor, summary) == ("anonymous", "recordCommunications: 3 communications")
    assert touched == ["customer:adatum", "customer:contoso"]
