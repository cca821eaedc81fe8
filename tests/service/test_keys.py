"""API keys: made by the command while the service runs, taken by all its workers, and taken back at once."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from graph.embedded import Running
from graph.graph import Graph
from tests.oracle.book import Book, row_of
from tests.service.asking import WATCH, bearing, greeted, on_server, said
from tests.service.vocero import Served, Vocero

KEY = re.compile(r"vocero_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n")
QUERY = {"query": "{ revision }"}
REFUSED = "a token or key that is valid here is needed; send it as `Authorization: Bearer …`"


@pytest.fixture(scope="module")
def vocero(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Vocero:
    """The command, on a server where Contoso is a partner and Fabrikam a customer."""
    vocero = Vocero(tmp_path_factory.mktemp("keys"), VOCERO_AUTH="on", **on_server(neo4j.address))
    book = Book(
        customers=[row_of("customers", key="fabrikam", name="Fabrikam")], partners=[row_of("partners", key="contoso", name="Contoso")]
    )
    assert vocero("load", vocero.write("book", book)).returncode == 0
    return vocero


@pytest.fixture(scope="module")
def served(vocero: Vocero) -> Iterator[Served]:
    """The service with two workers."""
    with vocero.serving("--workers", "2") as served:
        yield served


def created(vocero: Vocero, *arguments: str) -> tuple[str, str]:
    """Name and text of a new key of an operator, unless the arguments say otherwise."""
    name = uuid4().hex
    role = () if "--role" in arguments else ("--role", "operator")
    made = vocero("key", "create", name, *role, *arguments)
    assert made.returncode == 0, made.stderr
    return name, made.stdout.strip()


def statuses(served: Served, key: str) -> set[int]:
    """What many new connections get, so that each worker answers some."""
    return {httpx.get(f"{served.url}/graphql", params=QUERY, headers=bearing(key)).status_code for _ in range(30)}


def ends(done: CompletedProcess[str]) -> tuple[int, str]:
    return done.returncode, done.stderr.strip()


def test_a_key_is_shown_once_and_alone_and_taken_at_once_by_every_worker(vocero: Vocero, served: Served) -> None:
    made = vocero("key", "create", "billing-app", "--role", "analyst", "--expires-in", "90d")
    shown = vocero("key", "list")

    assert KEY.fullmatch(made.stdout)
    assert re.fullmatch(r"key `billing-app` is good for the role analyst until \S+Z; it is not shown again\n", made.stderr)
    assert statuses(served, made.stdout.strip()) == {200}
    assert "billing-app" in shown.stdout
    assert made.stdout.strip().rpartition("_")[2] not in shown.stdout


def test_a_key_that_is_revoked_is_refused_at_once_by_every_worker(vocero: Vocero, served: Served) -> None:
    name, key = created(vocero)
    before = statuses(served, key)
    revoked = vocero("key", "revoke", name)
    after = statuses(served, key)

    assert ends(revoked) == (0, f"key `{name}` is revoked")
    assert (before, after) == ({200}, {401})
    assert ends(vocero("key", "revoke", name)) == (1, f"vocero: no live key is named `{name}`; `vocero key list` shows all")


def test_a_key_that_is_almost_right_is_refused_like_any_other(vocero: Vocero, served: Served) -> None:
    _, key = created(vocero)
    _, other = created(vocero)
    head, secret = key[:24], key[24:]
    unknown = f"vocero_{'0' * 16}_{secret}"
    last = "A" if secret[-1] != "A" else "E"
    changed = [head + secret[:-1] + last, other[:24] + secret, key.upper(), f"{key}A", key[:-1], head, secret, "vocero_", unknown]
    answers = [served.client.get("/graphql", params=QUERY, headers=bearing(each)) for each in changed]

    assert served.client.get("/graphql", params=QUERY, headers=bearing(key)).status_code == 200
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["errors"][0]["message"] for answer in answers} == {REFUSED}


async def test_only_the_hash_of_a_key_is_kept(vocero: Vocero, neo4j: Running) -> None:
    name, key = created(vocero, "--role", "partner", "--node", "Partner:CONTOSO")
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        (kept,) = (await graph.read("keys_of_name", name=name))["keys"]

    assert set(kept) == {"id", "name", "hash", "role", "node", "createdAt", "createdBy"}
    assert (kept["role"], kept["node"]) == ("partner", "partner:contoso")
    assert re.fullmatch("[0-9a-f]{64}", kept["hash"])
    assert kept["id"] in key
    assert key[24:] not in str(kept)


def test_a_key_lets_its_holder_do_what_its_role_is_for(vocero: Vocero, served: Served) -> None:
    _, partner = created(vocero, "--role", "partner", "--node", "partner:contoso")
    apply = {"query": 'mutation { apply(idempotencyKey: "k", changes: [{putCustomer: {key: "t"}}]) { applied } }'}
    applied = served.client.post("/graphql", json=apply, headers=bearing(partner)).json()

    assert applied["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert served.client.get("/export/book.zip", headers=bearing(partner)).status_code == 403


def test_a_key_that_expires_is_told_so(vocero: Vocero, served: Served) -> None:
    _, key = created(vocero, "--expires-at", (datetime.now(UTC) + timedelta(seconds=8)).isoformat())
    before, until = served.client.get("/graphql", params=QUERY, headers=bearing(key)), time.monotonic() + 10
    while (answer := served.client.get("/graphql", params=QUERY, headers=bearing(key))).status_code == 200 and time.monotonic() < until:
        time.sleep(0.2)

    assert before.status_code == 200
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (401, "the key has expired; ask for a new one")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ("a+b --role operator", 2, "`a+b` is no name of a key; give 1 to 100 letters, digits and . _ @ -, the first a letter or digit"),
        ("n --role partner", 2, "the role partner is bound to a node; give its id, such as partner:contoso"),
        ("n --role customer --node customer:nobody", 1, "no customer `customer:nobody` in the graph; load it first, or check the id"),
        ("n --role operator --expires-in 9m", 2, "`9m` is no time to go; give hours, days or weeks, such as 12h, 90d or 52w"),
        ("n --role operator --expires-at 2020-01-01", 2, "`2020-01-01` is past; give an instant to come"),
    ],
)
def test_a_key_that_can_not_be_is_refused(vocero: Vocero, arguments: str, status: int, message: str) -> None:
    made = vocero("key", "create", *arguments.split())

    assert (ends(made), made.stdout) == ((status, f"vocero: {message}"), "")


def test_two_live_keys_have_two_names_and_what_is_revoked_stays_listed(vocero: Vocero) -> None:
    name, _ = created(vocero)
    again = vocero("key", "create", name, "--role", "analyst")
    vocero("key", "revoke", name)
    then = vocero("key", "create", name, "--role", "analyst")
    listed = [row for row in json.loads(vocero("key", "list", "--json").stdout) if row["name"] == name]

    assert ends(again) == (1, f"vocero: a live key is named `{name}`; revoke it first, or give another name")
    assert then.returncode == 0
    assert [(row["state"], row["role"], row["revokedAt"] is None) for row in listed] == [
        ("revoked", "operator", False),
        ("live", "analyst", True),
    ]
    assert all(row["createdBy"] for row in listed)


async def test_who_watches_is_let_go_when_the_key_is_revoked(vocero: Vocero, served: Served) -> None:
    """Over a WebSocket with the reason; server-sent events end, and are refused when they come again."""
    name, key = await asyncio.to_thread(created, vocero)
    sse = {**bearing(key), "accept": "text/event-stream"}
    async with greeted(served.url, {"authorization": key}) as socket, httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        assert (await said(socket))["type"] == "connection_ack"
        await socket.send(json.dumps(WATCH))
        async with client.stream("POST", "/graphql", json=WATCH["payload"], headers=sse) as events:
            assert events.status_code == 200
            assert (await asyncio.to_thread(vocero, "key", "revoke", name)).returncode == 0
            async with asyncio.timeout(8):
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
                with pytest.raises(httpx.RemoteProtocolError):  # without an end mark, so that nobody takes it for the end
                    await events.aread()
        again = await client.post("/graphql", json=WATCH["payload"], headers=sse)

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "the key was revoked; ask for a new one")
    assert again.status_code == 401


async def answer_over(socket: ClientConnection) -> dict[str, Any]:
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": QUERY}))
    return await said(socket)


async def test_nothing_more_is_asked_over_a_connection_whose_key_is_revoked(vocero: Vocero, served: Served) -> None:
    """At once, before the connection is closed by itself."""
    name, key = await asyncio.to_thread(created, vocero)
    async with greeted(served.url, {"authorization": key}) as socket:
        assert (await said(socket))["type"] == "connection_ack"
        await asyncio.to_thread(vocero, "key", "revoke", name)
        with pytest.raises(ConnectionClosed) as closed:
            await answer_over(socket)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_folder_of_data_keeps_its_keys_over_a_restart(cache: Path, tmp_path: Path) -> None:
    """On the embedded Neo4j, which the commands start for themselves."""
    vocero = Vocero(tmp_path, VOCERO_CACHE=str(cache), VOCERO_AUTH="on")
    key = vocero.process("key", "create", "kept", "--role", "operator").stdout.strip()
    with vocero.serving() as served:
        assert served.client.get("/graphql", params=QUERY, headers=bearing(key)).status_code == 200


OFF = "authentication is off in these settings: `vocero serve` with them answers anybody, key or not; set VOCERO_AUTH=on"
BESIDE = "the token or key is not valid here; anybody may ask without one, for authentication is off: leave it out"


@pytest.fixture(scope="module")
def open_to_all(served: Served, neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vocero, Served]]:
    """The command and a service on the same server as the other one, with authentication off."""
    assert served.client.get("/graphql", params=QUERY).status_code == 401
    command = Vocero(tmp_path_factory.mktemp("open"), **on_server(neo4j.address))
    with command.application() as beside:
        yield command, beside


def test_with_authentication_off_the_commands_of_keys_say_so(vocero: Vocero, open_to_all: tuple[Vocero, Served]) -> None:
    command, _ = open_to_all
    name = uuid4().hex
    done = [command("key", "create", name, "--role", "analyst"), command("key", "list", "--json"), command("key", "revoke", name)]

    assert [(each.returncode, each.stderr.splitlines()[0]) for each in done] == [(0, OFF)] * 3
    assert KEY.fullmatch(done[0].stdout)
    assert OFF not in vocero("key", "list").stderr


def test_with_authentication_off_a_credential_that_is_given_has_to_be_valid(vocero: Vocero, open_to_all: tuple[Vocero, Served]) -> None:
    """Whoever sends one counts on being known by it; nobody needs one."""
    _, key = created(vocero, "--role", "partner", "--node", "partner:contoso")
    _, served = open_to_all
    ask = {"query": '{ partner(id: "partner:contoso") { id } customer(id: "customer:fabrikam") { id } }'}
    without, with_key = (served.client.get("/graphql", params=ask, headers=headers) for headers in ({}, bearing(key)))
    rubbish = [served.client.get("/graphql", params=ask, headers=bearing(each)) for each in ("rubbish", "a.b.c", f"{key}A", "x" * 20_000)]

    assert without.json()["data"] == {"partner": {"id": "partner:contoso"}, "customer": {"id": "customer:fabrikam"}}
    assert with_key.json()["data"] == {"partner": {"id": "partner:contoso"}, "customer": None}
    assert {(each.status_code, each.json()["errors"][0]["message"]) for each in rubbish} == {(401, BESIDE)}


async def test_with_authentication_off_the_same_holds_over_a_web_socket(open_to_all: tuple[Vocero, Served]) -> None:
    _, served = open_to_all
    async with greeted(served.url) as socket:
        assert socket.subprotocol == "graphql-transport-ws"
    with pytest.raises(ConnectionClosed) as closed:
        async with greeted(served.url, {"authorization": "rubbish"}) as socket:
            await socket.recv()

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, BESIDE)
