"""Who has to send a notice: groups, pages and those for whom nobody is expected, each customer counted once."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from policy.facts import History
from resolvers.fact_reader import FactReader
from tests.counting_graph import CountingGraph
from tests.oracle.book import Book, row_of
from tests.running_index import indexed_book
from tests.running_service import RunningService
from tests.schema.test_queries_counted import NOTHING, readings

MANY = 3000
OUTREACH = """query ($topic: String!, $filter: CustomerFilter, $communicator: ID, $asOf: AsOf) {
  outreach(topic: $topic, filter: $filter, communicator: $communicator, asOf: $asOf) {
    total
    groups { communicator { id name } customerCount customers { totalCount edges { node { id } permission { verdict } } } }
    uncovered { totalCount edges { node { id } reason } }
  }
}"""


def book_of(customers: list[tuple[str, str, str]], ties: list[tuple[str, str, str]]) -> Book:
    """Customers (key, name, cloud), and whatever their ties name."""
    ends = {end.partition(":")[::2] for tie in ties for end in tie[1:]}
    return Book(
        customers=[row_of("customers", key=key, name=name, cloud=cloud) for key, name, cloud in customers],
        partners=[row_of("partners", key=key, name=key.title()) for kind, key in sorted(ends) if kind == "partner"],
        subscriptions=[row_of("subscriptions", key=key, offer=f"Offer {key}") for kind, key in sorted(ends) if kind == "subscription"],
        relationships=[row_of("relationships", type=type_, from_=start, to=end, valid_from="2024-01-01") for type_, start, end in ties],
    )


def small() -> Book:
    """Alfa is MIXED: one subscription from Fabrikam, one direct, and one from Litware; Bravo is Fabrikam's; nobody speaks to the others."""
    return book_of(
        [("a", "Alfa", ""), ("b", "Bravo", ""), ("c", "Charlie", "CHINA"), ("d", "Delta", ""), ("e", "Echo", ""), ("f", "Foxtrot", "")],
        [
            ("HOLDS", "customer:a", "subscription:a1"), ("BILLS", "partner:fabrikam", "subscription:a1"),
            ("HOLDS", "customer:a", "subscription:a2"), ("BILLS", "operator:microsoft", "subscription:a2"),
            ("HOLDS", "customer:a", "subscription:a3"), ("BILLS", "partner:litware", "subscription:a3"),
            ("RESELLER_FOR", "partner:fabrikam", "customer:b"),
            ("HOLDS", "customer:c", "subscription:c"), ("BILLS", "partner:fabrikam", "subscription:c"),
            ("HOLDS", "customer:d", "subscription:d1"), ("RESELLS", "partner:litware", "subscription:d1"),
            ("HOLDS", "customer:d", "subscription:d2"),
            ("SUPPORTS", "partner:fabrikam", "subscription:d2"),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
async def asked(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service with the small book."""
    folder = tmp_path_factory.mktemp("outreach")
    small().write(folder)
    assert await service.replace_with(folder) == []
    return service


async def outreach_of(service: RunningService, **arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = (await service.query(OUTREACH, **{"topic": "renewal", **arguments}))["outreach"]
    return found


def groups_of(found: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Communicator -> its customers and what it is to each, where every count is that of the list."""
    groups = {}
    for group in found["groups"]:
        edges = group["customers"]["edges"]
        assert group["customerCount"] == group["customers"]["totalCount"] == len(edges)
        groups[group["communicator"]["id"]] = [(edge["node"]["id"].partition(":")[2], edge["permission"]["verdict"]) for edge in edges]
    return groups


async def test_a_customer_stands_with_everyone_who_is_expected_somewhere_and_counts_once(asked: RunningService) -> None:
    found = await outreach_of(asked)

    assert groups_of(found) == {
        "partner:fabrikam": [("a", "EXPECTED"), ("b", "EXPECTED")],
        "partner:litware": [("a", "EXPECTED")],
        "operator:microsoft": [("a", "MIXED")],
    }
    assert list(groups_of(found)) == ["partner:fabrikam", "partner:litware", "operator:microsoft"]
    assert found["total"] == 6
    assert found["uncovered"]["totalCount"] == 4


async def test_each_uncovered_customer_has_its_reason(asked: RunningService) -> None:
    found = await outreach_of(asked)

    nothing = "has no subscription, no direct agreement and no reseller relationship."
    assert {edge["node"]["id"].partition(":")[2]: edge["reason"] for edge in found["uncovered"]["edges"]} == {
        "c": "The cloud of Charlie, the cloud in China that 21Vianet operates, is not covered by the policy.",
        "d": "Who bills the subscriptions Offer d1 and Offer d2 is not on record.",
        "e": f"Echo {nothing}",
        "f": f"Foxtrot {nothing}",
    }


async def test_a_filter_and_an_instant_say_whose_notice_it_is(asked: RunningService) -> None:
    filtered = await outreach_of(asked, filter={"or": [{"name": {"eq": "bravo"}}, {"partnerCount": {"eq": 0}}]})
    before = await outreach_of(asked, asOf={"validAt": "2023-01-01T00:00:00Z"})

    assert groups_of(filtered) == {"partner:fabrikam": [("b", "EXPECTED")]}
    assert (filtered["total"], filtered["uncovered"]["totalCount"]) == (3, 2)
    assert (before["total"], before["groups"], before["uncovered"]["totalCount"]) == (6, [], 6)


@pytest.mark.parametrize("who", ["partner:litware", "PARTNER:Litware", "operator:microsoft"])
async def test_one_communicator_narrows_the_groups_and_nothing_else(asked: RunningService, who: str) -> None:
    found = await outreach_of(asked, communicator=who)

    assert {each: [customer for customer, _ in group] for each, group in groups_of(found).items()} == {who.lower(): ["a"]}
    assert (found["total"], found["uncovered"]["totalCount"]) == (6, 4)


async def test_a_communicator_of_whom_nothing_is_expected_has_no_group(asked: RunningService) -> None:
    assert (await outreach_of(asked, communicator="operator:21vianet"))["groups"] == []
    assert (await outreach_of(asked, communicator="partner:litware", filter={"name": {"eq": "bravo"}}))["groups"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ({"communicator": "partner:nobody"}, "NOT_FOUND", "no communicator `partner:nobody` in the graph"),
        ({"communicator": "customer:a"}, "BAD_INPUT", "`customer:a` is the id of a customer; here the kind is partner or operator"),
        ({"topic": "weather"}, "NOT_FOUND", "no topic `weather` in the policy; give the code of one, such as `renewal`"),
        ({"asOf": {"knownAt": "2096-01-01T00:00:00Z"}}, "BAD_INPUT", "knownAt"),
        ({"filter": {"billedBy": "nobody"}}, "BAD_INPUT", "`nobody` is no id"),
    ],
)
async def test_what_is_not_known_is_said(asked: RunningService, arguments: dict[str, object], code: str, message: str) -> None:
    body = await asked.execute(OUTREACH, **{"topic": "renewal", **arguments})

    [error] = body["errors"]
    assert (error["extensions"]["code"], error["path"]) == (code, ["outreach"])
    assert message in error["message"]


async def test_a_page_that_cannot_be_is_refused_where_it_is_asked_for(asked: RunningService) -> None:
    body = await asked.execute('{ outreach(topic: "renewal") { total uncovered(first: -1) { totalCount } } }')

    [error] = body["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("BAD_INPUT", ["outreach", "uncovered"])


def many() -> Book:
    """Customers by turns of one of three partners, of Microsoft, and of nobody."""
    turns = ["partner:p0", "partner:p1", "partner:p2", "operator:microsoft", None]
    ties = []
    for number in range(MANY):
        biller = turns[number % len(turns)]
        ties.append(("HOLDS", f"customer:c{number:04}", f"subscription:s{number:04}"))
        if biller:
            ties.append(("BILLS", biller, f"subscription:s{number:04}"))
    return book_of([(f"c{number:04}", f"Customer {number:04}", "") for number in range(MANY)], ties)


@pytest.fixture(scope="module")
async def counted(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    """The graph with many customers."""
    async with indexed_book(neo4j, many(), tmp_path_factory.mktemp("many"), kind=CountingGraph) as index:
        yield index


async def test_one_walk_counts_everything_that_is_asked_for(counted: LocalIndex) -> None:
    document = '{ outreach(topic: "renewal") { total groups { communicator { name } customerCount } uncovered { totalCount } } }'
    data, count = await readings(counted, document)

    found = data["outreach"]
    groups = [(group["communicator"]["name"], group["customerCount"]) for group in found["groups"]]
    assert groups == [("Microsoft", 600), ("P0", 600), ("P1", 600), ("P2", 600)]
    assert (found["total"], found["uncovered"]["totalCount"]) == (MANY, 600)
    assert count == NOTHING


async def test_one_partners_group_costs_no_walk_over_all_customers(counted: LocalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    document = '{ outreach(topic: "renewal", communicator: "partner:p1") { groups { customerCount } } }'
    walked, others = Counter[str](), FactReader.history

    def history(facts: FactReader, customer: str) -> History | None:
        walked[customer] += 1
        return others(facts, customer)

    monkeypatch.setattr(FactReader, "history", history)
    data, _ = await readings(counted, document)

    assert data["outreach"]["groups"] == [{"customerCount": 600}]
    assert len(walked) == 600


@pytest.mark.parametrize(("list_", "turn"), [("groups", 1), ("uncovered", 4)])
async def test_thousands_are_paged_without_a_gap(counted: LocalIndex, list_: str, turn: int) -> None:
    connection = "(first: 250, after: $after) { pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { id } } }"
    field = f"uncovered{connection}" if list_ == "uncovered" else f"groups {{ customers{connection} }}"
    document = f'query ($after: String) {{ outreach(topic: "renewal", communicator: "partner:p1") {{ {field} }} }}'
    pages: list[dict[str, Any]] = []
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        data, _ = await readings(counted, document, after=pages[-1]["pageInfo"]["endCursor"] if pages else None)
        found = data["outreach"][list_]
        pages.append(found if list_ == "uncovered" else found[0]["customers"])

    assert [len(page["edges"]) for page in pages] == [250, 250, 100]
    assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [False, True, True]
    keys = [edge["node"]["id"] for page in pages for edge in page["edges"]]
    assert keys == [f"customer:c{number:04}" for number in range(turn, MANY, 5)]
