"""Filters and searches, beside a plain reading of them."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from operator import eq, ge, gt, le, lt
from unicodedata import combining, normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.customer_test import CountTest, CustomerTest, TextTest, steps_of
from graph.embedded import Running
from graph.index.local_index import LocalIndex
from graph.time_slices import call
from policy.caller import ANYBODY
from policy.collation.search import search_for
from policy.instant import instant_of, now
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.terms import Channel, Cloud
from resolvers.freshness import Freshness
from resolvers.lists import customers
from resolvers.operation import Operation
from resolvers.paging import Paging
from resolvers.passing import finds, passes
from tests.oracle.book import moment
from tests.running_index import indexed_book
from tests.schema.test_customer_filter import book

CUSTOMERS = [f"customer:{key}" for key in "abcde"]
INSTANTS = ["2023-06-01", "2024-06-01", "2025-06-01"]
PIECES = st.sampled_from(["", "a", "alfa", "ÁLFA", "bravo.", "ES", "example", "Enterprise", "anada", "nobody"])
TEXTS = st.builds(
    TextTest,
    eq=st.none() | PIECES,
    in_=st.none() | st.lists(PIECES, max_size=3),
    contains=st.none() | PIECES,
    startsWith=st.none() | PIECES,
)
NUMBERS = st.none() | st.integers(0, 3)
COUNTS = st.builds(CountTest, eq=NUMBERS, gt=NUMBERS, gte=NUMBERS, lt=NUMBERS, lte=NUMBERS)
SELLERS = st.none() | st.sampled_from(["partner:fabrikam", "partner:litware", "operator:microsoft", "partner:nobody"])


def nested(inner: st.SearchStrategy[CustomerTest]) -> st.SearchStrategy[CustomerTest]:
    """Tests with others inside; each member is given or not."""
    return st.builds(
        CustomerTest,
        all_of=st.lists(inner, max_size=2),
        any_of=st.none() | st.lists(inner, max_size=3),
        not_=st.none() | inner,
        name=st.just(TextTest()) | TEXTS,
        domain=st.just(TextTest()) | TEXTS,
        country=st.just(TextTest()) | TEXTS,
        agreement_type=st.just(TextTest()) | TEXTS,
        cloud=st.none() | st.sampled_from(Cloud),
        billed_by=SELLERS,
        resold_by=SELLERS,
        holds_channel=st.none() | st.sampled_from(Channel),
        partner_count=st.just(CountTest()) | COUNTS,
    )


@pytest.fixture(scope="module")
async def loaded(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    """The graph with the book that filters are tried on."""
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("passing"), staleness=600) as index:
        yield index


async def around(index: LocalIndex, at: str) -> dict[str, Situation]:
    """The situations at midnight of that day."""
    midnight = moment(at)
    assert midnight is not None
    await index.poller.revision(fresh=False)
    histories = [index.history(customer) for customer in CUSTOMERS]
    found = [situation(history, instant_of(midnight), now(), shipped_policy().rules) for history in histories if history is not None]
    return {at.customer: at for at in found if at is not None}


def fold(text: str) -> str:
    """Without case and accents."""
    return "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))


def is_text(test: TextTest, texts: Sequence[str]) -> bool:
    """Does one of the texts pass?"""
    folded = [fold(text) for text in texts]
    return test == TextTest() or any(
        (test.eq is None or text == fold(test.eq))
        and (test.in_ is None or text in map(fold, test.in_))
        and (test.contains is None or fold(test.contains) in text)
        and (test.startsWith is None or text.startswith(fold(test.startsWith)))
        for text in folded
    )


def is_count(test: CountTest, count: int) -> bool:
    bounds = ((test.eq, eq), (test.gt, gt), (test.gte, ge), (test.lt, lt), (test.lte, le))
    return all(bound is None or compare(count, bound) for bound, compare in bounds)


def does_pass(at: Situation, test: CustomerTest) -> bool:
    """The filter read plainly, member by member."""
    properties = at.properties(at.customer)
    sold = [(at.channel(each), at.biller(each), at.resellers(each)) for each in at.subscriptions]
    return (
        all(does_pass(at, each) for each in test.all_of)
        and (test.any_of is None or any(does_pass(at, each) for each in test.any_of))
        and (test.not_ is None or not does_pass(at, test.not_))
        and is_text(test.name, [at.name(at.customer)])
        and is_text(test.domain, [str(properties["domain"])] if properties.get("domain") else [])
        and is_text(test.country, [str(properties.get("country") or "")])
        and is_text(test.agreement_type, [str(at.properties(each)["type"]) for each in at.agreements if at.properties(each).get("type")])
        and (test.cloud is None or at.cloud is test.cloud)
        and (test.billed_by is None or any(biller == test.billed_by for _, biller, _ in sold))
        and (test.resold_by is None or any(test.resold_by in resellers for *_, resellers in sold))
        and (test.holds_channel is None or any(channel is test.holds_channel for channel, *_ in sold))
        and is_count(test.partner_count, len(at.partners))
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(test=st.recursive(nested(st.just(CustomerTest())), nested, max_leaves=4), at=st.sampled_from(INSTANTS))
async def test_whoever_passes_a_filter_passes_it_read_plainly(loaded: LocalIndex, test: CustomerTest, at: str) -> None:
    situations = await around(loaded, at)

    for seen in situations.values():
        assert passes(seen, steps_of(test)) == does_pass(seen, test)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.lists(PIECES | st.sampled_from(["br", "test", "e x", "(", "Delta!"]), max_size=3).map(" ".join))
async def test_a_search_finds_in_the_index_what_it_finds_in_each_name(loaded: LocalIndex, search: str) -> None:
    situations = await around(loaded, "2024-06-01")
    operation = Operation(loaded, shipped_policy(), now(), Freshness(), ANYBODY)
    page = await call(partial(customers, operation, CustomerTest(), search, None, Paging()))
    found = {customer for customer, seen in situations.items() if finds(search_for(search), customer, seen.properties(customer))}

    assert found == {node.id for _, node in page.items}
