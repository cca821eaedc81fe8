"""API keys: how they are made, and known again."""

import re
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe
from typing import Final

from graph.graph import Graph
from graph.keys import Key, find_key
from policy.caller import Caller
from policy.instant import now
from service.admission import Admission, NotAdmitted, Outdated

PREFIX: Final = "vocero_"
SECRET_BYTES = 32
FORM = re.compile(r"vocero_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


def new_key(caller: Caller, expires_at: int | None, by: str) -> tuple[str, Key]:
    """
    A key for this caller, and what is kept of it.

    expires_at: microseconds; None = it does not expire
    """
    id_ = token_hex(8)
    text = f"{PREFIX}{id_}_{token_urlsafe(SECRET_BYTES)}"
    return text, Key(id_, caller.name, _hash(text), caller.role, caller.node, now(), by, expires_at)


async def admit_by_key(graph: Graph, text: str) -> Admission:
    """Whoever the key stands for, as the graph knows it now: nothing is kept. Raises Outdated, NotAdmitted, Unavailable."""
    form = FORM.fullmatch(text)
    key = await find_key(graph, form[1]) if form else None
    if key is None or not compare_digest(key.hash, _hash(text)) or key.revoked_at is not None:
        raise NotAdmitted
    if not key.is_live(now()):
        raise Outdated("the key has expired; ask for a new one")
    return Admission(Caller(key.name, key.role, key.node), key.expires_at, key.id)


def _hash(text: str) -> str:
    # a slow hash is for what people choose; of 256 random bits nobody can try even a small part
    return sha256(text.encode()).hexdigest()
