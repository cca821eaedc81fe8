"""Operations of which a part fails, in every protocol: the rest is answered, and whatever was begun is brought to its end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from graph.graph import Graph
from policy.caller import Caller, Role
from policy.policy_file import shipped_policy
from schema.context import Context
from schema.errors import INTERNAL
from schema.limits import Limits
from schema.schema import VoceroSchema
from service.documents import SentDocuments
from service.graphql_http import GraphQLOverHttp
from service.request_limits import RequestLimits
from service.settings import Settings
from tests.running_index import reading_through
from tests.running_service import RunningService
from tests.schema.safe_errors import book
from tests.service.asking import greeted, said

SSE, MULTIPART = "text/event-stream", "multipart/mixed; subscriptionSpec=1.0"
SECONDS = 60
"""After which something hangs."""
FAILING = {
    "a topic": 'contactable(topic: "nope") { totalCount } roles',
    "a page": 'contactable(topic: "renewal", first: 5000) { totalCount } roles',
    "a cursor": 'contactable(topic: "renewal", after: "x") { totalCount } roles',
    "an instant": 'roles(asOf: {knownAt: "2099-01-01T00:00:00Z"}) resellers { id }',
}
FIELD = {"an instant": "roles"}
DOCUMENT = """{ a: customer(id: "customer:contoso") { partners { %s } } b: partner(id: "partner:fabrikam") { roles resellers { id } } }"""
ANSWERED = {"a": None, "b": {"roles": ["DIRECT_BILL"], "resellers": []}}
WATCH = """subscription ($since: Revision) { changes(since: $since) {
  customers { id partners { contactable(topic: "nope") { totalCount } roles } }
  again: customers { partners { roles resellers { id } } } } }"""
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"


@pytest.fixture(scope="module")
async def asked(on_server: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service, with a book in which one partner has a customer."""
    folder = tmp_path_factory.mktemp("partly")
    book().write(folder)
    assert await on_server.replace_with(folder) == []
    return on_server


def expect_partly_answered(body: dict[str, Any], name: str) -> None:
    assert body["data"] == ANSWERED
    [error] = body["errors"]
    assert error["path"] == ["a", "partners", 0, FIELD.get(name, "contactable")]
    assert error["extensions"]["code"] == ("NOT_FOUND" if name == "a topic" else "BAD_INPUT")


@pytest.mark.parametrize("name", FAILING)
async def test_over_http_the_rest_is_answered(asked: RunningService, name: str) -> None:
    document = DOCUMENT % FAILING[name]
    posted = await asked.client.post("/graphql", json={"query": document})
    got = await asked.client.get("/graphql", params={"query": document})

    for response in (posted, got):
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        expect_partly_answered(response.json(), name)


@pytest.mark.parametrize("name", FAILING)
async def test_over_server_sent_events_the_rest_is_answered_and_the_stream_completed(asked: RunningService, name: str) -> None:
    response = await asked.client.post("/graphql", json={"query": DOCUMENT % FAILING[name]}, headers={"accept": SSE})

    events = [each.split("\n") for each in response.text.replace("\r\n", "\n").strip().split("\n\n")]
    assert [event[0] for event in events] == ["event: next", "event: complete"]
    expect_partly_answered(json.loads(events[0][1].removeprefix("data: ")), name)


async def test_over_a_websocket_the_rest_is_answered_and_the_id_is_free_again(asked: RunningService) -> None:
    async with asyncio.timeout(SECONDS), greeted(asked.url) as socket:
        assert (await said(socket))["type"] == "connection_ack"
        for name, failing in FAILING.items():
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": DOCUMENT % failing}}))
            message = await said(socket)
            assert (message["id"], message["type"]) == ("1", "next")
            expect_partly_answered(message["payload"], name)
            assert await said(socket) == {"id": "1", "type": "complete"}


async def applied(asked: RunningService, *names: str) -> str:
    """The revision before the changes, of which each is one of its own."""
    since: str = (await asked.query("{ revision }"))["revision"]
    for name in names:
        await asked.query(APPLY, changes=[{"putCustomer": {"key": name, "name": f"{name} {uuid4()}"}}], key=uuid4().hex)
    return since


