"""Events of customers with a long history: answered up to a limit, and refused beyond it."""

from functools import partial
from pathlib import Path

import pytest

from graph.graph import Graph
from graph.time_slices import call
from policy.caller import ANYBODY
from policy.errors import TooComplex
from policy.instant import now
from policy.policy_file import shipped_policy
from resolvers.events import MOST_TURNS, events
from resolvers.freshness import Freshness
from resolvers.load_folder import load_book
from resolvers.operation import Operation
from tests.oracle.book import Book, row_of
from tests.running_index import indexed


def held(customer: str, subscriptions: int) -> list[dict[str, str]]:
    """Subscriptions of a customer, each of which begins and ends at instants of its own."""
    return [
        row_of(
            "relationships",
            type="HOLDS",
            from_=f"customer:{customer}",
            to=f"subscription:{customer}-{number}",
            valid_from=f"2024-01-01T00:{number // 60:02}:{number % 60:02}Z",
            valid_to=f"2024-02-01T00:{number // 60:02}:{number % 60:02}Z",
        )
        for number in range(subscriptions)
    ]


async def test_events_are_answered_up_to_a_limit_and_refused_beyond_it(graph: Graph, tmp_path: Path) -> None:
    most = MOST_TURNS // 2
    relationships = held("most", most) + held("more", most + 1)
    Book(
        customers=[row_of("customers", key=key, name=key) for key in ("most", "more")],
        subscriptions=[row_of("subscriptions", key=row["to"].removeprefix("subscription:")) for row in relationships],
        relationships=relationships,
    ).write(tmp_path / "book")
    await load_book(graph, tmp_path / "book", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)

    async with indexed(graph, tmp_path / "index") as index:
        operation = Operation(index, shipped_policy(), now(), Freshness(), ANYBODY)
        assert len(await call(partial(events, operation, "customer:most", None))) == MOST_TURNS
        with pytest.raises(TooComplex, match="at more than 2,000 instants around the customer; ask for the `history` of one subscription"):
            await call(partial(events, operation, "customer:more", None))
