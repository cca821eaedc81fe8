"""
The opaque token of a revision: it names a state of the graph and, in a watch of permissions, how far that had come.

It is sealed by a key that every replica finds in the store. The same revision has the same token, but not for callers that see only
a part of the graph: to them two tokens say nothing, not even whether anything was written between them. So its length doesn't depend
on the revision's number either, nor on the transactions that bookmarks name.
"""

import base64
import binascii
import json
import os
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from graph.graph import Graph
from graph.revision import Revision
from policy.caller import Caller
from policy.errors import BadInput

LARGEST = 2**62
DIGITS = len(str(LARGEST))
STEP = 256
"""Bytes. Bookmarks are filled up to a multiple of it: the few of a cluster's database take less than one."""
NONCE = 8
OPEN = bytes(NONCE)
"""In place of chance, for those who see all of the graph."""


class Place(NamedTuple):
    """
    A difference in the order of a watch: the step that it belongs to, and which one of that step.

    at:       the instant that the step led to, microseconds
    by_time:  it came because time passed; else because the revision was recorded
    """

    at: int
    by_time: bool
    customer: str
    communicator: str
    topic: str


class Token(NamedTuple):
    """What a token says: the number of the revision, the driver's bookmarks, and the place of a difference."""

    number: int
    bookmarks: tuple[str, ...] = ()
    place: Place | None = None


def token_of(graph: Graph, revision: Revision, caller: Caller, place: Place | None = None) -> str:
    """The token of a revision, or of a difference at which a watch stood then."""
    if caller.is_bound or place is not None:
        return _sealed(graph.seal, revision, place, os.urandom(NONCE) if caller.is_bound else OPEN)
    return _token_of_all(graph.seal, revision)


@lru_cache(maxsize=4)
def _token_of_all(key: bytes, revision: Revision) -> str:
    return _sealed(key, revision, None, OPEN)


def _sealed(key: bytes, revision: Revision, place: Place | None, nonce: bytes) -> str:
    bookmarks = json.dumps(revision.bookmarks, separators=(",", ":"))
    if revision.bookmarks:
        bookmarks = bookmarks.ljust(-(-len(bookmarks) // STEP) * STEP)
    at = "null" if place is None else json.dumps([place.at, int(place.by_time), *place[2:]], separators=(",", ":"))
    written = f"[{revision.number:>{DIGITS}},{bookmarks},{at}]".encode()  # JSON takes spaces between values
    return base64.urlsafe_b64encode(nonce + _seal(key).encrypt(written, [nonce])).decode().rstrip("=")


def token_given(graph: Graph, text: str) -> Token:
    """What a caller's token says. Raises BadInput."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        match json.loads(_seal(graph.seal).decrypt(sealed[NONCE:], [sealed[:NONCE]])):
            case [int(number), [*bookmarks], place] if number >= 0:
                return Token(number, tuple(map(_text, bookmarks)), None if place is None else _place(*place))
    except (binascii.Error, InvalidTag, ValueError, TypeError):
        pass
    raise BadInput(f"`{text[:80]}` is no revision of this service; take it from an answer's `revision`")


@lru_cache(maxsize=4)
def _seal(key: bytes) -> AESSIV:
    return AESSIV(key)


def _place(at: int, by_time: int, *names: str) -> Place:
    if not -LARGEST < at < LARGEST:
        raise ValueError(at)
    return Place(at, bool(by_time), *map(_text, names))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
