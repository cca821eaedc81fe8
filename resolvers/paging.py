"""Relay paging by keyset: a cursor is a place in the order, so that a page stays right while data changes."""

import base64
import binascii
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from policy.errors import BadInput
from policy.span import Span

PAGE = 50
LARGEST_PAGE = 1000
MARK = "after "

T = TypeVar("T")


class Paging(NamedTuple):
    """The arguments of a connection as a caller gives them."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def span(self) -> Span:
        """The page asked for, with one more so that it is known whether another follows. Raises BadInput."""
        if self.first is not None and self.last is not None:
            raise BadInput("both `first` and `last` are given; ask for the first ones or the last ones")
        name, size = ("last", self.last) if self.last is not None else ("first", self.first)
        size = PAGE if size is None else size
        if not 0 <= size <= LARGEST_PAGE:
            raise BadInput(f"`{name}` is {size}; a page holds 0 to {LARGEST_PAGE}")
        return Span(size + 1, _place(self.after, "after"), _place(self.before, "before"), forward=self.last is None)


class Page(NamedTuple, Generic[T]):
    """One page: items with the sort key of each, and whether more lie beyond either end."""

    items: Sequence[tuple[str, T]]
    has_next: bool
    has_previous: bool


def page_of(span: Span, found: Sequence[tuple[str, T]]) -> Page[T]:
    """The page of a span out of what was found for it: (sort key, item), in order, at most `span.limit`."""
    more = len(found) == span.limit
    items = found[: span.limit - 1] if span.forward else found[len(found) - span.limit + 1 :] if more else found
    if span.forward:
        return Page(items, has_next=more, has_previous=span.after is not None)
    return Page(items, has_next=span.before is not None, has_previous=more)


def cursor_at(sort: str) -> str:
    """The opaque cursor of a place in the order of names."""
    return base64.urlsafe_b64encode((MARK + sort).encode()).decode()


def _place(cursor: str | None, name: str) -> str | None:
    if cursor is None:
        return None
    try:
        place = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        place = ""
    if not place.startswith(MARK):
        raise BadInput(f"`{name}` is no cursor of this service; take it from an edge or from pageInfo")
    return place.removeprefix(MARK)
