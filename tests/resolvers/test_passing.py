"""A filter says the same in the graph, where all is to be seen, and out of it, where a caller sees only a part."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.customer_test import CountTest, CustomerTest, TextTest, steps_of
from graph.embedded import Running
from graph.graph import Graph
from graph.histories import histories_of
from graph.pages import Span, page_of_customers
from policy.instant import instant_of, now
from policy.situation import Situation, situation
from policy.terms import Channel, Cloud
from resolvers.load_folder import load_book
from resolvers.passing import finds, passes
from tests.oracle.book import moment
from tests.running_service import emptied
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
async def loaded(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Graph]:
    """The graph with the book that filters are tried on."""
    folder = tmp_path_factory.mktemp("passing")
    book().write(folder)
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)
        assert (await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)).rejected == 0
        yield graph


async def around(graph: Graph, at: str) -> tuple[dict[str, Situation], dict[str, Any]]:
    """The situations at midnight of that day, and the instant as a page of the graph takes it."""
    midnight = moment(at)
    assert midnight is not None
    instant = {"valid_at": instant_of(midnight), "known_at": now()}
    histories = (await histories_of(graph, CUSTOMERS)).of
    found = {customer: situation(history, **instant) for customer, history in histories.items()}
    return {customer: at for customer, at in found.items() if at is not None}, instant


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(test=st.recursive(nested(st.just(CustomerTest())), nested, max_leaves=4), at=st.sampled_from(INSTANTS))
async def test_whoever_passes_in_the_graph_passes_out_of_it(loaded: Graph, test: CustomerTest, at: str) -> None:
    situations, instant = await around(loaded, at)
    expected = await page_of_customers(loaded, test, None, Span(10), **instant)

    assert {customer for customer, seen in situations.items() if passes(seen, steps_of(test))} == set(expected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.lists(PIECES | st.sampled_from(["br", "test", "e x", "(", "Delta!"]), max_size=3).map(" ".join))
async def test_a_search_finds_the_same_in_the_graph_and_out_of_it(loaded: Graph, search: str) -> None:
    situations, instant = await around(loaded, "2024-06-01")
    expected = await page_of_customers(loaded, CustomerTest(), search, Span(10), **instant)
    found = {
        customer
        for customer, seen in situations.items()
        if finds(search, seen.name(customer), str(seen.properties(customer).get("domain") or ""))
    }

    assert found == set(expected)
