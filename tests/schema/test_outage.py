"""A store that goes away and comes back, and one that somebody spoilt: what callers hear of it."""

import json
import signal
import time
from collections.abc import Iterator
from os import kill
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from neo4j import GraphDatabase

from graph.address import Address
from graph.embedded import start
from tests.schema.safe_errors import book, expect_safe
from tests.service.vocero import Served, Vocero

CUSTOMER = '{ customer(id: "customer:contoso") { name } }'
SEVERAL = '{ one: customer(id: "customer:mars") { name } two: customer(id: "customer:venus") { name } three: revision four: revision }'
APPLY = 'mutation { apply(changes: [{putCustomer: {key: "mars", country: "FR"}}], idempotencyKey: "mars") { applied } }'
RECOVERY_SECONDS = 30

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # the driver's, where it is given up while it connects


class Phase(NamedTuple):
    """What the service said at one time."""

    answer: dict[str, Any]
    ready: httpx.Response
    healthy: httpx.Response
    seconds: float


class Outage(NamedTuple):
    """The phases of an outage, and what the service had logged by its end."""

    before: Phase
    frozen: Phase
    frozen_for_several: Phase
    stopped: Phase
    after: Phase
    internal: dict[str, Any]
    logged: str


def phase(served: Served, document: str = CUSTOMER) -> Phase:
    begun = time.monotonic()
    answer = served.client.post("/graphql", json={"query": document}).json()
    seconds = time.monotonic() - begun
    return Phase(answer, served.client.get("/readyz"), served.client.get("/healthz"), seconds)


def recovered(served: Served) -> Phase:
    """What the service says when it answers again: a store that has just started takes its time for the first questions."""
    until = time.monotonic() + RECOVERY_SECONDS
    while ("errors" in (found := phase(served)).answer or found.ready.is_error) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def run(address: Address, statement: str, database: str = "neo4j", **parameters: object) -> None:
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        driver.execute_query(statement, parameters, database_=database)


@pytest.fixture(scope="module")
def outage(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outage]:
    """A store that stops answering, goes on, ends, and comes back on the same port."""
    folder = tmp_path_factory.mktemp("outage")
    neo4j = start(folder / "neo4j", cache, show_progress=False, heap="512m", pagecache="64m")
    try:
        first = neo4j.address
        vocero = Vocero(folder, VOCERO_NEO4J_URI=first.uri, VOCERO_NEO4J_PASSWORD=first.password, VOCERO_READ_SECONDS="2")
        with vocero.application() as served:
            loaded = vocero("load", vocero.write("book", book()))
            assert loaded.returncode == 0, loaded
            before = recovered(served)  # its first questions take their time too
            run(first, "MATCH (c:Customer {id: 'customer:mars'}) SET c.cloud = 'MARTIAN'")
            served.client.post("/graphql", json={"query": APPLY})
            internal = served.client.post("/graphql", json={"query": '{ customer(id: "customer:mars") { id cloud } revision }'}).json()
            kill(neo4j.pid, signal.SIGSTOP)
            frozen, frozen_for_several = phase(served), phase(served, SEVERAL)
            kill(neo4j.pid, signal.SIGCONT)
            neo4j.stop()
            stopped = phase(served)
            port = int(first.uri.rpartition(":")[2])
            neo4j = start(folder / "neo4j", cache, show_progress=False, port=port, heap="512m", pagecache="64m")
            statement = "ALTER CURRENT USER SET PASSWORD FROM $now TO $before"
            run(neo4j.address, statement, "system", now=neo4j.address.password, before=first.password)
            after = recovered(served)
            yield Outage(before, frozen, frozen_for_several, stopped, after, internal, served.errors)
    finally:
        neo4j.stop()


def test_a_store_that_does_not_answer_in_time_is_unavailable(outage: Outage) -> None:
    [error] = outage.frozen.answer["errors"]

    expect_safe(error)
    assert (error["extensions"]["code"], error["path"]) == ("UNAVAILABLE", ["customer"])
    assert error["message"] == "the graph did not answer within 2 s; ask again, or for less at once"
    assert outage.frozen.seconds < 6  # a look at the log that is under way, and then one of its own, of 2 s each


def test_an_operation_waits_for_it_once_whatever_it_asks(outage: Outage) -> None:
    assert {error["extensions"]["code"] for error in outage.frozen_for_several.answer["errors"]} == {"UNAVAILABLE"}
    assert outage.frozen_for_several.seconds < 6


def test_a_store_that_is_gone_is_unavailable(outage: Outage) -> None:
    [error] = outage.stopped.answer["errors"]

    expect_safe(error)
    assert (error["extensions"]["code"], error["path"]) == ("UNAVAILABLE", ["customer"])
    assert error["message"] == "the graph can't be reached now; ask again later"
    assert outage.stopped.seconds < 5


def test_the_service_lives_through_an_outage_but_is_not_ready(outage: Outage) -> None:
    ready = {name: getattr(outage, name).ready.status_code for name in ("before", "frozen", "stopped", "after")}
    healthy = {getattr(outage, name).healthy.status_code for name in ready}

    assert outage.after.ready.status_code == 200, outage.after.ready.json()
    assert ready == {"before": 200, "frozen": 503, "stopped": 503, "after": 200}
    assert healthy == {200}
    assert outage.stopped.ready.json() == {"status": "unavailable", "reason": "the graph can't be reached now; ask again later"}


def test_the_service_recovers_by_itself_when_its_store_is_back(outage: Outage) -> None:
    assert outage.before.answer["data"] == {"customer": {"name": "Contoso"}}
    assert outage.after.answer == outage.before.answer


def test_every_line_of_the_log_is_json_meanwhile_also_of_the_driver(outage: Outage) -> None:
    assert all(isinstance(json.loads(line), dict) for line in outage.logged.splitlines())


def test_an_error_of_ours_is_masked_for_callers_and_logged_for_us(outage: Outage) -> None:
    """A cloud that no Vocero ever stored: somebody wrote to the store behind its back, and then something else was changed."""
    [error] = outage.internal["errors"]

    expect_safe(error)
    assert (error["extensions"]["code"], error["path"]) == ("INTERNAL", ["customer"])
    assert error["message"] == "internal error; it is logged, and not your input's fault"
    assert outage.internal["data"]["customer"] is None
    assert outage.internal["data"]["revision"]
    [entry] = [json.loads(line) for line in outage.logged.splitlines() if "internal error" in line]
    assert entry["level"] == "error"
    assert "MARTIAN" in entry["exception"][0]["exc_value"]


def test_an_outage_is_no_error_of_ours_and_leaves_no_trace_in_the_log(outage: Outage) -> None:
    assert outage.logged.count("Traceback") == 0
    assert all("MARTIAN" in line for line in outage.logged.splitlines() if json.loads(line)["level"] == "error")