@asynccontextmanager
async def over_websocket(asked: RunningService, payload: dict[str, Any]) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async def events() -> AsyncIterator[dict[str, Any]]:
        while (message := await said(socket))["type"] == "next":
            yield message["payload"]

    async with greeted(asked.url) as socket:
        assert (await said(socket))["type"] == "connection_ack"
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        yield events()


@asynccontextmanager
async def over_http(asked: RunningService, payload: dict[str, Any], accept: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async def events() -> AsyncIterator[dict[str, Any]]:
        async for line in response.aiter_lines():
            found = json.loads(line.removeprefix("data: ")) if line.startswith(("data: {", "{")) else {}
            if event := found.get("payload", found):
                yield event

    async with asked.client.stream("POST", "/graphql", json=payload, headers={"accept": accept}) as response:
        yield events()


@pytest.mark.parametrize("protocol", ["websocket", SSE, MULTIPART])
async def test_a_watch_whose_event_fails_says_so_and_goes_on(asked: RunningService, protocol: str) -> None:
    """The first change is of a customer that has a partner, the second of one that has none."""
    payload = {"query": WATCH, "variables": {"since": await applied(asked, "contoso", "mars")}}
    watching = over_websocket(asked, payload) if protocol == "websocket" else over_http(asked, payload, protocol)

    async with asyncio.timeout(SECONDS), watching as events:
        failed, told = await anext(events), await anext(events)

    assert failed["data"] is None
    [error] = failed["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["changes", "customers", 0, "partners", 0, "contactable"], "NOT_FOUND")
    assert "errors" not in told
    assert told["data"] == {"changes": {"customers": [{"id": "customer:mars", "partners": []}], "again": [{"partners": []}]}}


class Failing:
    """An observer that breaks every operation as it is begun."""

    asks_of_fields = keeps_decisions = False

    def executing(self, kind: str, name: str | None) -> NoReturn:
        raise ZeroDivisionError(kind, name)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any other method
        return lambda *_: None


def context(graph: Graph) -> Context:
    return Context(reading_through(graph), shipped_policy(), Caller("ana", Role.ANALYST))


async def results(schema: VoceroSchema, document: str, graph: Graph) -> list[tuple[object, list[tuple[str, object]]]]:
    """Every result of the operation; hangs where it isn't brought to an end."""
    stream = await schema.stream(document, context_value=context(graph))
    found = [result async for result in stream]
    return [(result.data, [(each.message, (each.extensions or {})["code"]) for each in result.errors or ()]) for result in found]


FAILED = (None, [(INTERNAL, "INTERNAL")])


@pytest.mark.parametrize("document", ["{ revision }", "subscription { changes { revision } }"])
async def test_an_operation_that_breaks_as_a_whole_is_one_error_which_is_reported(asked: RunningService, document: str) -> None:
    reported: list[BaseException] = []
    schema = VoceroSchema(reported.append, Failing())

    assert await results(schema, document, asked.graph) == [FAILED]
    assert [type(error) for error in reported] == [ZeroDivisionError]


async def test_a_watch_whose_source_is_cancelled_ends_with_an_error_and_gives_its_place_back(asked: RunningService) -> None:
    async def cancelled(*_: object, **__: object) -> AsyncIterator[object]:
        waited_for = asyncio.get_running_loop().create_future()
        waited_for.cancel()
        yield await waited_for

    schema = VoceroSchema(lambda _: None, limits=Limits(watches=1, watches_in_all=1))
    root = schema.graphql.subscription_type
    assert root is not None
    root.fields["changes"].subscribe = cancelled

    for _ in range(2):
        assert await results(schema, "subscription { changes { revision } }", asked.graph) == [FAILED]


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 500)])
async def test_a_request_that_breaks_before_its_operation_is_answered_in_json(accept: str, status: int) -> None:
    """Here there is no graph."""
    graphql = GraphQLOverHttp(VoceroSchema(lambda _: None), shipped_policy(), 1, SentDocuments())
    graphql.limits = RequestLimits(Settings())
    transport = httpx.ASGITransport(Starlette(routes=[Route("/graphql", graphql)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"accept": accept}) as client:
        for response in (await client.post("/graphql", json={"query": "{ revision }"}), await client.get("/graphql?query={revision}")):
            assert (response.status_code, response.headers["content-type"]) == (status, accept)
            [error] = response.json()["errors"]
            assert (error["message"], error["extensions"]["code"]) == (INTERNAL, "INTERNAL")
