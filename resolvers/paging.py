"""Relay paging by keyset: a cursor is a place in the order of one list, so that a page stays right while data changes."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from policy.errors import BadInput
from policy.span import Span

PAGE = 50
LARGEST_PAGE = 1000
DIGEST = 6

T = TypeVar("T")


class Paging(NamedTuple):
    """The arguments of a connection as a caller gives them."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def span(self, list_id: str) -> Span:
        """The page of a list that is asked for, with one more so that it is known whether another follows. Raises BadInput."""
        after, before = _place(list_id, self.after, "after"), _place(list_id, self.before, "before")
        return Span(self.size() + 1, after, before, forward=self.last is None)

    def size(self) -> int:
        """How many a page holds at most. Raises BadInput."""
        if self.first is not None and self.last is not None:
            raise BadInput("both `first` and `last` are given; ask for the first ones or the last ones")
        name, size = ("last", self.last) if self.last is not None else ("first", self.first)
        size = PAGE if size is None else size
        if not 0 <= size <= LARGEST_PAGE:
            raise BadInput(f"`{name}` is {size}; a page holds 0 to {LARGEST_PAGE}")
        return size


class Page(NamedTuple, Generic[T]):
    """One page: items with the cursor of each, and whether more lie beyond either end."""

    items: Sequence[tuple[str, T]]
    has_next: bool
    has_previous: bool


def list_id_of(name: str, *of: object) -> str:
    """
    The name of a list in its cursors: two that differ in what they list have none in common.

    of: what it is a list of, as plain values; not the instant, which is another one in each request
    """
    return hashlib.blake2b(json.dumps([name, *of], default=str).encode(), digest_size=DIGEST).hexdigest()


def page_of(list_id: str, span: Span, found: Sequence[tuple[str, T]]) -> Page[T]:
    """The page of a span of a list out of what was found for it: (sort key, item), in order, at most `span.limit`."""
    more = len(found) == span.limit
    within = found[: span.limit - 1] if span.forward else found[len(found) - span.limit + 1 :] if more else found
    items = [(cursor_at(list_id, sort), item) for sort, item in within]
    if span.forward:
        return Page(items, has_next=more, has_previous=span.after is not None)
    return Page(items, has_next=span.before is not None, has_previous=more)


def cursor_at(list_id: str, sort: str) -> str:
    """The opaque cursor of a place in the order of a list."""
    return base64.urlsafe_b64encode(f"{list_id} {sort}".encode()).decode()


def _place(list_id: str, cursor: str | None, name: str) -> str | None:
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    of, _, place = text.partition(" ")
    if of != list_id:
        raise BadInput(f"`{name}` is no cursor of this list; take it from an edge or from pageInfo of the same list and filter")
    return place
