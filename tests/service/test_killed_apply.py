"""Applies that are cut off in the middle: asked for again under their keys, each is made exactly once, and none is ever half made."""

import logging
import os
import signal
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph.address import Address
from graph.embedded import Running, running
from tests.service.applies import SECONDS, Client, made
from tests.service.vocero import Served, ServingProcess, Vocero, children_of, gone_within
from tests.wire import Moment, Wire

LOG = logging.getLogger(__name__)
NOT_REACHABLE = 3


def log_of(address: Address) -> list[tuple[int, int]]:
    """(revision, recordedAt) of every entry, in the order of the revisions."""
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        records, *_ = driver.execute_query("MATCH (c:Change) RETURN c.revision, c.recordedAt ORDER BY c.revision")
    return [(record[0], record[1]) for record in records]


def expect_each_made_once(served: Served, client: Client, address: Address | None) -> set[int]:
    """What was answered is there, and asking again for everything makes exactly what is missing; those made that had not been answered."""
    assert address, "no Neo4j runs"
    before, there = log_of(address), made(served, client.asked)
    again = {number: client.ask(served, number) for number in sorted(client.asked)}
    after = log_of(address)
    unanswered = there - set(client.answered)
    counts = (
        f"{len(client.asked)} applies asked for, {len(client.answered)} answered, {len(unanswered)} made and not answered; "
        f"{len(before)} revisions before they were asked for again, {len(after)} after"
    )
    LOG.info(counts)

    assert client.asked > set(client.answered), counts
    assert there >= set(client.answered), counts
    assert {number for number, payload in again.items() if payload and payload["replayed"]} == there, counts
    assert all(again[number] == payload | {"replayed": True} for number, payload in client.answered.items()), counts
    assert made(served, client.asked) == client.asked, counts
    client.answered = {number: payload for number, payload in again.items() if payload}
    assert len({payload["revision"] for payload in client.answered.values()}) == len(client.asked), counts
    assert (after[: len(there)], len(after)) == (before, len(client.asked)), counts
    assert [revision for revision, _ in after] == list(range(1, len(after) + 1)), counts
    assert all(earlier < later for (_, earlier), (_, later) in pairwise(after)), counts
    return unanswered


def kill(*pids: int) -> None:
    """Signal 9 to each, and none of them is left."""
    for pid in pids:
        with suppress(ProcessLookupError):  # it ended with one before it
            os.kill(pid, signal.SIGKILL)
    assert all(gone_within(20, pid) for pid in pids)


def processes_of(served: ServingProcess) -> tuple[int, ...]:
    """The parent first: it would start workers again."""
    return served.process.pid, *children_of(served.process.pid)


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize("moment", [Moment.BEFORE_ITS_COMMIT, Moment.AFTER_ITS_COMMIT], ids=["before its commit", "after its commit"])
def test_a_killed_service_has_made_each_apply_whole_or_not_at_all(neo4j: Running, tmp_path: Path, moment: Moment) -> None:
    """On a server, which goes on. The apply whose commit had arrived is made, though nobody was answered."""
    client = Client()
    with closing(Wire(neo4j.address)) as wire:
        vocero = Vocero(tmp_path, VOCERO_NEO4J_URI=wire.address.uri, VOCERO_NEO4J_PASSWORD=wire.address.password)
        with vocero.serving("--workers", "2") as served, client.sending(served):
            processes = processes_of(served)
            wire.break_at(moment, lambda: kill(*processes))
            assert wire.broken.wait(SECONDS)
        with vocero.serving("--workers", "2") as served:
            unanswered = expect_each_made_once(served, client, neo4j.address)

    assert unanswered or moment is Moment.BEFORE_ITS_COMMIT


def test_no_answered_apply_is_lost_with_a_killed_neo4j(cache: Path, tmp_path: Path) -> None:
    """On one data folder: first the service is killed together with its own Neo4j, then the Neo4j alone, which ends its service."""
    vocero, client = Vocero(tmp_path, VOCERO_CACHE=str(cache)), Client()
    with vocero.serving("--workers", "2") as served, client.sending(served):
        kill(*processes_of(served))

    with vocero.serving("--workers", "2") as served:
        expect_each_made_once(served, client, running(vocero.data))
        with client.sending(served):
            kill(*(pid for pid in processes_of(served) if b"graph.embedded.child" in Path(f"/proc/{pid}/cmdline").read_bytes()))
        status, said = served.process.wait(SECONDS), served.errors

    with vocero.serving("--workers", "2") as served:
        expect_each_made_once(served, client, running(vocero.data))
    assert (status, client.codes - {"UNAVAILABLE"}) == (NOT_REACHABLE, set()), said


@pytest.mark.usefixtures("graph")
def test_an_apply_whose_connection_breaks_is_made_once_when_asked_for_again(neo4j: Running, tmp_path: Path) -> None:
    """At first its caller is answered, or told that the graph can't be reached."""
    client, came = Client(), {}
    with closing(Wire(neo4j.address)) as wire:
        vocero = Vocero(tmp_path, VOCERO_NEO4J_URI=wire.address.uri, VOCERO_NEO4J_PASSWORD=wire.address.password)
        with vocero.serving() as served:
            for number, moment in enumerate(Moment):
                wire.break_at(moment)
                first, codes = client.ask(served, number), client.codes
                assert wire.broken.wait(SECONDS)
                client.codes = set()
                again = client.ask(served, number)
                came[moment] = first and first["replayed"], codes, again and again["replayed"]
            there = made(served, client.asked)

    assert there == client.asked
    assert [revision for revision, _ in log_of(neo4j.address)] == [1, 2, 3]
    assert came == {
        Moment.IN_ITS_WORK: (False, set(), True),  # tried again before the caller was answered
        Moment.BEFORE_ITS_COMMIT: (None, {"UNAVAILABLE"}, False),
        Moment.AFTER_ITS_COMMIT: (None, {"UNAVAILABLE"}, True),
    }
