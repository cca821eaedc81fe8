"""An issuer of tokens: it signs them, and its public keys are served over HTTP, or aren't."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

NAME, AUDIENCE = "https://issuer.example", "https://vocero.example"
OPERATOR = {"role": "operator"}

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Issuer:
    """
    Whoever signs tokens.

    reads: how often its keys were asked for
    works: whether they are answered
    """

    def __init__(self) -> None:
        self._private: dict[str, tuple[Private, str]] = {}
        self.jwks: dict[str, Any] = {"keys": []}
        self.reads = 0
        self.works = True
        self.rotate("first")

    def rotate(self, *ids: str, algorithm: str = "RS256") -> None:
        """Have keys with these ids and no others; each is new."""
        self._private = {id_: (_private(algorithm), algorithm) for id_ in ids}
        self.jwks = {"keys": [{**_public(private), "kid": id_, "use": "sig"} for id_, (private, _) in self._private.items()]}

    def add(self, id_: str, algorithm: str) -> None:
        """One more key, for one algorithm."""
        private = _private(algorithm)
        self._private[id_] = (private, algorithm)
        self.jwks["keys"].append({**_public(private), "kid": id_, "alg": algorithm})

    def token(self, kid: str = "first", *, headers: dict[str, Any] | None = None, **claims: object) -> str:
        """A token that is good for an hour, unless the claims say otherwise; a None leaves its claim out."""
        private, algorithm = self._private[kid]
        named = {name: value for name, value in {"kid": kid, **(headers or {})}.items() if value is not None}
        return jwt.encode(self.claims(**claims), private, algorithm, headers=named)

    def claims(self, **given: object) -> dict[str, Any]:
        """Those of a good token, with these in their place."""
        at = int(time.time())
        usual = {"iss": NAME, "aud": AUDIENCE, "sub": "ada", "iat": at, "exp": at + 3600, "vocero": OPERATOR}
        return {name: value for name, value in {**usual, **given}.items() if value is not None}

    def public_pem(self, kid: str) -> str:
        """The public key as text, such as a forger might use as a secret."""
        return self._private[kid][0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@contextmanager
def issuing() -> Iterator[tuple[Issuer, str]]:
    """An issuer, and the address of its keys."""
    issuer = Issuer()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.reads += 1
            self.send_response(200 if issuer.works else 503)
            self.end_headers()
            self.wfile.write(json.dumps(issuer.jwks).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield issuer, f"http://127.0.0.1:{server.server_port}/jwks.json"
        server.shutdown()


def _private(algorithm: str) -> Private:
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def _public(private: Private) -> dict[str, Any]:
    public = private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return RSAAlgorithm.to_jwk(public, as_dict=True)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return ECAlgorithm.to_jwk(public, as_dict=True)
    return OKPAlgorithm.to_jwk(public, as_dict=True)
