"""The service as the reference clients and audits of the GraphQL specifications see it."""

import asyncio
import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.running_service import RunningService

AUDITS = 61
CLIENTS = ["urql 5", "urql 6", "apollo", "relay", "graphql-request", "graphql-sse", "graphql-ws"]
WITHOUT_WATCHES = {"graphql-request"}


async def test_every_audit_of_graphql_over_http_passes(service: RunningService, node: Callable[..., str]) -> None:
    """All of MUST, SHOULD and MAY."""
    printed = await asyncio.to_thread(node, "audits.js", f"{service.url}/graphql")
    audits = [json.loads(line) for line in printed.splitlines()]

    assert len(audits) == AUDITS
    assert [audit for audit in audits if audit["status"] != "ok"] == []


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_asks_changes_and_watches_by_its_defaults(service: RunningService, node: Callable[..., str], client: str) -> None:
    """The headers, methods and transports that it chooses itself."""
    got = json.loads(await asyncio.to_thread(node, "clients.js", client, f"{service.url}/graphql", uuid4().hex))

    assert got["node"]["id"] == "topic:tax"
    assert got["mutation"]["apply"]["applied"] == 1
    if client not in WITHOUT_WATCHES:
        assert got["event"]["changes"]["summary"] == "apply: 1 put"


async def test_the_graphql_ws_client_is_answered_over_one_connection(service: RunningService, node: Callable[..., str]) -> None:
    """What is wrong with one operation leaves the others, and their connection, as they are."""
    got = json.loads(await asyncio.to_thread(node, "graphql_ws.js", f"{service.url}/graphql"))

    refused = [got["error"], got["unparsed"], got["several"]]
    assert [[error["extensions"]["code"] for error in errors] for errors in refused] == [["BAD_INPUT"]] * 3
    assert got["query"]["data"] == {"node": {"id": "topic:tax"}}
    assert got["named"] == ["b"]
    assert got["applied"]["data"] == {"apply": {"applied": 1}}
    assert got["event"] == ["summary", "revision"]
    assert got["connections"] == 1
