"""Part of a list in the order of sort keys."""

from typing import NamedTuple


class Span(NamedTuple):
    """Which page: sort keys that it lies between, at most how many, and whether the first of them or the last."""

    limit: int
    after: str | None = None
    before: str | None = None
    forward: bool = True

    def holds(self, sort: str) -> bool:
        """Does a sort key lie in it?"""
        return (self.after or "") < sort and (self.before is None or sort < self.before)
