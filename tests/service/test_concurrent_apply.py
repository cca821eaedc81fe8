"""Applies that come at once, to several processes that answer: each takes a revision of its own, and is seen whole or not at all."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from neo4j import AsyncGraphDatabase

from graph.embedded import Running
from policy.instant import now
from policy.live import Live
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService, serving
from tests.stored import records_at

LOG = logging.getLogger(__name__)
WRITERS, TURNS = 16, 25
LARGE, LARGE_TURNS, LARGE_READERS = 300, 10, 4
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied replayed } }"
SPEAKERS = """query ($one: ID!, $other: ID!, $consistency: Consistency) {
  one: permittedCommunicators(customer: $one, topic: "renewal", consistency: $consistency) { communicator { id } }
  other: permittedCommunicators(customer: $other, topic: "renewal") { communicator { id } } }"""
HISTORIES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductSubscription { history { type from { id } supersededAt } } } }"


@pytest.fixture(scope="module")
async def service(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """Two processes that answer."""
    async with serving(tmp_path_factory.mktemp("concurrent"), neo4j.address, "--workers", "2") as running:
        yield running


class Bulletin:
    """What writers have been answered while readers read: which turn of each of them is made."""

    def __init__(self) -> None:
        self.made: Counter[int] = Counter()
        self.over = asyncio.Event()
        self.reads = 0


async def test_applies_of_many_writers_take_revisions_of_their_own_and_are_seen_whole(service: RunningService, tmp_path: Path) -> None:
    """Each moves both subscriptions of its pair to the next partner; readers ask for both in one operation."""
    await service.replace_with(sold(tmp_path, subscriptions=2 * WRITERS, partners=TURNS + 1))
    bulletin = Bulletin()

    async with asyncio.TaskGroup() as group:
        for consistency in (None, {"full": True}):
            group.create_task(read_pairs(service, bulletin, consistency))
        revisions = await asyncio.gather(*(write(service, writer, bulletin) for writer in range(WRITERS)))
        bulletin.over.set()

    log = await log_of(service)
    counts = f"{sum(map(len, revisions))} applies, a log of {len(log)} revisions, {bulletin.reads} reads of pairs"
    LOG.info(counts)
    assert len({revision for each in revisions for revision in each}) == WRITERS * TURNS, counts
    assert [revision for revision, _ in log] == list(range(1, WRITERS * TURNS + 2)), counts
    assert all(earlier < later for (_, earlier), (_, later) in pairwise(log)), counts
    assert await billers_ever(service, 2 * WRITERS) == [[partner(turn) for turn in range(TURNS + 1)]] * (2 * WRITERS), counts
    assert bulletin.reads > WRITERS, counts


async def test_a_large_apply_is_read_whole_or_not_at_all(service: RunningService, tmp_path: Path) -> None:
    """The database takes a while to put its records in place; readers ask it for the first and the last of them, and for little else."""
    await service.replace_with(sold(tmp_path, subscriptions=LARGE, partners=LARGE_TURNS + 1))
    ends, over, seen = ["subscription:s0", f"subscription:s{LARGE - 1}"], asyncio.Event(), Counter[tuple[str | None, ...]]()

    async def read() -> None:
        while not over.is_set():
            chains = await records_at(service.graph, ends)
            live = Live(chains.found, now(), chains.revision.recorded_at)
            seen[tuple(live.biller(end) for end in ends)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(LARGE_READERS):
            group.create_task(read())
        for turn in range(1, LARGE_TURNS + 1):
            await move(service, range(LARGE), turn, "large")
        over.set()

    half_made = {billers: times for billers, times in seen.items() if billers[0] is None or billers[0] != billers[1]}
    LOG.info("%d reads, half made %s", seen.total(), half_made)
    assert half_made == {}, f"of {seen.total()} reads"
    assert len(seen) > 1


async def test_one_apply_sent_many_times_at_once_is_made_once(service: RunningService, tmp_path: Path) -> None:
    await service.replace_with(sold(tmp_path, subscriptions=2, partners=2))

    answers = await asyncio.gather(*(move(service, [0, 1], 1, "once") for _ in range(WRITERS)))

    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: WRITERS - 1}
    assert len({(answer["revision"], answer["applied"]) for answer in answers}) == 1
    assert [revision for revision, _ in await log_of(service)] == [1, 2]


def sold(folder: Path, *, subscriptions: int, partners: int) -> Path:
    """Customers with a subscription each, which the first partner bills."""
    Book(
        customers=[row_of("customers", key=f"c{number}", name=f"Customer {number}") for number in range(subscriptions)],
        partners=[row_of("partners", key=f"p{number}", name=f"Partner {number}") for number in range(partners)],
        subscriptions=[
            row_of("subscriptions", key=f"s{number}", offer="Azure plan", consumption="true") for number in range(subscriptions)
        ],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=f"subscription:s{number}", valid_from="2023-01-01")
            for number in range(subscriptions)
            for type_, start in (("HOLDS", f"customer:c{number}"), ("BILLS", partner(0)))
        ],
    ).write(folder / "book")
    return folder / "book"


def partner(number: int) -> str:
    return f"partner:p{number}"


async def move(service: RunningService, subscriptions: Sequence[int], turn: int, key: str) -> dict[str, Any]:
    """What is answered to the apply that moves these subscriptions to the partner of that turn."""
    moved = {"subscriptions": [f"subscription:s{number}" for number in subscriptions], "to": partner(turn)}
    change = {"transferBilling": moved | {"completedAt": f"2024-01-01T00:00:{turn:02}Z"}}
    answer: dict[str, Any] = (await service.query(APPLY, changes=[change], key=f"{key}-{turn}"))["apply"]
    return answer


async def write(service: RunningService, writer: int, bulletin: Bulletin) -> list[str]:
    """The revisions that a writer's applies took, one after the other."""
    revisions = []
    for turn in range(1, TURNS + 1):
        answer = await move(service, [2 * writer, 2 * writer + 1], turn, f"writer {writer}")
        assert (answer["applied"] > 0, answer["replayed"]) == (True, False)
        revisions.append(answer["revision"])
        bulletin.made[writer] = turn
    return revisions


