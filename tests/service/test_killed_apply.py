"""Applies that are cut off in the middle: asked for again under their keys, each is made exactly once, and none is ever half made."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from enum import Enum
from itertools import count, pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from neo4j import GraphDatabase

from graph.address import Address
from graph.embedded import Running, running
from tests.service.vocero import Served, Vocero, children_of, gone_within

LOG = logging.getLogger(__name__)
WRITERS, ANSWERED, SECONDS = 8, 12, 60
NOT_REACHABLE = 3
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied replayed } }"
MADE = """query ($customers: [ID!]!, $subscriptions: [ID!]!) {
  customers: nodes(ids: $customers, consistency: {full: true}) { ... on Customer { name subscriptions { id } } }
  subscriptions: nodes(ids: $subscriptions) { ... on ProductSubscription { customer { id } billedBy { id } history { type } } } }"""
COMMIT = bytes.fromhex("0002b0120000")
"""Bolt's message COMMIT in its frame."""
SIZE = 1 << 16


class Moment(Enum):
    """When a connection breaks: at which message of the service to Neo4j, and whether Neo4j still gets that."""

    IN_ITS_WORK = (b"CREATE (change:Change", False)
    BEFORE_ITS_COMMIT = (COMMIT, False)
    AFTER_ITS_COMMIT = (COMMIT, True)


Strike = Callable[[], object]


class Wire:
    """What lies between a service and its Neo4j: a connection can be made to break at a moment of an apply."""

    def __init__(self, neo4j: Address) -> None:
        self._port = int(neo4j.uri.rpartition(":")[2])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = neo4j._replace(uri=f"bolt://127.0.0.1:{self._listening.getsockname()[1]}")
        self._fault: tuple[Moment, Strike] | None = None
        self.broken = Event()
        Thread(target=self._accept, daemon=True).start()

    def break_at(self, moment: Moment, strike: Strike = lambda: None) -> None:
        """Have the first connection that comes to the moment call `strike` and break."""
        self.broken.clear()
        self._fault = moment, strike

    def close(self) -> None:
        """Take no more connections."""
        with self._listening:
            cut(self._listening)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                service, _ = self._listening.accept()
                neo4j = socket.create_connection(("127.0.0.1", self._port))
                for each in (service, neo4j):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                strikes: list[Strike] = []
                Thread(target=self._carry_messages, args=(service, neo4j, strikes), daemon=True).start()
                Thread(target=self._carry_answers, args=(neo4j, service, strikes), daemon=True).start()

    def _carry_messages(self, service: socket.socket, neo4j: socket.socket, strikes: list[Strike]) -> None:
        with service, neo4j:
            with suppress(OSError):
                while message := service.recv(SIZE):
                    if fault := self._fault_at(message):
                        moment, strike = fault
                        if not moment.value[1]:
                            self._break(strike)
                            break
                        strikes.append(strike)
                    neo4j.sendall(message)
            cut(service, neo4j)

    def _carry_answers(self, neo4j: socket.socket, service: socket.socket, strikes: list[Strike]) -> None:
        with suppress(OSError):
            while answer := neo4j.recv(SIZE):
                if strikes:
                    self._break(strikes[0])
                    break
                service.sendall(answer)
        cut(service, neo4j)

    def _fault_at(self, message: bytes) -> tuple[Moment, Strike] | None:
        if self._fault is None or self._fault[0].value[0] not in message:
            return None
        fault, self._fault = self._fault, None  # one write at a time holds the store's lock, so no other connection comes here
        return fault

    def _break(self, strike: Strike) -> None:
        strike()
        self.broken.set()


def cut(*connections: socket.socket) -> None:
    """End them at once; closing alone would leave a thread waiting, and the other end without a word."""
    for each in connections:
        with suppress(OSError):  # it has ended
            each.shutdown(socket.SHUT_RDWR)


class Client:
    """Sends applies, each under a key of its own, and keeps what it asked for and what was answered."""

    def __init__(self) -> None:
        self.asked: set[int] = set()
        self.answered: dict[int, dict[str, Any]] = {}
        self.codes: set[str] = set()
        self._numbers = count()

    def ask(self, served: Served, number: int) -> dict[str, Any] | None:
        """What is answered; None where nothing is, or an error."""
        self.asked.add(number)
        variables = {"changes": changes(number), "key": f"apply-{number}"}
        try:
            body = served.client.post("/graphql", json={"query": APPLY, "variables": variables}).json()
        except httpx.TransportError:
            return None
        if "errors" in body:
            self.codes |= {error["extensions"]["code"] for error in body["errors"]}
            return None
        payload: dict[str, Any] = body["data"]["apply"]
        return payload

    @contextmanager
    def sending(self, served: Served) -> Iterator[None]:
        """WRITERS at once, each sending until it is not answered; entered when ANSWERED more were."""
        wanted, enough, stop = len(self.answered) + ANSWERED, Event(), Event()

        def send() -> None:
            while not stop.is_set() and (payload := self.ask(served, number := next(self._numbers))):
                self.answered[number] = payload
                if len(self.answered) >= wanted:
                    enough.set()

        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(send) for _ in range(WRITERS)]
            try:
                assert enough.wait(SECONDS), self.codes
                yield
            finally:
                stop.set()
        for writer in writers:
            writer.result()


def changes(number: int) -> list[dict[str, Any]]:
    """A new customer with a subscription that Fabrikam bills: changes that belong together."""
    started = {"to": f"subscription:s{number}", "validFrom": "2024-01-01T00:00:00Z"}
    return [
        {"putPartner": {"key": "fabrikam", "name": "Fabrikam"}},
        {"putCustomer": {"key": f"c{number}", "name": f"Customer {number}"}},
        {"putSubscription": {"key": f"s{number}", "offer": "Office 365 E3"}},
        {"start": {"type": "HOLDS", "from": f"customer:c{number}", **started}},
        {"start": {"type": "BILLS", "from": "partner:fabrikam", **started}},
    ]


def made(served: Served, numbers: set[int]) -> set[int]:
    """Those of the applies that are there; one that is there in part fails the test."""
    order = sorted(numbers)
    variables = {"customers": [f"customer:c{number}" for number in order], "subscriptions": [f"subscription:s{number}" for number in order]}
    data = served.client.post("/graphql", json={"query": MADE, "variables": variables}).json()["data"]
    found = dict(zip(order, zip(data["customers"], data["subscriptions"], strict=True), strict=True))
    whole = {number for number, there in found.items() if there == as_made(number)}
    assert {number: there for number, there in found.items() if number not in whole and there != (None, None)} == {}, "half made"
    return whole


def as_made(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The customer and the subscription of an apply as they are answered."""
    tied = {"customer": {"id": f"customer:c{number}"}, "billedBy": {"id": "partner:fabrikam"}}
    customer = {"name": f"Customer {number}", "subscriptions": [{"id": f"subscription:s{number}"}]}
    return customer, tied | {"history": [{"type": "BILLS"}, {"type": "HOLDS"}]}


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


def processes_of(served: Served) -> tuple[int, ...]:
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
