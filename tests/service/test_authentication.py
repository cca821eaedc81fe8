"""Bearer tokens: whose are taken, what they let do, and what is refused, always in the same words."""

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from graph.embedded import Running
from tests.service.asking import WATCH, bearing, greeted, on_server, said, with_tokens
from tests.service.issuer import Issuer, issuing
from tests.service.vocero import Served, Vocero

REFUSED = "a token or key that is valid here is needed; send it as `Authorization: Bearer …`"
EXPIRED = "the token has expired; get a new one of its issuer"
QUERY = {"query": "{ revision }"}
APPLY = {"query": 'mutation { apply(idempotencyKey: "k", changes: [{putCustomer: {key: "t"}}]) { applied } }'}
ALGORITHMS = ("RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA")
PARTNER = {"role": "partner", "node": "partner:contoso"}


@pytest.fixture(scope="module")
def issuer_at() -> Iterator[tuple[Issuer, str]]:
    with issuing() as (issuer, address):
        for algorithm in ALGORITHMS:
            issuer.add(algorithm, algorithm)
        yield issuer, address


@pytest.fixture(scope="module")
def served(neo4j: Running, issuer_at: tuple[Issuer, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that takes the tokens of that issuer."""
    settings = {**on_server(neo4j.address), **with_tokens(issuer_at[1])}
    with Vocero(tmp_path_factory.mktemp("service"), **settings).application() as served:
        yield served


@pytest.fixture
def issuer(issuer_at: tuple[Issuer, str]) -> Issuer:
    return issuer_at[0]


def asked(served: Served, token: str) -> tuple[int, Any]:
    """Status, and what the answer holds."""
    response = served.client.get("/graphql", params=QUERY, headers=bearing(token))
    return response.status_code, response.json()


def refusal(body: dict[str, Any]) -> tuple[str, str]:
    (error,) = body["errors"]
    return error["message"], error["extensions"]["code"]


def test_a_token_whose_head_is_lists_in_lists_is_refused_as_any_other(served: Served) -> None:
    token = f"{b64encode(b'[' * 8_000).decode().rstrip('=')}.e30.e30"

    assert asked(served, token)[0] == 401
    assert "internal error" not in served.errors


@pytest.mark.parametrize("algorithm", ["first", *ALGORITHMS])
def test_a_token_is_taken_under_every_algorithm_that_is_not_symmetric(served: Served, issuer: Issuer, algorithm: str) -> None:
    status, body = asked(served, issuer.token(algorithm))

    assert (status, set(body["data"])) == (200, {"revision"})


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"aud": None},
        {"iss": None},
        {"aud": "https://elsewhere.example"},
        {"iss": "https://elsewhere.example"},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"vocero": None},
        {"vocero": "operator"},
        {"vocero": {}},
        {"vocero": {"role": "admin"}},
        {"vocero": {"role": ["operator"]}},
        {"vocero": {"role": "partner"}},
        {"vocero": {"role": "partner", "node": "customer:contoso"}},
        {"vocero": {"role": "customer", "node": "contoso"}},
        {"vocero": {"role": "customer", "node": 7}},
        {"vocero": {"role": "operator", "node": "partner:contoso"}},
    ],
)
def test_a_token_that_lacks_what_it_has_to_say_is_refused(served: Served, issuer: Issuer, claims: dict[str, Any]) -> None:
    status, body = asked(served, issuer.token(**claims))

    assert (status, refusal(body)) == (401, (REFUSED, "UNAUTHENTICATED"))


def test_a_forged_token_is_refused(served: Served, issuer: Issuer) -> None:
    """Unsigned, signed with the public key as a secret, signed by another, changed, of an unknown or of no key."""
    claims, (header, payload, signature) = issuer.claims(), issuer.token().split(".")
    other = Issuer()
    secret = issuer.public_pem("first").replace("-----", "").strip()
    forged = [
        jwt.encode(claims, "", "none", headers={"kid": "first"}),
        jwt.encode(claims, secret, "HS256", headers={"kid": "first"}),
        other.token(),
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{header}.{payload}.",
        issuer.token(headers={"kid": "unknown"}),
        issuer.token(headers={"kid": None}),
        "a.b.c",
        b64encode(b'{"kid": ' + b"[" * 9000).decode() + ".e30.x",
        "x" * 60_000,
    ]

    assert [(status, refusal(body)) for status, body in (asked(served, token) for token in forged)] == [
        (401, (REFUSED, "UNAUTHENTICATED"))
    ] * len(forged)


def test_an_expired_token_is_told_so_and_a_clock_may_be_a_little_wrong(served: Served, issuer: Issuer) -> None:
    at = int(time.time())
    status, body = asked(served, issuer.token(exp=at - 3600))

    assert (status, refusal(body)) == (401, (EXPIRED, "UNAUTHENTICATED"))
    assert asked(served, issuer.token(exp=at - 10, iat=at + 10))[0] == 200


@pytest.mark.parametrize(
    ("given", "challenge"),
    [
        (None, "Bearer"),
        ("Basic YTpi", 'Bearer error="invalid_token"'),
        ("Bearer", 'Bearer error="invalid_token"'),
        ("Bearer x", 'Bearer error="invalid_token"'),
        ("bearer vocero_0123456789abcdef_" + "A" * 43, 'Bearer error="invalid_token"'),
    ],
)
@pytest.mark.parametrize(
    "path", ["/graphql", "/graphql?query={revision}", "/schema.graphql", "/export/book.zip", "/export/matrix.csv", "/metrics", "/nothing"]
)
def test_whoever_is_not_known_is_refused_everywhere(served: Served, given: str | None, challenge: str, path: str) -> None:
    response = served.client.get(path, headers={} if given is None else {"Authorization": given})

    assert (response.status_code, response.headers["www-authenticate"], refusal(response.json())) == (
        401,
        challenge,
        (REFUSED, "UNAUTHENTICATED"),
    )


def test_the_page_and_the_health_are_open(served: Served) -> None:
    assert [served.client.get(path).status_code for path in ("/", "/assets/graphiql.js", "/healthz", "/readyz")] == [200] * 4


def test_a_role_does_what_it_is_for(served: Served, issuer: Issuer) -> None:
    def done(claim: dict[str, str]) -> list[object]:
        headers = bearing(issuer.token(vocero=claim))
        applied = served.client.post("/graphql", json=APPLY, headers=headers).json()
        code = applied["errors"][0]["extensions"]["code"] if "errors" in applied else None
        paths = ("/export/book.zip", "/metrics", "/schema.graphql")
        return [code, *(served.client.get(path, headers=headers).status_code for path in paths)]

    assert done({"role": "analyst"}) == ["FORBIDDEN", 200, 200, 200]
    assert done(PARTNER) == ["FORBIDDEN", 403, 403, 200]
    assert done({"role": "customer", "node": "customer:contoso"}) == ["FORBIDDEN", 403, 403, 200]
    assert done({"role": "operator"}) == [None, 200, 200, 200]


def test_the_log_of_changes_names_the_subject_of_the_token(served: Served, issuer: Issuer) -> None:
    apply = {"query": 'mutation { apply(idempotencyKey: "named", changes: [{putCustomer: {key: "named"}}]) { revision } }'}
    headers = {**bearing(issuer.token(sub="grace@example")), "accept": "text/event-stream"}
    before = served.client.post("/graphql", json=QUERY, headers=bearing(issuer.token())).json()["data"]["revision"]
    served.client.post("/graphql", json=apply, headers=bearing(issuer.token(sub="grace@example")))
    watch = {"query": "subscription ($since: Revision) { changes(since: $since) { actor } }", "variables": {"since": before}}
    with served.client.stream("POST", "/graphql", json=watch, headers=headers) as response:
        event = next(line for line in response.iter_lines() if line.startswith("data:") and "actor" in line)

    assert '"actor":"grace@example"' in event


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "{}"])
async def test_a_connection_says_first_who_asks(served: Served, issuer: Issuer, form: str) -> None:
    async with greeted(served.url, {"authorization": form.format(issuer.token(vocero={"role": "analyst"}))}) as socket:
        assert (await said(socket))["type"] == "connection_ack"
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": APPLY}))
        answered = await said(socket)

    assert answered["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("payload", [None, {}, {"authorization": None}, {"authorization": ""}, {"authorization": "Bearer x"}])
async def test_a_connection_of_nobody_is_closed_for_good(served: Served, payload: object) -> None:
    """4401 is what graphql-ws doesn't try again after."""
    async with greeted(served.url, payload) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, REFUSED)


async def test_a_connection_ends_with_its_token_and_may_come_again_with_another(served: Served, issuer: Issuer) -> None:
    """4403 is what graphql-ws tries again after, asking its page for a token."""
    old = {"authorization": issuer.token(exp=int(time.time()) - 3600)}
    async with greeted(served.url, old) as socket:
        with pytest.raises(ConnectionClosed) as at_once:
            await socket.recv()
    soon = {"authorization": issuer.token(exp=int(time.time()) - 27)}  # within what clocks may differ
    async with greeted(served.url, soon) as socket, asyncio.timeout(12):
        assert (await said(socket))["type"] == "connection_ack"
        await socket.send(json.dumps(WATCH))
        with pytest.raises(ConnectionClosed) as in_between:
            await socket.recv()

    ends = [each.value.rcvd for each in (at_once, in_between)]
    assert [end and (end.code, end.reason) for end in ends] == [
        (4403, EXPIRED),
        (4403, "the token or key has expired; come again with a new one"),
    ]


async def test_nothing_is_asked_over_a_connection_that_has_not_said_who_asks(served: Served) -> None:
    async with greeted(served.url, {"authorization": "x"}) as socket:
        await socket.send(json.dumps(WATCH))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