async def read_pairs(service: RunningService, bulletin: Bulletin, consistency: dict[str, bool] | None) -> None:
    """Ask for one pair after the other until all is written; with consistency `full` each is as far as its writer has been told."""
    while not bulletin.over.is_set():
        for writer in range(WRITERS):
            told = bulletin.made[writer] if consistency else 0
            one, other = await speakers(service, 2 * writer, 2 * writer + 1, consistency)
            assert one == other
            assert one in [[partner(turn)] for turn in range(told, TURNS + 1)]
            bulletin.reads += 1


async def speakers(service: RunningService, one: int, other: int, consistency: dict[str, bool] | None = None) -> list[list[str]]:
    """Who may speak to each of the two customers about a renewal: whoever bills its subscription, and nobody else."""
    data = await service.query(SPEAKERS, one=f"customer:c{one}", other=f"customer:c{other}", consistency=consistency)
    return [[permission["communicator"]["id"] for permission in data[name]] for name in ("one", "other")]


async def billers_ever(service: RunningService, subscriptions: int) -> list[list[str]]:
    """Who bills each subscription, in the order of time, as is believed in the end."""
    nodes = (await service.query(HISTORIES, ids=[f"subscription:s{number}" for number in range(subscriptions)]))["nodes"]
    return [
        [record["from"]["id"] for record in node["history"] if record["type"] == "BILLS" and not record["supersededAt"]] for node in nodes
    ]


async def log_of(service: RunningService) -> list[tuple[int, int]]:
    """(revision, recordedAt) of every entry, in the order of the revisions."""
    neo4j = service.neo4j
    async with AsyncGraphDatabase.driver(neo4j.uri, auth=(neo4j.user, neo4j.password)) as driver:
        found = await driver.execute_query("MATCH (c:Change) RETURN c.revision, c.recordedAt ORDER BY c.revision")
    return [(record[0], record[1]) for record in found.records]
