"""Secrets are taken out by the form of their names and of their values; nothing else is."""

import json
import secrets
import string
from base64 import b64encode, urlsafe_b64encode
from random import Random
from time import perf_counter

import pytest

from policy.errors import BadInput
from policy.redaction import REDACTED, is_secret_name, redacted, without_secrets

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
KEY = f"vocero_{'0' * 16}_{'aB3' * 14}x"
CLIENT_SECRET = "Abc8Q~" + "x" * 34
SAS = "https://store.blob.example/c/f.json?sv=2024-11-04&sp=r&sig=Zm9vYmFy%2Babc%3D"
STORAGE_KEY = b64encode(bytes(range(7, 71))).decode()


@pytest.mark.parametrize(
    "name",
    [
        *("password", "PASSWORD", "pass_word", "adminPassword", "passwordProfile", "userCredentials", "passwd", "dbPwd"),
        *("accessToken", "access_token", "Access-Token", "refreshToken", "id_token", "sasToken", "token", "x-auth-token"),
        *("clientSecret", "client_secret", "CLIENT-SECRET", "secretText", "api_key", "x-api-key", "AccountKey", "SharedAccessKey"),
        *("privateKey", "connection_string", "client_assertion", "Set-Cookie", "sig"),
    ],
)
def test_a_name_is_known_without_case_and_separators(name: str) -> None:
    assert is_secret_name(name)
    assert without_secrets({name: "x"}) == {name: REDACTED}
    assert "geheim" not in redacted(json.dumps({name: "geheim"}))
    assert "geheim" not in redacted(json.dumps({"inner": json.dumps({name: "geheim"})}))
    assert "geheim" not in redacted(f"the answer was {name}=geheim&other=1")
    assert "geheim" not in redacted(f"{name}: geheim")


@pytest.mark.parametrize(
    "name",
    ["key", "idempotencyKey", "name", "VOCERO_MOST_TOKENS", "tokenType", "authorization", "authorization_since", "design", "keys", "mpnId"],
)
def test_other_names_are_left(name: str) -> None:
    """A partner's `authorization` is a column of a book; as a header it is known by its value."""
    assert not is_secret_name(name)
    assert redacted(json.dumps({name: "geheim"})) == json.dumps({name: "geheim"})


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"row {JWT} is no id", JWT),
        (f"Authorization: Bearer {JWT}", JWT),
        ("Authorization: Bearer abc", "abc"),
        ('{"Authorization": "Basic dXNlcjpwYXNz"}', "dXNlcjpwYXNz"),
        ("sent with bearer 1f2e3d4c5b6a", "1f2e3d4c5b6a"),
        (f"`{KEY}` is no id", KEY),
        (CLIENT_SECRET, CLIENT_SECRET),
        (SAS, "Zm9vYmFy"),
        (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={STORAGE_KEY};EndpointSuffix=x", STORAGE_KEY),
        (STORAGE_KEY, STORAGE_KEY),
        ("bolt://neo4j:geheim@host:7687", "geheim"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
    ],
)
def test_a_value_is_known_by_its_form(text: str, secret: str) -> None:
    assert secret not in redacted(text)
    assert REDACTED in redacted(text)
    assert secret not in json.dumps(without_secrets({"list": [{"note": text}]}))
    assert secret not in str(BadInput(text))


def test_random_keys_in_base64_are_known() -> None:
    """Of 30 bytes or more; a run that happens to look like a word is one in hundreds."""
    chance = Random(7)  # noqa: S311 - no secret
    keys = [chance.randbytes(chance.randint(32, 90)) for _ in range(2_000)]
    left = sum(
        redacted(f"value {encode(key).decode()} end") != f"value {REDACTED} end"
        for key in keys
        for encode in (b64encode, urlsafe_b64encode)
    )

    assert left <= 20


@pytest.mark.parametrize(
    "text",
    [
        "no customer `customer:4f5e0d3c-1a2b-4c3d-8e9f-001122334455` in the graph",
        "agreement:4f5e0d3c-1a2b-4c3d-8e9f-001122334455-998b88de-aa99-4388-a42c-1b3517d49490-2024-07-01T00:00:00Z",
        "can't write `/tmp/pytest-of-root/pytest-0/test_a_Folder_of_Something_Long0/out/rejected.csv` (Permission denied)",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Microsoft 365 Business Basic Mobility and Security",
        "VOCERO_NEO4J_PASSWORD: input should be a valid string",
        "`permittedCommunicatorsOfEveryCustomerAtThatInstant2` is no field",
        "Bearer Technologies GmbH",
        "https://api.example/v1/customers?size=500&seekOperation=Next",
        "key,name,domain,country,cloud",
        "a token or key that is valid here is needed; send it as `Authorization: Bearer …`",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(text: str) -> None:
    assert redacted(text) == text
    assert str(BadInput(text)) == text


def test_the_time_grows_with_the_length_only() -> None:
    chance = Random(3)  # noqa: S311 - no secret
    for alphabet in ("a", "password", string.ascii_letters + string.digits, "pas-_:=\"'\\", "eyJ."):
        text = "".join(chance.choices(alphabet, k=300_000))
        begun = perf_counter()
        redacted(text)
        assert perf_counter() - begun < 3, alphabet


def test_a_key_that_the_standard_library_draws_is_known() -> None:
    assert redacted(secrets.token_urlsafe(64)) == REDACTED
