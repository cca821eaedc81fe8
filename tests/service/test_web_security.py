"""What keeps browsers, proxies and readers of logs from what is not theirs."""

import os
import pty
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from strawberry.http import GraphQLRequestData

from graph.embedded import Running
from graph.revision import Revision
from policy.caller import Caller, Role
from policy.policy_file import shipped_policy
from service.etag import tag_of_question
from tests.service.asking import bearing, greeted, on_server, with_tokens
from tests.service.issuer import Issuer, issuing
from tests.service.vocero import Served, Vocero

APP = "https://app.example"
PATHS = ("/", "/graphql", "/schema.graphql", "/export/matrix.csv", "/metrics", "/healthz", "/readyz", "/assets/graphiql.js", "/nothing")
TOLD = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
AT = {"query": '{ topics { code } node(id: "topic:tax") { id } }'}


@pytest.fixture(scope="module")
def issuer_at() -> Iterator[tuple[Issuer, str]]:
    with issuing() as found:
        yield found


@pytest.fixture(scope="module")
def served(neo4j: Running, issuer_at: tuple[Issuer, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that asks who asks, and may be asked from one other site's pages."""
    settings = {**on_server(neo4j.address), **with_tokens(issuer_at[1]), "VOCERO_CORS_ORIGINS": APP}
    with Vocero(tmp_path_factory.mktemp("service"), **settings).application() as served:
        yield served


@pytest.fixture
def issuer(issuer_at: tuple[Issuer, str]) -> Issuer:
    return issuer_at[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_tells_browsers_to_do_nothing_with_it(served: Served, issuer: Issuer, path: str, host: str) -> None:
    for headers in ({}, bearing(issuer.token())):
        response = served.client.get(path, headers={**headers, "host": host})

        assert TOLD.items() <= dict(response.headers).items()
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert "camera=()" in response.headers["permissions-policy"]
        assert "strict-transport-security" not in response.headers
        assert "server" not in response.headers


def test_an_answer_stays_with_its_caller(served: Served, issuer: Issuer) -> None:
    """Caches keep nothing, but for the browser's own that asks whether it is still so."""
    operator = bearing(issuer.token())
    got, posted = served.client.get("/graphql", params=AT, headers=operator), served.client.post("/graphql", json=AT, headers=operator)
    refused = served.client.get("/graphql", params=AT)

    kept = [answer.headers["cache-control"] for answer in (got, posted, refused)]
    assert kept == ["private, max-age=0, must-revalidate", "no-store", "no-store"]
    assert all("authorization" in answer.headers["vary"].lower() for answer in (got, posted, refused))

    for path in ("/export/matrix.csv", "/schema.graphql", "/metrics"):
        assert served.client.get(path, headers=operator).headers["cache-control"] == "no-store"
    again = served.client.get("/graphql", params=AT, headers={**operator, "if-none-match": got.headers["etag"]})
    assert again.status_code == 304
    assert "authorization" in again.headers["vary"].lower()


def test_no_caller_is_told_that_it_has_the_answer_of_another(served: Served, issuer: Issuer) -> None:
    fixed = {"query": '{ customers(asOf: {validAt: "2026-01-01T00:00:00Z"}) { totalCount } }'}
    tag = served.client.get("/graphql", params=fixed, headers=bearing(issuer.token())).headers["etag"]
    partner = {**bearing(issuer.token(vocero={"role": "partner", "node": "partner:contoso"})), "if-none-match": tag}
    namesake = {**bearing(issuer.token(sub="grace")), "if-none-match": tag}

    assert served.client.get("/graphql", params=fixed, headers=partner).status_code == 200
    assert served.client.get("/graphql", params=fixed, headers=namesake).status_code == 304


def test_a_question_is_tagged_by_role_and_node_and_by_no_name() -> None:
    def tag(caller: Caller) -> str:
        asked = GraphQLRequestData("{ revision }", None, None, None)
        return tag_of_question(asked, shipped_policy(), "application/json", Revision(1, 1), caller)

    partner = Caller("ada", Role.PARTNER, "partner:a")
    others = [Caller("ada", Role.ANALYST), Caller("ada", Role.PARTNER, "partner:b"), Caller("ada", Role.CUSTOMER, "customer:a")]

    assert tag(partner) == tag(partner._replace(name="grace"))
    assert len({tag(each) for each in (partner, *others)}) == 4


def test_a_page_of_a_named_origin_may_send_a_token(served: Served, issuer: Issuer) -> None:
    asks = {"origin": APP, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    before = served.client.options("/graphql", headers=asks)
    sent = served.client.post("/graphql", json=AT, headers={"origin": APP, **bearing(issuer.token())})
    nobody = served.client.get("/graphql", params=AT, headers={"origin": APP})

    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, APP)
    assert "authorization" in before.headers["access-control-allow-headers"]
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (200, APP)
    assert (nobody.status_code, nobody.headers["access-control-allow-origin"]) == (401, APP)
    assert served.client.options("/graphql", headers={**asks, "origin": "https://evil.example"}).status_code == 400


def certificate(folder: Path, name: str = "tls") -> dict[str, str]:
    """The settings of a certificate for this machine, signed by itself."""
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {"VOCERO_TLS_CERTIFICATE": str(folder / f"{name}.pem"), "VOCERO_TLS_KEY": str(folder / f"{name}.key")}


def test_a_service_with_a_certificate_speaks_https_beyond_loopback_and_says_so(neo4j: Running, tmp_path: Path) -> None:
    settings = {**certificate(tmp_path), "VOCERO_AUTH": "on", "VOCERO_HOSTS": "vocero.example"}
    with Vocero(tmp_path, **on_server(neo4j.address), **settings).serving("--host", "0.0.0.0", "--workers", "2") as served:  # noqa: S104
        port = served.url.rpartition(":")[2]
        trusting = ssl.create_default_context(cafile=settings["VOCERO_TLS_CERTIFICATE"])
        with httpx.Client(base_url=f"https://localhost:{port}", verify=trusting) as client:
            named = client.get("/healthz", headers={"host": "vocero.example"})
            refused = client.get("/healthz", headers={"host": "evil.example"})
            asked = client.get("/graphql", params=AT)

    assert served.url == f"https://0.0.0.0:{port}"
    assert (named.status_code, named.headers["strict-transport-security"]) == (200, "max-age=31536000")
    assert (refused.status_code, asked.status_code) == (400, 401)


@pytest.mark.parametrize("trusted", [None, "127.0.0.0/8 ::1"])
def test_forwarded_headers_are_believed_of_trusted_proxies_only(neo4j: Running, tmp_path: Path, trusted: str | None) -> None:
    settings = {"VOCERO_TRUSTED_PROXIES": trusted} if trusted else {}
    with Vocero(tmp_path, **on_server(neo4j.address), **settings).application() as served:
        answer = served.client.get("/healthz", headers={"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"})

    assert ("strict-transport-security" in answer.headers) == (trusted is not None)


@pytest.mark.parametrize(
    ("host", "settings", "message"),
    [
        ("0.0.0.0", {}, "beyond loopback, where nobody may ask without authentication; set VOCERO_AUTH=on, or give --host 127.0.0.1"),  # noqa: S104
        ("0.0.0.0", {"VOCERO_AUTH": "on"}, "beyond loopback; set VOCERO_HOSTS to the names by which the service is reached there"),  # noqa: S104
        ("::1", {"VOCERO_HOSTS": "vocero.example"}, "VOCERO_HOSTS names this service to others, and anybody may ask; set VOCERO_AUTH=on"),
        ("::1", {"VOCERO_JWT_ISSUER": "x"}, "tokens need VOCERO_JWT_AUDIENCE, VOCERO_JWT_JWKS too; set all VOCERO_JWT_*, or none"),
        ("::1", {"VOCERO_AUTH": "off", "VOCERO_JWT_ISSUER": "x"}, "VOCERO_AUTH is off, and VOCERO_JWT_* are set"),
        ("::1", {"VOCERO_AUTH": "maybe"}, "VOCERO_AUTH: input should be 'on' or 'off'"),
        ("::1", with_tokens("http://issuer.example/keys"), "could be changed on its way; give an https address, or a file"),
        ("::1", with_tokens("nothing.json"), "`nothing.json` can't be read as a JSON Web Key Set"),
        ("::1", {"VOCERO_TLS_KEY": "key.pem"}, "VOCERO_TLS_CERTIFICATE and VOCERO_TLS_KEY go together; set both, or none"),
        ("::1", {"VOCERO_TLS_KEY": "no.pem", "VOCERO_TLS_CERTIFICATE": "no.pem"}, "can't be used for TLS (No such file or directory)"),
        ("::1", {"VOCERO_TRUSTED_PROXIES": "*"}, "VOCERO_TRUSTED_PROXIES `*` is neither an address nor a network, such as 10.0.0.0/8"),
    ],
)
def test_settings_that_would_let_anyone_in_or_nobody_end_the_start(
    tmp_path: Path, host: str, settings: dict[str, str], message: str
) -> None:
    done = Vocero(tmp_path, **settings)("serve", "--host", host, "--port", "0")

    assert done.returncode in {2, 3}
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_certificate_with_another_ones_key_is_refused(tmp_path: Path) -> None:
    mixed = {**certificate(tmp_path), "VOCERO_TLS_KEY": certificate(tmp_path, "other")["VOCERO_TLS_KEY"]}
    done = Vocero(tmp_path, **mixed)("serve", "--port", "0")

    assert done.returncode == 2
    assert "give PEM files of a certificate and its key" in done.stderr


async def test_no_secret_is_written_anywhere(neo4j: Running, issuer_at: tuple[Issuer, str], tmp_path: Path) -> None:
    """Right or wrong: not a token, not a key, not the password of the graph."""
    issuer, jwks = issuer_at
    vocero = Vocero(tmp_path, **on_server(neo4j.address), **with_tokens(jwks))
    key = vocero("key", "create", tmp_path.name, "--role", "operator").stdout.strip()
    wrong = [f"{key[:-2]}AA", issuer.token(aud="https://elsewhere.example"), Issuer().token(), "sw0rdfish"]
    right = [key, issuer.token()]
    with vocero.serving() as served:
        for credential in (*right, *wrong):
            for params in (AT, {"query": "{"}, {"query": '{ customer(id: "x") { id } }'}):
                served.client.get("/graphql", params=params, headers=bearing(credential))
            served.client.get("/export/matrix.csv", headers=bearing(credential))
            async with greeted(served.url, {"authorization": credential}) as socket:
                await socket.close()
        written = served.said + served.errors
    failed = Vocero(tmp_path, **{**on_server(neo4j.address), "VOCERO_NEO4J_PASSWORD": "sw0rdfish"}).process("serve", "--port", "0")
    written += served.said + served.errors + failed.stdout + failed.stderr

    assert failed.returncode == 3
    secret_parts = [neo4j.address.password, *(each[-9:] for each in (*right, *wrong))]
    assert [part for part in secret_parts if part in written] == []


def test_the_trace_of_an_error_shows_no_values_not_even_on_a_terminal() -> None:
    """Those of a failing function may be a key, or a whole request."""
    script = "from service.log import *; configure_logging(); key = 'sw0rd' + 'fish'\ntry: key.nothing\nexcept Exception as e: report(e)"
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", script], stderr=theirs, check=True)  # noqa: S603
    os.close(theirs)
    written = os.read(ours, 1 << 16).decode()

    assert "internal error" in written
    assert "Traceback" in written
    assert "sw0rdfish" not in written
