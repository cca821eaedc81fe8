"""Counts of customers: the same as the oracle counts, whatever they are told apart by."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings

from tests.oracle.book import Book, row_of
from tests.oracle.documents import as_of
from tests.oracle.random_books import Case, cases
from tests.oracle.statistics import Row, statistics
from tests.oracle.view import View
from tests.running_service import RunningService
from tests.test_random_books import by_chance, load

DIMENSIONS = ("COUNTRY", "CLOUD", "CHANNEL", "BILLER", "PARTNER_COUNT", "VERDICT")
ROW = "{ country cloud channel biller { id name } partnerCount communicator { id name } verdict customers }"
STATISTICS = f"""query ($by: [CustomerDimension!]!, $topic: String, $filter: CustomerFilter, $asOf: AsOf) {{
  customerStatistics(by: $by, topic: $topic, filter: $filter, asOf: $asOf) {ROW} }}"""
FEW = 5
EVERY_THIRD = 3
A_REVISION_AGO = "2025-01-01T00:00:00Z"


def counted(rows: Sequence[dict[str, Any]]) -> Counter[Row]:
    found = Counter[Row]()
    for row in rows:
        biller, communicator = (row[name] and row[name]["id"] for name in ("biller", "communicator"))
        found[row["country"], row["cloud"], row["channel"], biller, row["partnerCount"], communicator, row["verdict"]] += row["customers"]
    assert len(found) == len(rows), "each combination has one row"
    return found


@settings(by_chance, max_examples=FEW)
@given(case=cases())
async def test_the_customers_of_a_random_book_are_counted_as_the_oracle_counts_them(
    case: Case, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By one, two and three dimensions, also of the customers of a filter alone; each instant takes every third choice of them."""
    await load(case, service, tmp_path_factory)
    choices = [by for number in (1, 2, 3) for by in combinations(DIMENSIONS, number)]
    for start, instant in enumerate(case.instants):
        view = View(case.world, instant.valid_at or datetime.now(UTC), instant.known_at)
        for place, by in enumerate(choices[start::EVERY_THIRD]):
            category, topic = list(case.topics.items())[place % len(case.topics)]
            cloud = "PUBLIC" if place % 2 else None
            data = await service.query(
                STATISTICS,
                by=list(reversed(by)),
                topic=topic if "VERDICT" in by else None,
                filter={"cloud": cloud} if cloud else None,
                asOf=as_of(instant),
            )
            customers = [each for each in view.customers() if cloud in {None, view.cloud(each)}]

            assert counted(data["customerStatistics"]) == statistics(view, customers, by, category), f"by {by} at {instant}\n{case}"


def told_apart() -> Book:
    """Five customers: Alfa of two channels and two billers, Bravo and Charlie of one, Delta with what nobody bills, Echo with nothing."""
    customers = [("a", "US", ""), ("b", "ES", "US_GOVERNMENT"), ("c", "es", ""), ("d", "", "CHINA"), ("e", "AX", "")]
    ties = [
        *(
            ("HOLDS", f"customer:{subscription[0]}", f"subscription:{subscription}")
            for subscription in ("a1", "a2", "a3", "b1", "c1", "d1")
        ),
        ("BILLS", "partner:zeta", "subscription:a1"),
        ("BILLS", "operator:microsoft", "subscription:a2"),
        ("BILLS", "partner:eclair", "subscription:b1"),
        ("BILLS", "partner:zeta", "subscription:c1"),
        ("RESELLS", "partner:eclair", "subscription:c1"),
        ("RESELLER_FOR", "partner:eclair", "customer:e"),
    ]
    return Book(
        customers=[row_of("customers", key=key, name=key, country=country, cloud=cloud) for key, country, cloud in customers],
        partners=[row_of("partners", key=key, name=name) for key, name in (("zeta", "zeta"), ("eclair", "Éclair"))],
        subscriptions=[row_of("subscriptions", key=key, offer=key) for key in ("a1", "a2", "a3", "b1", "c1", "d1")],
        relationships=[row_of("relationships", type=type_, from_=start, to=end, valid_from="2024-01-01") for type_, start, end in ties],
    )


