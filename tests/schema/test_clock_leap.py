"""A clock that was ahead once: what was recorded then, and all that was recorded since, is known now, whatever its recordedAt."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from neo4j import AsyncGraphDatabase
from structlog.testing import capture_logs

from graph.check import Fault, check
from graph.embedded import Running
from graph.graph import Graph
from graph.log import entries_after
from graph.store import newest_revision
from policy.instant import now, written
from resolvers.judging import Judging
from resolvers.load_folder import load_book
from resolvers.permission_changes import Interest, permission_changes
from resolvers.token import token_of
from service.metrics import Metrics
from service.telemetry import Telemetry
from tests.running_index import indexed
from tests.running_service import emptied
from tests.schema.asked_by import ANALYST, OPERATOR, POLICY, Asked, partner

DAY = 24 * 60 * 60 * 1_000_000
TEN_DAYS = 10 * DAY
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
KNOWN = """query ($asOf: AsOf) { customers(asOf: $asOf) { totalCount }
  permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal", asOf: $asOf) {
    verdict asOf { knownAt } } }"""
LEAP = """
MATCH (s:Store) SET s.recordedAt = s.recordedAt + $by WITH s
MATCH (c:Change {revision: s.revision}) WITH s, c, c.recordedAt AS at SET c.recordedAt = at + $by WITH at
CALL (at) { MATCH (n:Customer {recordedAt: at}) SET n.recordedAt = at + $by }
CALL (at) { MATCH ()-[r {recordedAt: at}]->() SET r.recordedAt = at + $by }
RETURN at
"""
"""As if the newest revision had been written while the clock was ahead."""


@pytest.fixture
async def asked(graph: Graph, neo4j: Running, tmp_path: Path) -> AsyncIterator[Asked]:
    """A customer that became known while the clock was ahead, and one that did since; its subscription is billed since, too."""
    (tmp_path / "partners.csv").write_text("key,name\nfabrikam,Fabrikam", "utf-8")
    (tmp_path / "subscriptions.csv").write_text("key,offer\ns1,Office", "utf-8")
    await load_book(graph, tmp_path, tmp_path / "rejected.csv", actor="test")
    async with indexed(graph, tmp_path / "index") as index:
        yield await leapt(Asked(index), neo4j)
    await emptied(graph)


async def leapt(asked: Asked, neo4j: Running) -> Asked:
    await applied(asked, {"putCustomer": {"key": "contoso"}}, started("HOLDS", "customer:contoso", "subscription:s1"))
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        await driver.execute_query(LEAP, by=TEN_DAYS)
    await applied(asked, {"putCustomer": {"key": "adatum"}}, started("BILLS", "partner:fabrikam", "subscription:s1"))
    return asked


def started(type_: str, start: str, end: str, **more: str) -> dict[str, Any]:
    return {"start": {"type": type_, "from": start, "to": end, "validFrom": "2024-01-01T00:00:00Z", **more}}


async def applied(asked: Asked, *changes: dict[str, Any]) -> None:
    await asked.data(OPERATOR, APPLY, changes=list(changes), key=uuid4().hex)


async def test_known_now_is_all_that_is_known(asked: Asked) -> None:
    newest = (await newest_revision(asked.graph)).recorded_at
    a_moment_ago, tomorrow = now() - 2_000_000, now() + DAY
    assert newest > now() + TEN_DAYS - DAY

    for known_at in (None, a_moment_ago, tomorrow, newest):
        as_of = None if known_at is None else {"knownAt": written(known_at)}
        found = await asked.data(ANALYST, KNOWN, asOf=as_of)
        assert found["customers"]["totalCount"] == 2
        assert found["permission"] == {"verdict": "EXPECTED", "asOf": {"knownAt": written(newest)}}
    for known_at in (None, a_moment_ago):
        as_of = None if known_at is None else {"knownAt": written(known_at)}
        found = await asked.data(partner("fabrikam"), KNOWN, asOf=as_of)
        assert (found["customers"]["totalCount"], found["permission"]["verdict"]) == (1, "EXPECTED")
        assert found["permission"]["asOf"]["knownAt"] < written(now() + DAY)


async def test_an_instant_of_an_answer_gives_that_answer_again_though_the_clock_has_not_reached_it(asked: Asked) -> None:
    newest = (await newest_revision(asked.graph)).recorded_at
    await applied(asked, {"putCustomer": {"key": "later"}})

    found = await asked.data(ANALYST, KNOWN, asOf={"knownAt": written(newest)})

    assert found["customers"]["totalCount"] == 2
    assert found["permission"]["asOf"]["knownAt"] == written(newest)
    too_late = await asked.body(ANALYST, KNOWN, asOf={"knownAt": written(newest + DAY)})
    assert {each["extensions"]["code"] for each in too_late["errors"]} == {"BAD_INPUT"}


async def test_a_leap_is_logged_counted_and_found_by_a_check(asked: Asked, neo4j: Running) -> None:
    metrics = Metrics()
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        graph.observer = Telemetry(metrics, None, None)
        with capture_logs() as logs:
            await newest_revision(graph)
    page = bytes(metrics.page(None).body).decode()
    findings = (await check(asked.graph)).findings

    assert [entry["event"] for entry in logs] == ["the clock was ahead, or is behind now"]
    assert "vocero_clock_leaps_total 1.0" in page
    assert next(each for each in findings if each.fault is Fault.CLOCK).text.endswith("the clock was wrong then, or is wrong now")


async def test_a_watch_goes_by_the_clock_and_not_by_what_is_recorded_ahead_of_it(asked: Asked) -> None:
    """What ends in an hour is not told now, though a later revision is recorded ten days ahead."""
    graph = asked.graph
    since = await newest_revision(graph)
    ends = {"validTo": written(now() + DAY // 24)}
    await applied(asked, started("RESELLER_FOR", "partner:fabrikam", "customer:adatum", **ends))
    await applied(asked, {"putCustomer": {"key": "later"}})
    interest = Interest.of(POLICY, None, None, ["renewal"])
    [*_, last] = await entries_after(graph, since.number, limit=10)
    assert last.clock < now() < last.revision.recorded_at

    told = []
    async for each in permission_changes(asked.index, Judging(POLICY, ANALYST), interest, token_of(graph, since, ANALYST)):
        told.append(each)
        if len(told) == 1:
            break

    assert told[0].at < now()
    assert (told[0].customer.id, told[0].communicator.id) == ("customer:adatum", "partner:fabrikam")
