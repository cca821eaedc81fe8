"""The id of a request: in its log, in its answer and in its errors; and the one line that each request leaves."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.embedded import Running
from tests.service.vocero import Served, Vocero
from tests.watching import watching

WRONG = '{ permission(communicator: "partner:x", customer: "customer:nobody", topic: "tax") { verdict } }'
SECONDS = 10.0


@pytest.fixture(scope="module")
def served(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service on a server."""
    with vocero(neo4j, tmp_path_factory.mktemp("requests")).application() as served:
        yield served


def vocero(neo4j: Running, folder: Path, **settings: str) -> Vocero:
    address = neo4j.address
    reach = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    return Vocero(folder, **reach, **settings)


def lines_of(served: Served, id_: str, number: int = 1) -> list[dict[str, Any]]:
    """The lines of the log with that request id, as soon as there are so many."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        lines = [json.loads(line) for line in served.errors.splitlines() if line.startswith("{")]
        found = [line for line in lines if line.get("request_id") == id_]
        if len(found) >= number:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no line about {id_}: {served.errors}")


@pytest.mark.parametrize("given", ["abc-123", "Root=1-67891233-abcdef012345678912345678", "7" * 128])
def test_a_well_formed_id_of_the_sender_is_kept(served: Served, given: str) -> None:
    answer = served.client.post("/graphql", json={"query": WRONG}, headers={"X-Request-Id": given})

    assert answer.headers["x-request-id"] == given
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND", "requestId": given}
    assert len(lines_of(served, given)) == 1


@pytest.mark.parametrize("given", ["", "two words", "7" * 129, 'quote"', "semi;colon", "line\\n"])
def test_an_id_that_could_say_something_else_is_replaced(served: Served, given: str) -> None:
    """Nobody writes lines of their own into the log."""
    answer = served.client.post("/graphql", json={"query": WRONG}, headers={"X-Request-Id": given})

    found = answer.headers["x-request-id"]
    assert found != given
    assert len(found) == 32
    assert answer.json()["errors"][0]["extensions"]["requestId"] == found


def test_every_request_has_an_id_of_its_own_and_one_line(served: Served) -> None:
    ids = [served.client.get("/healthz").headers["x-request-id"] for _ in range(3)]

    assert len(set(ids)) == 3
    [line] = lines_of(served, ids[0])
    assert line["ms"] >= 0
    assert {name: line[name] for name in ("event", "level", "method", "path", "status", "operation", "caller")} == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
        "operation": None,
        "caller": "anonymous",
    }


def test_a_line_names_the_operation_and_holds_nothing_of_what_was_asked(served: Served) -> None:
    document = "query Named($id: ID!) { customer(id: $id) { id } }"
    asked = {"query": document, "variables": {"id": "customer:secret"}}
    credentials: list[dict[str, str]] = [{}, {"Authorization": "Bearer of-news"}]
    answers = [served.client.post("/graphql?token=in-the-address", json=asked, headers=headers) for headers in credentials]

    lines = [line for answer in answers for line in lines_of(served, answer.headers["x-request-id"])]
    assert [(line["operation"], line["path"], line["status"]) for line in lines] == [("Named", "/graphql", 200), (None, "/graphql", 401)]
    for secret in ("customer:secret", "of-news", "in-the-address", "query Named"):
        assert secret not in served.errors


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"method": "POST", "url": "/graphql", "content": "not JSON", "headers": {"content-type": "application/json"}}, 400),
        ({"method": "POST", "url": "/graphql", "content": "x", "headers": {"content-type": "text/plain"}}, 415),
        ({"method": "PUT", "url": "/graphql"}, 405),
        ({"method": "GET", "url": "/nowhere%1b[2J"}, 404),
    ],
)
def test_what_is_refused_has_an_id_too(served: Served, request_: dict[str, Any], status: int) -> None:
    answer = served.client.request(**request_)

    id_ = answer.headers["x-request-id"]
    assert answer.status_code == status
    assert lines_of(served, id_)[0]["status"] == status
    if "json" in answer.headers["content-type"]:
        assert [error["extensions"]["requestId"] for error in answer.json()["errors"]] == [id_]


async def test_each_operation_over_a_websocket_has_an_id_in_its_errors_and_a_line(served: Served) -> None:
    ids = []
    for document in (WRONG, WRONG, "{ nonsense }"):
        async with watching(served.url, document) as watch:
            [error] = (await watch.payload())["errors"]
            ids.append(error["extensions"]["requestId"])

    assert len(set(ids)) == 3
    [line] = lines_of(served, ids[0])
    assert (line["method"], line["caller"]) == ("WEBSOCKET", "anonymous")


def test_a_watch_over_http_has_the_id_of_its_request(served: Served) -> None:
    headers = {"accept": "text/event-stream", "X-Request-Id": "watch-1"}
    body = {"query": 'subscription { changes(since: "x") { revision } }'}
    with served.client.stream("POST", "/graphql", json=body, headers=headers) as answer:
        told = "".join(answer.iter_text())

    assert answer.headers["x-request-id"] == "watch-1"
    assert '"requestId":"watch-1"' in told


def test_the_lines_can_be_left_out(neo4j: Running, tmp_path: Path) -> None:
    with vocero(neo4j, tmp_path, VOCERO_ACCESS_LOG="false").application() as served:
        assert served.client.get("/healthz").headers["x-request-id"]

    assert served.errors == ""