@pytest.fixture(scope="module")
async def apart(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    folder = tmp_path_factory.mktemp("statistics")
    told_apart().write(folder)
    assert await service.replace_with(folder) == []
    return service


async def rows(service: RunningService, *by: str, **variables: object) -> list[tuple[object, ...]]:
    """Of each row what was asked for, in its order, and the number of customers."""
    found = (await service.query(STATISTICS, by=list(by), **variables))["customerStatistics"]
    columns = [name for each in by for name in (("communicator", "verdict") if each == "VERDICT" else (CAMEL[each],))]
    assert all(row[name] is None for row in found for name in {*CAMEL.values(), "communicator", "verdict"} - set(columns))
    return [(*(row[name]["name"] if isinstance(row[name], dict) else row[name] for name in columns), row["customers"]) for row in found]


CAMEL = {
    "COUNTRY": "country",
    "CLOUD": "cloud",
    "CHANNEL": "channel",
    "BILLER": "biller",
    "PARTNER_COUNT": "partnerCount",
}


async def test_rows_stand_by_the_dimensions_in_the_order_asked_names_folded_and_nulls_last(apart: RunningService) -> None:
    assert await rows(apart, "COUNTRY") == [("AX", 1), ("ES", 2), ("US", 1), (None, 1)]
    assert await rows(apart, "CLOUD") == [("PUBLIC", 3), ("US_GOVERNMENT", 1), ("CHINA", 1)]
    assert await rows(apart, "PARTNER_COUNT") == [(0, 1), (1, 3), (2, 1)]
    assert await rows(apart, "PARTNER_COUNT", "CLOUD") == [
        *((0, "CHINA", 1), (1, "PUBLIC", 2), (1, "US_GOVERNMENT", 1), (2, "PUBLIC", 1)),
    ]
    assert await rows(apart, "CLOUD", "PARTNER_COUNT") == [
        *(("PUBLIC", 1, 2), ("PUBLIC", 2, 1), ("US_GOVERNMENT", 1, 1), ("CHINA", 0, 1)),
    ]


async def test_a_customer_of_two_channels_or_billers_counts_in_both_rows(apart: RunningService) -> None:
    """What nobody bills is a channel, and no biller: it counts by billers where nothing else is held."""
    assert await rows(apart, "CHANNEL") == [("CSP", 3), ("DIRECT", 1), ("UNBILLED", 2), (None, 1)]
    assert await rows(apart, "BILLER") == [("Éclair", 1), ("Microsoft", 1), ("zeta", 2), (None, 2)]
    assert await rows(apart, "BILLER", "CHANNEL") == [
        *(("Éclair", "CSP", 1), ("Microsoft", "DIRECT", 1), ("zeta", "CSP", 2), (None, "UNBILLED", 2), (None, None, 1)),
    ]


async def test_verdicts_are_counted_for_each_candidate(apart: RunningService) -> None:
    assert await rows(apart, "VERDICT", topic="renewal") == [
        *(("21Vianet", "NOT_COVERED", 1), ("Éclair", "EXPECTED", 3), ("Microsoft", "MIXED", 1), ("Microsoft", "PROHIBITED", 2)),
        *(("Microsoft", "NOT_STATED", 1), ("zeta", "EXPECTED", 1), ("zeta", "PERMITTED", 1)),
    ]


async def test_only_the_customers_of_the_filter_are_counted_as_they_are_at_that_instant(apart: RunningService) -> None:
    assert await rows(apart, "CHANNEL", filter={"country": {"eq": "es"}}) == [("CSP", 2)]
    assert await rows(apart, "CHANNEL", asOf={"validAt": "2023-12-31T23:59:59Z"}) == [(None, 5)]
    assert await rows(apart, "CHANNEL", asOf={"knownAt": A_REVISION_AGO}) == []
    assert await rows(apart, "CLOUD", "CLOUD", filter={"cloud": "GERMANY"}) == []


@pytest.mark.parametrize(
    ("by", "topic", "code", "said"),
    [
        ([], None, "BAD_INPUT", "`by` names 0 dimensions; name 1 to 3"),
        (["COUNTRY", "CLOUD", "CHANNEL", "BILLER"], None, "BAD_INPUT", "`by` names 4 dimensions; name 1 to 3"),
        (["VERDICT"], None, "BAD_INPUT", "`topic` says what the verdicts are about: give it exactly where `by` has VERDICT"),
        (["CLOUD"], "renewal", "BAD_INPUT", "`topic` says what the verdicts are about: give it exactly where `by` has VERDICT"),
        (["VERDICT"], "renewals", "NOT_FOUND", "no topic `renewals` in the policy; did you mean `renewal`?"),
    ],
)
async def test_what_cannot_be_counted_is_refused_with_what_would_be_right(
    apart: RunningService, by: list[str], topic: str | None, code: str, said: str
) -> None:
    [error] = (await apart.execute(STATISTICS, by=by, topic=topic))["errors"]

    assert (error["extensions"]["code"], error["message"]) == (code, said)
