"""The keys of an issuer: it changes them while the service runs, and may be out of reach."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.embedded import Running
from policy.errors import BadInput, Unavailable
from service import public_keys
from service.public_keys import PublicKeys, is_url, read_keys
from service.supervisor import Supervisor
from tests.service.asking import bearing, on_server, with_tokens
from tests.service.issuer import Issuer, issuing
from tests.service.vocero import Vocero

QUERY = {"query": "{ revision }"}
MEMBERS = ("kty", "crv", "alg", "use", "n", "e")
WRONG: list[Any] = [[], {}, ["RS256"], 1]


@pytest.fixture
def issuer_at() -> Iterator[tuple[Issuer, str]]:
    with issuing() as found:
        yield found


async def test_an_unknown_key_has_the_set_read_again_but_not_by_everyone_who_names_one(issuer_at: tuple[Issuer, str]) -> None:
    """Anyone can make up names of keys, and would have the issuer asked for each."""
    issuer, address = issuer_at
    keys = PublicKeys(address)
    known = [await keys.find("first") is not None for _ in range(10)]
    issuer.rotate("second")
    made_up = await asyncio.gather(*(keys.find(f"made-up-{number}") for number in range(100)))

    assert (known, set(made_up), issuer.reads) == ([True] * 10, {None}, 1)


async def test_a_key_that_the_issuer_has_taken_up_is_found_and_one_that_it_took_back_is_not(
    issuer_at: tuple[Issuer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer, address = issuer_at
    monkeypatch.setattr(public_keys, "AGAIN_SECONDS", 0.0)
    keys = PublicKeys(address)
    first = await keys.find("first")
    issuer.rotate("second")
    second = await keys.find("second")

    assert first is not None
    assert second is not None
    assert await keys.find("first") is None


async def test_a_set_that_grows_old_is_read_again_by_itself(issuer_at: tuple[Issuer, str], monkeypatch: pytest.MonkeyPatch) -> None:
    issuer, address = issuer_at
    monkeypatch.setattr(public_keys, "AGE_SECONDS", 0.05)
    keys, failures = PublicKeys(address), list[str]()
    async with Supervisor(failures.append) as supervisor, asyncio.timeout(10):
        supervisor.start("public keys", keys.keep_fresh)
        while await keys.find("first") is None:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
        issuer.rotate("second")
        while await keys.find("first") is not None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)

    assert await keys.find("second") is not None
    assert not failures


async def test_the_keys_of_before_stay_while_the_issuer_is_out_of_reach(
    issuer_at: tuple[Issuer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer, address = issuer_at
    monkeypatch.setattr(public_keys, "AGAIN_SECONDS", 0.0)
    keys = PublicKeys(address)
    await keys.find("first")
    issuer.works = False

    assert await keys.find("unknown") is None
    assert await keys.find("first") is not None


async def test_whoever_comes_before_the_issuer_was_ever_reached_may_come_again(issuer_at: tuple[Issuer, str]) -> None:
    issuer, address = issuer_at
    issuer.works = False

    with pytest.raises(Unavailable, match="can't be read now"):
        await PublicKeys(address).find("first")


def test_only_keys_that_can_check_and_not_sign_are_taken(tmp_path: Path) -> None:
    issuer = Issuer()
    issuer.add("ec", "ES256")
    (public,) = (key for key in issuer.jwks["keys"] if key["kid"] == "first")
    issuer.jwks["keys"] += [
        {"kid": "symmetric", "kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        {**public, "kid": "for-another-use", "use": "enc"},
        {**public, "kid": "weak", "alg": "HS256"},
        {**public, "kid": "private", "d": "AQAB"},
        {**public, "kid": None},
        {**public, "kid": "broken", "n": "!"},
        *({**public, "kid": f"{member} {value}", member: value} for member in MEMBERS for value in WRONG),
        "no key",
    ]
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(issuer.jwks))
    found = read_keys(str(file))

    assert {id_: key.algorithms for id_, key in found.items()} == {
        "first": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        "ec": ("ES256",),
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 1}', "nothing", "[" * 100_000])
def test_a_file_that_holds_no_set_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "jwks.json").write_text(text)

    with pytest.raises(Unavailable, match="JSON Web Key Set"):
        read_keys(str(tmp_path / "jwks.json"))


def test_keys_do_not_come_over_a_way_on_which_they_could_be_exchanged() -> None:
    assert [is_url(source) for source in ("https://issuer.example/keys", "http://127.0.0.1:1/", "/etc/keys.json")] == [True, True, False]
    with pytest.raises(BadInput, match="could be changed on its way"):
        is_url("http://issuer.example/keys")


def test_a_running_service_follows_its_issuer(neo4j: Running, issuer_at: tuple[Issuer, str], tmp_path: Path) -> None:
    """A new key is taken with the first token that it signed, and goes on while the issuer is away."""
    issuer, address = issuer_at
    with Vocero(tmp_path, **on_server(neo4j.address), **with_tokens(address)).application() as served:

        def status(token: str) -> int:
            return served.client.get("/graphql", params=QUERY, headers=bearing(token)).status_code

        first, before = issuer.token(), status(issuer.token())
        issuer.rotate("second")
        second = issuer.token("second")
        rotated = (status(second), status(first))
        issuer.works = False
        until = time.monotonic() + 6
        while time.monotonic() < until:
            away = status(second)
            assert status(issuer.token("second", headers={"kid": "unknown"})) == 401
            time.sleep(0.5)

    assert (before, rotated, away) == (200, (200, 401), 200)
