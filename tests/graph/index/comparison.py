"""A book to fill an index from, and the index held against the graph."""

from contextlib import suppress
from uuid import uuid4

from graph.apply import apply
from graph.graph import Graph
from graph.histories import histories_of
from graph.index.environment import Environment
from graph.index.numbers import OPERATORS
from graph.index.rows_read import partners_of
from graph.index.snapshot import Stale, snapshot
from graph.once import Asking
from graph.store import newest_revision
from policy.change import Put
from policy.facts import History
from policy.terms import Boundary
from tests.oracle.book import Book, row_of

STORE, CUSTOMERS = "one", 300
MOVED = 1_735_689_600_000_000
BOUNDARIES = {True: Boundary.INSTANT, False: Boundary.INSTANT}


def some_book(customers: int) -> Book:
    """Customers with a subscription each that Fabrikam bills and Adatum, for which it provides, resells."""
    since = {"valid_from": "2024-01-01"}
    ties = [row_of("relationships", type="PROVIDES_FOR", from_="partner:fabrikam", to="partner:adatum", **since)]
    for number in range(customers):
        sold = f"subscription:s{number}"
        ties.append(row_of("relationships", type="HOLDS", from_=f"customer:c{number}", to=sold, **since))
        ties.append(row_of("relationships", type="BILLS", from_="partner:fabrikam", to=sold, **since))
        ties.append(row_of("relationships", type="RESELLS", from_="partner:adatum", to=sold, **since))
    return Book(
        customers=[row_of("customers", key=f"c{number}", name=f"C {number}") for number in range(customers)],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="adatum", name="Adatum")],
        subscriptions=[row_of("subscriptions", key=f"s{number}") for number in range(customers)],
        relationships=ties,
    )


def plain(history: History | None) -> object:
    """A history without the order of what has none."""
    return history and (history.customer, sorted(map(repr, history.relationships)), dict(history.nodes))


async def expect_the_same(graph: Graph, environment: Environment) -> int:
    """Every customer and every partner stands in the index as in the graph; how many were compared."""
    customers: list[str] = (await graph.read("customer_ids_after", after="", limit=1000))["ids"]
    partners = [row[0] for row in (await graph.read("export_nodes", label="Partner", after="", limit=1000))["nodes"]]
    found = (await histories_of(graph, customers)).of if customers else {}
    rows = (await partners_of(graph, [*partners, *OPERATORS])).of
    with snapshot(environment) as index:
        for customer in customers:
            assert plain(index.history(customer)) == plain(found[customer])
        for partner, row in rows.items():
            indexed = index.partner(partner)
            assert indexed is not None
            assert (indexed.versions, sorted(indexed.providers)) == (row.versions, sorted(row.providers))
            for provider in {record.start for record in row.providers}:
                assert partner in index.provided_by(provider)
        assert index.history("customer:nobody") is None
        assert index.partner("partner:nobody") is None
        state = index.state()
        assert state is not None
        assert state.revision is not None
        assert state.revision[:2] == (await newest_revision(graph))[:2]
    return len(customers)


async def expect_nothing_wrong(graph: Graph, environment: Environment) -> None:
    """Every customer is as in the graph, or said to be out of date."""
    customers: list[str] = (await graph.read("customer_ids_after", after="", limit=1000))["ids"]
    found = (await histories_of(graph, customers)).of if customers else {}
    with snapshot(environment) as index:
        for customer in customers:
            with suppress(Stale):
                assert plain(index.history(customer)) == plain(found[customer])


async def rename_customers(graph: Graph, changes: int) -> None:
    """Make changes, one after the other, of customers all over the book."""
    for number in range(changes):
        asking = await Asking.of("test", uuid4().hex, {"kind": "apply"})
        await apply(graph, [Put(f"customer:c{number * 7 % CUSTOMERS}", {"name": f"N {number}"})], BOUNDARIES, asking)
