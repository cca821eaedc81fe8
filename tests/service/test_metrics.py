"""What Prometheus reads: sums over all workers, and no label that a caller makes up."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from graph.embedded import Running
from tests.service.test_request_ids import vocero
from tests.service.vocero import Served, ServingProcess, children_of
from tests.watching import CHANGES, watching

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
WHO = '{ permittedCommunicators(customer: "customer:nobodys", topic: "renewal") { verdict } }'
MAY = '{ permission(communicator: "operator:microsoft", customer: "customer:nobodys", topic: "incident") { verdict } }'
SECONDS = 10.0

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def served(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with one customer, with which nobody has to do."""
    with vocero(neo4j, tmp_path_factory.mktemp("metrics")).application() as served:
        apply(served, {"putCustomer": {"key": "nobodys", "name": "Nobody's"}})
        yield served


def apply(served: Served, *changes: dict[str, Any]) -> None:
    answer = served.client.post("/graphql", json={"query": APPLY, "variables": {"changes": changes, "key": uuid4().hex}}).json()
    assert "errors" not in answer, answer


def ask(served: Served, document: str) -> dict[str, Any]:
    answer: dict[str, Any] = served.client.post("/graphql", json={"query": document}).json()
    return answer


def numbers(url: str) -> Numbers:
    """Name and labels of each number -> it."""
    answer = httpx.get(f"{url}/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for family in families for sample in family.samples}


def number(found: Numbers, name: str, **labels: str) -> float:
    """The sum of those with that name and at least these labels."""
    return sum(value for (each, given), value in found.items() if each == f"vocero_{name}" and labels.items() <= set(given))


def grown(served: Served, name: str, documents: list[str], **labels: str) -> float:
    before = number(numbers(served.url), name, **labels)
    for document in documents:
        ask(served, document)
    return number(numbers(served.url), name, **labels) - before


def test_operations_are_counted_by_type_and_by_the_code_of_their_error(served: Served) -> None:
    assert grown(served, "operations_total", [WHO, MAY], type="query", code="OK") == 2
    assert grown(served, "operations_total", ['{ node(id: "nothing") { id } }'], type="query", code="BAD_INPUT") == 1
    assert grown(served, "operations_total", ["{ nonsense }", "{"], type="none", code="BAD_INPUT") == 2
    assert grown(served, "operation_seconds_count", [WHO], type="query") == 1
    assert grown(served, "operation_cost_count", [WHO]) == 1
    assert grown(served, "operation_cost_sum", [WHO]) > 0


def test_requests_are_counted_by_method_and_status(served: Served) -> None:
    before = numbers(served.url)
    served.client.get("/nowhere")
    served.client.request("TRACE", "/graphql")
    after = numbers(served.url)

    assert number(after, "http_requests_total", method="GET", status="404") - number(before, "http_requests_total", status="404") == 1
    assert number(after, "http_requests_total", method="other") - number(before, "http_requests_total", method="other") == 1


def test_each_cypher_is_timed_by_its_name(served: Served) -> None:
    assert grown(served, "cypher_seconds_count", [WHO], query="store") >= 1
    assert number(numbers(served.url), "cypher_seconds_sum", query="lock_store") > 0


def test_verdicts_are_counted_by_category(served: Served) -> None:
    many = 'q(communicator: "operator:microsoft", customer: "customer:nobodys", topic: "incident")'
    questions = "{ permissions(questions: [" + ", ".join([many.replace("q(", "{").replace(")", "}")] * 3) + "]) { verdict } }"

    assert grown(served, "verdicts_total", [MAY, questions], verdict="PERMITTED", category="OPERATIONAL") == 4
    assert grown(served, "verdicts_total", [WHO], verdict="NOBODY", category="SUBSCRIPTION") == 1


def test_the_newest_revision_and_the_time_until_it_was_seen(served: Served) -> None:
    before = number(numbers(served.url), "revision")
    apply(served, {"putCustomer": {"key": "nobodys", "domain": f"{uuid4().hex}.example"}})
    after = numbers(served.url)

    assert number(after, "revision") == before + 1
    assert 0 < number(after, "revision_lag_seconds") < 5


async def test_watches_are_counted_while_they_are_open(served: Served) -> None:
    async with watching(served.url, CHANGES), watching(served.url, CHANGES):
        assert becomes(served, 2)
    assert becomes(served, 0)


def becomes(served: Served, watches: int) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if number(numbers(served.url), "watches") == watches:
            return True
        time.sleep(0.05)
    return False


def test_the_connections_of_the_driver_are_told(served: Served) -> None:
    """None is in use, but while the service looks at the graph of its own accord."""
    until = time.monotonic() + SECONDS
    found = numbers(served.url)
    while number(found, "driver_connections", state="in_use") and time.monotonic() < until:
        found = numbers(served.url)

    assert number(found, "driver_connections", state="in_use") == 0
    assert number(found, "driver_connections", state="idle") >= 1
    assert number(found, "driver_waiting") == 0


def test_no_label_holds_what_a_caller_made_up(served: Served) -> None:
    ask(served, 'query MadeUp { permission(communicator: "partner:made-up", customer: "customer:nobodys", topic: "made-up") { verdict } }')
    ask(served, MAY)
    served.client.get("/made-up")
    text = httpx.get(f"{served.url}/metrics").text

    for word in ("MadeUp", "made-up", "nobodys", "microsoft"):
        assert word not in text


def test_the_newer_format_is_given_to_whoever_asks_for_it(served: Served) -> None:
    answer = httpx.get(f"{served.url}/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "vocero_operations" in {family.name for family in openmetrics(answer.text)}  # type: ignore[no-untyped-call]


class Workers(NamedTuple):
    """Two workers, before and after both were killed: queries counted by whichever answers, folders that they share, and the log."""

    before: set[float]
    after: float
    were_watched: bool
    came_back: bool
    healthy: object
    shared: list[Path]
    left: list[Path]
    logged: str


@pytest.fixture(scope="module")
def killed(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Workers:
    folder = tmp_path_factory.mktemp("workers")
    with vocero(neo4j, folder, TMPDIR=str(folder)).serving("--workers", "2") as served:
        healthy = served.client.get("/healthz").json()
        shared = list(folder.glob("vocero-metrics-*"))
        for _ in range(30):
            with httpx.Client(base_url=served.url) as client:  # a connection of its own, which any worker may take
                client.post("/graphql", json={"query": "{ revision }"})
        before = {number(numbers(served.url), "operations_total", type="query", code="OK") for _ in range(5)}
        with served.client.stream("POST", "/graphql", json={"query": CHANGES}, headers={"accept": "text/event-stream"}):
            were_watched = becomes(served, 1)
            for worker in workers(served):
                os.kill(worker, signal.SIGKILL)
        came_back = becomes_after_restart(served)
        after = number(numbers(served.url), "operations_total", type="query", code="OK")
    return Workers(before, after, were_watched, came_back, healthy, shared, list(folder.glob("vocero-metrics-*")), served.errors)


def test_workers_are_summed_and_a_dead_one_has_no_watches_left(killed: Workers) -> None:
    assert killed.before == {30}
    assert killed.were_watched
    assert killed.came_back
    assert killed.after == 30
    assert [line for line in killed.logged.splitlines() if "Traceback" in line] == []


def test_a_folder_of_the_workers_is_gone_with_them(killed: Workers) -> None:
    assert len(killed.shared) == 1
    assert killed.healthy == {"status": "ok"}
    assert killed.left == []


def workers(served: ServingProcess) -> list[int]:
    """The processes that answer."""
    found = children_of(served.process.pid)
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def becomes_after_restart(served: Served) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if number(numbers(served.url), "watches") == 0:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    return False
