"""The opaque token of a revision: it names a state of the graph and, in a watch of permissions, how far that had come."""

import base64
import binascii
import json
from typing import NamedTuple

from graph.revision import Revision
from policy.errors import BadInput

MARK = "revision"
LARGEST = 2**62


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


def token_of(revision: Revision, place: Place | None = None) -> str:
    """The token of a revision, or of a difference at which a watch stood then."""
    written = json.dumps([MARK, revision.number, revision.bookmarks, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def token_given(text: str) -> Token:
    """What a caller's token says. Raises BadInput."""
    try:
        match json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)):
            case [str(mark), int(number), [*bookmarks], place] if mark == MARK and number >= 0:
                return Token(number, tuple(map(_text, bookmarks)), None if place is None else _place(*place))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise BadInput(f"`{text[:80]}` is no revision of this service; take it from an answer's `revision`")


def _place(at: int, by_time: bool, *names: str) -> Place:  # noqa: FBT001 - as it stands in the token
    if not -LARGEST < at < LARGEST:
        raise ValueError(at)
    return Place(at, bool(by_time), *map(_text, names))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
