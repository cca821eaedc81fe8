"""Remembered histories: what they could get wrong is tried in pairs with what happens meanwhile."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from time import monotonic
from uuid import uuid4
from weakref import ref

import pytest
from neo4j import AsyncGraphDatabase

from graph import following
from graph.apply import apply
from graph.compact import Sharing
from graph.contacts import contacts_of
from graph.embedded import Running
from graph.graph import Graph, Row
from graph.histories import histories_of
from graph.history_cache import HistoryCache
from graph.once import Asking
from graph.query_files import query
from policy.change import Change, Put, Start
from policy.facts import History
from policy.terms import Boundary, RelationshipType
from resolvers.load_folder import load_book
from tests.oracle.book import Book, row_of
from tests.running_service import emptied

CUSTOMERS = [f"customer:c{number}" for number in range(40)]
EVER = 3600.0
BOUNDARIES = {True: Boundary.INSTANT, False: Boundary.INSTANT}


class Counting(Graph):
    """Counts what is read."""

    counted: Counter[str]
    held: asyncio.Event | None = None

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        self.counted[name] += 1
        found = await super().read_marked(bookmarks, name, **parameters)
        if name == "histories_of_customers" and self.held is not None:
            await self.held.wait()
        return found


@pytest.fixture
async def graph(neo4j: Running, tmp_path: Path) -> AsyncIterator[Counting]:
    """Customers with a subscription each, which one partner bills."""
    book = Book(
        customers=[row_of("customers", key=customer.partition(":")[2], name="C") for customer in CUSTOMERS],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="northwind", name="Northwind")],
        subscriptions=[row_of("subscriptions", key=f"s{number}") for number in range(len(CUSTOMERS))],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=f"subscription:s{number}", valid_from="2024-01-01")
            for number, customer in enumerate(CUSTOMERS)
            for type_, start in (("HOLDS", customer), ("BILLS", "partner:fabrikam"))
        ],
    )
    book.write(tmp_path / "book")
    async with Counting.connect(neo4j.address, read_seconds=30) as graph:
        graph.counted = Counter()
        await emptied(graph)
        await load_book(graph, tmp_path / "book", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
        yield graph


def cache_of(graph: Graph, *, most_bytes: int = 10**7, staleness: float = 0.0, greatest_age: float = EVER) -> HistoryCache:
    graph.cache = HistoryCache(graph, most_bytes=most_bytes, staleness=staleness, greatest_age=greatest_age)
    return graph.cache


async def read(
    cache: HistoryCache, customers: Collection[str] = CUSTOMERS, *, fresh: bool = False, partner: str | None = None
) -> dict[str, History]:
    return dict(await cache.histories(customers, await cache.log.revision(fresh=fresh), partner))


async def made(graph: Graph, *changes: Change) -> None:
    await apply(graph, changes, BOUNDARIES, await Asking.of("test", uuid4().hex, {}))


async def anew(graph: Graph, customers: Collection[str] = CUSTOMERS) -> dict[str, History]:
    sharing = Sharing()
    return {customer: sharing.compact(each) for customer, each in (await histories_of(graph, list(customers))).of.items()}


def reads(graph: Counting) -> int:
    return graph.counted["histories_of_customers"]


async def test_what_was_read_once_is_not_read_again(graph: Counting) -> None:
    cache = cache_of(graph)
    first = await read(cache)
    before = reads(graph)

    assert await read(cache) == first == await anew(graph)
    assert reads(graph) == before + 1  # that of `anew`


async def test_all_who_miss_at_the_same_time_share_the_readings(graph: Counting) -> None:
    """Also the duplicates in one batch, and the unknown."""
    cache = cache_of(graph)
    asked = [[*CUSTOMERS[place:], *CUSTOMERS[place:], "customer:nobody"] for place in range(30)]
    found = await asyncio.gather(*(read(cache, each) for each in asked))

    assert [set(each) for each in found] == [set(CUSTOMERS[place:]) for place in range(30)]
    assert reads(graph) <= 3


async def test_what_a_change_touches_is_read_anew_and_nothing_else(graph: Counting) -> None:
    cache = cache_of(graph)
    await read(cache)
    await made(graph, Put("customer:c7", {"name": "Another"}), Put("subscription:s9", {"status": "deleted"}))
    before = graph.counted.copy()

    assert await read(cache) == await anew(graph)
    assert (graph.counted - before)["histories_of_customers"] == 2
    assert cache.known(CUSTOMERS, None).keys() == set(CUSTOMERS)


async def test_the_name_of_a_partner_reaches_everyone_around_it(graph: Counting) -> None:
    cache = cache_of(graph)
    await read(cache)
    await made(graph, Put("partner:fabrikam", {"name": "Fabrikam Inc."}))

    found = await read(cache)
    assert {history.nodes["partner:fabrikam"][0].properties["name"] for history in found.values()} == {"Fabrikam Inc."}


async def test_partners_that_came_with_a_customer_are_known_until_a_change_touches_them(graph: Counting) -> None:
    cache = cache_of(graph)

    def names(partner: str) -> list[object]:
        return [version.properties["name"] for version in cache.nodes.known(partner) or ()]

    await read(cache, CUSTOMERS[:1])
    came = [names("partner:fabrikam"), names("operator:microsoft"), names("partner:northwind"), names(CUSTOMERS[0])]
    await made(graph, Put("partner:fabrikam", {"name": "Fabrikam Ltd"}))
    await cache.log.revision(fresh=True)
    touched = names("partner:fabrikam")
    await read(cache, CUSTOMERS[:1])

    assert came == [["Fabrikam"], ["Microsoft"], [], []]
    assert touched == []
    assert names("partner:fabrikam") == ["Fabrikam Ltd", "Fabrikam"]
    assert graph.counted["nodes"] == 0


async def test_a_new_tie_above_two_partners_reaches_the_customers_of_both(graph: Counting) -> None:
    cache = cache_of(graph)
    start = Start(RelationshipType.RESELLS, "partner:northwind", "subscription:s3", None, 0, None, "")
    await made(graph, start)
    await read(cache)
    await made(graph, Start(RelationshipType.PROVIDES_FOR, "partner:fabrikam", "partner:northwind", None, 0, None, ""))

    assert await read(cache) == await anew(graph)


async def test_within_the_staleness_the_log_is_not_looked_at_unless_that_is_asked_for(graph: Counting, neo4j: Running) -> None:
    cache = cache_of(graph, staleness=EVER)
    old = await read(cache)
    async with Graph.connect(neo4j.address, read_seconds=30) as another:
        await made(another, Put("customer:c1", {"name": "Another"}))
    looks = graph.counted["store"]

    assert await read(cache) == old
    assert graph.counted["store"] == looks
    assert (await read(cache, fresh=True))["customer:c1"].nodes["customer:c1"][0].properties["name"] == "Another"


async def test_what_this_process_wrote_is_seen_at_once(graph: Counting) -> None:
    cache = cache_of(graph, staleness=EVER)
    await read(cache)
    await made(graph, Put("customer:c1", {"name": "Another"}))

    assert (await read(cache))["customer:c1"].nodes["customer:c1"][0].properties["name"] == "Another"


async def test_a_write_behind_the_services_back_is_seen_after_the_greatest_age(graph: Counting, neo4j: Running) -> None:
    cache = cache_of(graph, greatest_age=0.2)
    await read(cache)
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        await driver.execute_query("MATCH (c:Customer {id: 'customer:c1'}) SET c.name = 'Behind'")
    await asyncio.sleep(0.25)

    assert (await read(cache))["customer:c1"].nodes["customer:c1"][0].properties["name"] == "Behind"


async def test_a_reading_that_began_before_a_change_is_not_kept_after_it(graph: Counting) -> None:
    cache = cache_of(graph)
    await cache.log.revision(fresh=True)
    graph.held = asyncio.Event()
    slow = asyncio.create_task(read(cache, ["customer:c1"]))
    await asyncio.sleep(0.2)
    await made(graph, Put("customer:c1", {"name": "Another"}))
    await cache.log.revision(fresh=True)
    graph.held.set()
    await slow
    graph.held = None

    assert await read(cache) == await anew(graph)


async def test_whoever_asks_at_a_newer_revision_does_not_get_a_reading_that_was_under_way(graph: Counting) -> None:
    cache = cache_of(graph)
    await cache.log.revision(fresh=True)
    graph.held = asyncio.Event()
    slow = asyncio.create_task(read(cache, ["customer:c1"]))
    await asyncio.sleep(0.2)
    await made(graph, Put("customer:c1", {"name": "Another"}))
    quick = asyncio.create_task(read(cache, ["customer:c1"], fresh=True))
    await asyncio.sleep(0.2)
    graph.held.set()

    assert (await quick)["customer:c1"].nodes["customer:c1"][0].properties["name"] == "Another"
    await slow


async def test_however_much_is_read_no_more_is_kept_than_fits(graph: Counting) -> None:
    cache = cache_of(graph, most_bytes=30_000)
    found = await read(cache)

    assert found == await anew(graph)
    assert 0 < cache.bytes <= 30_000
    assert 0 < len(cache.known(CUSTOMERS, None)) < 20


async def test_nothing_is_kept_where_nothing_fits_and_the_answers_are_the_same(graph: Counting) -> None:
    cache = cache_of(graph, most_bytes=1)

    assert await read(cache) == await read(cache) == await anew(graph)
    assert cache.bytes == 0


async def test_of_a_customer_to_which_it_never_had_a_tie_a_partner_is_given_nothing_out_of_memory(graph: Counting) -> None:
    cache = cache_of(graph)
    await read(cache)
    before = reads(graph)

    assert await read(cache, partner="partner:northwind") == {}
    assert await read(cache, ["customer:nobody"], partner="partner:northwind") == {}
    assert reads(graph) == before + 2  # both take a reading
    assert set(await read(cache, partner="partner:fabrikam")) == set(CUSTOMERS)


async def test_the_contacts_of_a_partner_are_those_after_the_last_change(graph: Counting) -> None:
    cache = cache_of(graph)
    await cache.log.revision(fresh=True)
    assert await cache.contacts("partner:northwind") == []
    await made(graph, Start(RelationshipType.RESELLER_FOR, "partner:northwind", "customer:c5", None, 0, None, ""))
    await cache.log.revision(fresh=True)

    assert [each.customer for each in await cache.contacts("partner:northwind") or ()] == ["customer:c5"]


async def test_where_all_histories_are_remembered_so_are_the_contacts_of_everyone(graph: Counting) -> None:
    """Also those of a customer that is new, renamed, or no longer among the remembered."""
    cache = cache_of(graph)
    assert await cache.read_ahead() is None
    before = graph.counted.copy()
    tie = Start(RelationshipType.RESELLER_FOR, "partner:northwind", "customer:c5", None, 0, None, "")
    for changes in (
        (),
        (tie,),
        (Put("customer:new", {"name": "A"}), tie._replace(end="customer:new")),
        (Put("customer:c7", {"name": "Zz"}), Put("customer:c8", {"name": "Aa"})),
        (Put("partner:other", {"name": "Other"}), tie._replace(start="partner:other", end="customer:c8")),
    ):
        await made(graph, *changes)
        await cache.log.revision(fresh=True)
        for communicator in ("partner:fabrikam", "partner:northwind", "partner:other", "partner:nobody", "operator:microsoft"):
            read_now = await contacts_of(graph, communicator, after=None, limit=1000)
            assert await cache.contacts(communicator) == read_now, (communicator, changes)

    assert graph.counted["contacts_of_partner"] - before["contacts_of_partner"] == 4 * 5  # those of the comparison


async def test_contacts_are_read_where_too_much_was_forgotten_since_all_was_remembered(graph: Counting) -> None:
    old, cleared, small = cache_of(graph, greatest_age=0.2), cache_of(graph), cache_of(graph, most_bytes=30_000)
    for cache in (old, cleared, small):
        await cache.log.revision(fresh=True)
        await cache.read_ahead()
    assert not cleared.wants_reading_ahead()
    cleared.clear()
    await asyncio.sleep(0.2)

    for cache in (old, cleared, small):
        assert await cache.contacts("operator:microsoft") is None
        assert len(await cache.contacts("partner:fabrikam") or ()) == len(CUSTOMERS)
    assert [cache.wants_reading_ahead() for cache in (old, cleared, small)] == [True, True, False]


async def test_reading_ahead_stops_where_the_memory_is_full(graph: Counting) -> None:
    whole, small = cache_of(graph), cache_of(graph, most_bytes=30_000)
    assert await whole.read_ahead() is None
    assert await small.read_ahead() is None

    assert len(whole.known(CUSTOMERS, None)) == len(CUSTOMERS)
    assert small.bytes <= 30_000


@pytest.mark.parametrize("by", ["a change", "clearing", "a smaller memory", "reading ahead anew"])
async def test_what_is_forgotten_is_gone_though_nobody_looks_for_cycles(graph: Counting, by: str) -> None:
    """What was read ahead never is looked through again."""
    cache = cache_of(graph)
    await cache.read_ahead()
    worked_out = [ref(history.worked_out["situation"].situation) for history in (await read(cache)).values()]
    assert all(each() is not None for each in worked_out)

    gc.disable()
    try:
        if by == "a change":
            await made(graph, Put("partner:fabrikam", {"name": "Fabrikam Ltd"}))
            await cache.log.revision(fresh=True)
        elif by == "clearing":
            cache.clear()
        elif by == "a smaller memory":
            cache._most_bytes = 0  # noqa: SLF001 - what drives others out is too large to be made here
            await made(graph, Put(CUSTOMERS[0], {"name": "D"}))
            await read(cache, CUSTOMERS[:1])
        else:
            await cache.read_ahead()
        left = sum(each() is not None for each in worked_out)
    finally:
        gc.enable()

    assert left == 0


async def test_another_store_under_the_same_address_is_noticed(graph: Counting) -> None:
    cache = cache_of(graph)
    await read(cache)
    await emptied(graph)
    await made(graph, Put("customer:c1", {"name": "Of the other"}))

    assert set(await read(cache)) == {"customer:c1"}


async def test_a_reading_of_many_takes_little_memory_of_the_database(graph: Counting, neo4j: Running) -> None:
    """It took half a gigabyte for three hundred customers while each node was told apart by the list of all of them."""
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        text = f"PROFILE {query('histories_of_customers', 10.0).text}"
        profile = (await driver.execute_query(text, customers=CUSTOMERS, partner=None)).summary.profile

    assert profile is not None
    assert len(await anew(graph)) == len(CUSTOMERS)
    assert profile["args"]["GlobalMemory"] < 50_000 * len(CUSTOMERS)


async def test_what_is_kept_with_a_history_is_counted_and_goes_with_it(graph: Counting) -> None:
    cache = cache_of(graph, most_bytes=400_000)
    history = (await read(cache))[CUSTOMERS[0]]
    before = cache.bytes

    assert [cache.grow(history, 10_000), cache.bytes] == [True, before + 10_000]
    assert [cache.grow(history, 300_000), cache.bytes] == [False, before + 10_000]
    await made(graph, Put(CUSTOMERS[0], {"name": "Another"}))
    await cache.log.revision(fresh=True)
    assert cache.bytes < before
    assert not cache.grow(history, 10)
    assert not cache.grow((await read(cache))[CUSTOMERS[1]], 400_000)
    assert cache.bytes == before


async def test_who_asks_within_the_staleness_waits_for_no_look_though_one_is_begun(
    graph: Counting, neo4j: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write elsewhere is seen by those who ask at once: a graph that pauses while they do holds none of them up."""
    cache, later = cache_of(graph, staleness=60.0), 0.0
    monkeypatch.setattr(following, "monotonic", lambda: monotonic() + later)
    known = await cache.log.revision(fresh=False)
    async with Graph.connect(neo4j.address, read_seconds=30) as elsewhere:
        await made(elsewhere, Put("customer:c0", {"name": "Renamed"}))
    assert cache.log.revision_at_once() == known
    later = 40.0

    async with asyncio.timeout(30):
        while cache.log.revision_at_once() == known:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    assert cache.log.revision_at_once() == await cache.log.revision(fresh=True)
