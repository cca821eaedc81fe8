"""The public keys under which tokens are signed: an issuer's JSON Web Key Set, which changes while the service runs."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jwt
import structlog

from policy.errors import BadInput, Unavailable
from service.serve import is_loopback

ALGORITHMS: Mapping[tuple[object, object], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""kty and crv of a key -> what it may have signed with. None is symmetric: whoever could check a token could make one."""
READ_SECONDS = 5.0
AGE_SECONDS = 300.0
"""How old the set gets: a key that its issuer takes back counts for so long."""
AGAIN_SECONDS = 5.0
"""The set is read again for an unknown key once in this time, for anyone can make up ids of keys."""


class PublicKey(NamedTuple):
    """One key, and the algorithms that it may be used with."""

    key: object
    algorithms: tuple[str, ...]


class PublicKeys:
    """
    The keys of one issuer, by id.

    source: URL or file of the set
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: dict[str, PublicKey] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._looked_at = -AGAIN_SECONDS

    async def find(self, id_: str) -> PublicKey | None:
        """The key of this id; an unknown one has the set read again. Raises Unavailable while the set could never be read."""
        if self._keys is None or id_ not in self._keys:
            await self._look_for(id_)
        if self._keys is None:
            raise Unavailable("the keys of the tokens' issuer can't be read now; ask again later")
        return self._keys.get(id_)

    async def keep_fresh(self) -> None:
        """Read the set now and then, without end; while it can't be read, the keys of the last time stay."""
        while True:
            async with self._one_at_a_time:
                await self._read()
            await asyncio.sleep(AGE_SECONDS)

    async def _look_for(self, id_: str) -> None:
        async with self._one_at_a_time:
            if id_ in (self._keys or ()) or monotonic() - self._looked_at < AGAIN_SECONDS:
                return
            self._looked_at = monotonic()
            await self._read()

    async def _read(self) -> None:
        try:
            self._keys = await asyncio.to_thread(read_keys, self._source)
        except Unavailable as error:
            structlog.get_logger().warning("public keys not read", reason=str(error))


def read_keys(source: str) -> dict[str, PublicKey]:
    """The usable keys of a set, by id; a key that can't be used hinders no other. Raises Unavailable."""
    try:
        if is_url(source):
            found = jwt.PyJWKClient(source, cache_jwk_set=False, timeout=READ_SECONDS).fetch_data()
        else:
            found = json.loads(Path(source).read_bytes())
    except Exception as error:  # whatever an issuer answers: broken HTTP and lists in lists without end are of many classes
        raise Unavailable(f"`{source}` can't be read as a JSON Web Key Set ({error})") from error
    match found:
        case {"keys": [*keys]}:
            return {key["kid"]: usable for key in keys if (usable := _usable(key))}
    raise Unavailable(f"`{source}` is no JSON Web Key Set: it has no list `keys`")


def is_url(source: str) -> bool:
    """Is it no file? Raises BadInput for a URL where others could put keys of their own on the way."""
    parts = urlsplit(source)
    if parts.scheme == "http" and parts.hostname != "localhost" and not is_loopback(parts.hostname or ""):
        raise BadInput(f"VOCERO_JWT_JWKS `{source}` could be changed on its way; give an https address, or a file")
    return parts.scheme in {"http", "https"}


def _usable(key: Any) -> PublicKey | None:  # noqa: ANN401 - JSON
    match key:
        case {"kid": str(), "kty": str(type_), **rest}:
            curve, named = rest.get("crv"), rest.get("alg")
            if not isinstance(curve, str | None) or not isinstance(named, str | None):
                return None
            algorithms = tuple(algorithm for algorithm in ALGORITHMS.get((type_, curve), ()) if named in {None, algorithm})
            if not algorithms or rest.get("use", "sig") != "sig" or "d" in rest:
                return None
            try:
                return PublicKey(jwt.PyJWK(key, algorithms[0]).key, algorithms)
            except Exception:  # noqa: BLE001 - its numbers may be lists, or of any size: each library says so in its own way
                return None
    return None
