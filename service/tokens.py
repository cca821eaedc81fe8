"""Bearer tokens that an issuer signed: who they say is asking."""

from typing import Any, Final

import jwt

from policy.caller import Caller
from policy.errors import BadInput
from service.admission import Admission, NotAdmitted, Outdated, caller_of
from service.public_keys import PublicKeys, is_url, read_keys

SECOND = 1_000_000
LEEWAY_SECONDS: Final = 30
"""By so much clocks may differ."""
CLAIM = "vocero"
LONGEST_NAME = 255


class Tokens:
    """What tokens are held against."""

    def __init__(self, issuer: str, audience: str, keys: PublicKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self.keys = keys

    async def admit(self, token: str) -> Admission:
        """Whoever the token stands for. Raises Outdated for one that was good, NotAdmitted, Unavailable."""
        try:
            id_ = jwt.get_unverified_header(token).get("kid")
            found = None if id_ is None else await self.keys.find(id_)
            if found is None:
                raise NotAdmitted
            claims = jwt.decode(
                token,
                found.key,  # type: ignore[arg-type]  # as PyJWK made it
                list(found.algorithms),
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
            return Admission(_caller(claims), until=(int(claims["exp"]) + LEEWAY_SECONDS) * SECOND)
        except jwt.ExpiredSignatureError as error:
            raise Outdated("the token has expired; get a new one of its issuer") from error
        except (jwt.PyJWTError, BadInput, OverflowError, RecursionError) as error:  # of an endless instant, and of lists in lists
            raise NotAdmitted from error


def tokens_of(issuer: str, audience: str, jwks: str) -> Tokens:
    """Those of an issuer; jwks: the address, or the file, of its public keys. Raises BadInput, Unavailable for a file that holds none."""
    if not is_url(jwks):
        read_keys(jwks)
    return Tokens(issuer, audience, PublicKeys(jwks))


def _caller(claims: dict[str, Any]) -> Caller:
    match claims.get(CLAIM):
        case {"role": str(role), **rest}:
            node, name = rest.get("node"), claims["sub"]
            if 0 < len(name) <= LONGEST_NAME and isinstance(node, str | None):
                return caller_of(name, role, node)
    raise NotAdmitted
