"""Part of a list in the order of sort keys."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

NO_LIMIT: Final = 2**31 - 1
"""The limit of what is not limited: more than any store holds."""


class Span(NamedTuple):
    """Which page: sort keys that it lies between, at most how many, and whether the first of them or the last."""

    limit: int
    after: str | None = None
    before: str | None = None
    forward: bool = True

    def holds(self, sort: str) -> bool:
        """Does a sort key lie in it?"""
        return (self.after or "") < sort and (self.before is None or sort < self.before)


def page_by_page(page_of: Callable[[Span], Sequence[tuple[str, str]]], span: Span) -> Iterator[tuple[str, str]]:
    """All ids and sort keys between those of a span, read in pages as long as its limit; the next page when it is asked for."""
    while page := page_of(span):
        yield from page
        if len(page) < span.limit:
            return
        last = page[-1][1]
        span = span._replace(after=last) if span.forward else span._replace(before=last)
