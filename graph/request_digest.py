"""
The digest of an idempotent request: SHA-256 of its canonical JSON (RFC 8785), stored with the version of that form before it.

A request is what was sent, in the names of the API; no name of a class, a field or an enum of this program is part of it. A member that
wasn't given is left out, so that a member that a later version adds changes no digest. The form is part of the store: another one takes
another version, and digests of this one are understood for as long as an idempotency key counts.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import rfc8785

Json = str | bool | int | None | Sequence["Json"] | Mapping[str, "Json"]
Request = Mapping[str, Json]
"""`kind` is the name of the mutation; other members are its arguments, instants as RFC 3339 text in UTC."""

VERSION = 1
CASELESS = frozenset({"key", "from", "to", "subscriptions", "reseller", "communicator", "customer", "scope", "topic"})
"""Members that hold ids, keys or codes: `Customer:Contoso` and `customer:contoso` are the same one."""


def digest_of(request: Request) -> str:
    """The digest as it is stored, such as `1:9f86d081…`."""
    canonical = rfc8785.dumps({"v": VERSION, **{name: _canonical(name, value) for name, value in request.items()}})
    return f"{VERSION}:{sha256(canonical).hexdigest()}"


def _canonical(name: str, value: Json) -> Json:
    if isinstance(value, Mapping):
        return {member: _canonical(member, inner) for member, inner in value.items()}
    if isinstance(value, str):
        return value.strip().lower() if name in CASELESS else value
    if isinstance(value, Sequence):
        return [_canonical(name, element) for element in value]
    return value
