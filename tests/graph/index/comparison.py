"""A book to fill an index from, and the index held against the graph."""

from collections.abc import Mapping
from contextlib import suppress
from operator import itemgetter
from typing import Any
from uuid import uuid4

from graph.apply import apply
from graph.graph import Graph
from graph.histories import histories_of
from graph.index.environment import Environment
from graph.index.follower import follow
from graph.index.listing import EVER, TIES, sort_key_of
from graph.index.numbers import OPERATORS
from graph.index.rows import PartnerRow
from graph.index.rows_read import rows_of
from graph.index.snapshot import Snapshot, Stale, snapshot
from graph.once import Asking
from graph.store import newest_revision
from policy.change import Put
from policy.facts import History
from policy.seen import seen_until
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
    return history and (
        history.customer,
        sorted(map(repr, history.relationships)),
        dict(history.nodes),
    )


async def follow_newest(graph: Graph, environment: Environment) -> None:
    """Follow the log to the newest revision."""
    await follow(graph, environment, await newest_revision(graph))


async def expect_the_same(graph: Graph, environment: Environment) -> int:
    """Every node stands in the index as in the graph, and in the lists in which it has to; how many customers were compared."""
    ids = {kind: [row[0] for row in await stored_nodes(graph, kind)] for kind in ("customer", "partner", "subscription", "agreement")}
    customers, partners = ids["customer"], ids["partner"]
    found = (await histories_of(graph, customers)).of if customers else {}
    rows = await rows_of(graph, [*partners, *OPERATORS, *ids["subscription"], *ids["agreement"]])
    with snapshot(environment) as index:
        for customer in customers:
            assert plain(index.history(customer)) == plain(found[customer])
        for partner, row in rows.partners.items():
            indexed = index.partner(partner)
            assert indexed is not None
            assert (indexed.versions, sorted(indexed.providers, key=repr)) == (row.versions, sorted(row.providers, key=repr))
            for provider in {record.start for record in row.providers}:
                assert partner in index.provided_by(provider)
        held = {node for history in found.values() for node in history.nodes}
        for node in rows.loose.keys() - held:
            loose = index.loose(node)
            assert loose is not None
            assert (loose.versions, sorted(loose.records, key=repr)) == (
                rows.loose[node].versions,
                sorted(rows.loose[node].records, key=repr),
            )
        assert index.history("customer:nobody") is None
        assert index.partner("partner:nobody") is None
        expect_lists(index, found, rows.partners)
        state = index.state()
        assert state is not None
        assert state.revision is not None
        assert state.revision[:2] == (await newest_revision(graph))[:2]
    return len(customers)


def expect_lists(index: Snapshot, found: Mapping[str, History], partners: Mapping[str, PartnerRow]) -> None:
    """The lists hold each node once, in the order of names, and each partner's what it ever had a tie to or saw."""
    names = {customer: sort_key_of(customer, history.nodes[customer][0]) for customer, history in found.items()}
    expected = [(sort, customer) for customer, sort in sorted(names.items(), key=itemgetter(1))]
    assert [(sort, index.id_of(number)) for sort, number in index.named("customer")] == expected
    assert [(sort, index.id_of(number)) for sort, number in index.named("customer", forward=False)] == expected[::-1]
    listed = sorted(sort_key_of(partner, row.versions[0]) for partner, row in partners.items() if partner.startswith("partner:"))
    assert [sort for sort, _ in index.named("partner")] == listed
    for partner in partners:
        tied = {
            customer
            for customer, history in found.items()
            if any(each.start == partner and each.type in TIES for each in history.relationships)
        }
        seen = {customer for customer, history in found.items() if customer in seen_until(history, EVER, partner)}
        if partner.startswith("partner:"):
            assert {index.id_of(number) for _, number in index.tied_to(partner)} == tied
            assert {index.id_of(number) for _, number in index.seen_by(partner)} == seen
            assert all(index.has_tie(partner, customer) == (customer in tied) for customer in found)


async def stored_nodes(graph: Graph, kind: str) -> list[Any]:
    """The nodes of a kind, as an export reads them."""
    rows: list[Any] = (await graph.read("export_nodes", label=kind.capitalize(), after="", limit=1000))["nodes"]
    return rows


async def expect_nothing_wrong(graph: Graph, environment: Environment) -> None:
    """Every customer is as in the graph, or said to be out of date."""
    customers = [row[0] for row in await stored_nodes(graph, "customer")]
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
