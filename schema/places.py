"""Places for what stays: running watches, open connections."""

from collections import Counter

from policy.errors import RateLimited


class Places:
    """
    How many of something one process keeps at a time, for each caller and in all.

    name: of what is kept, in the plural
    each: for one caller; whoever has no name shares the places of all
    """

    def __init__(self, name: str, each: int, in_all: int) -> None:
        self._name = name
        self._each = each
        self._in_all = in_all
        self._taken: Counter[str | None] = Counter()

    def take(self, caller: str | None) -> None:
        """Take a place, which has to be left again. Raises RateLimited."""
        self.expect_one_free()
        if caller is not None and self._taken[caller] >= self._each:
            raise RateLimited(f"{self._each} {self._name} of yours are open, the most that one caller has here; end one of them first")
        self._taken[caller] += 1

    def expect_one_free(self) -> None:
        """Is there any place yet, whoever may take it? Raises RateLimited."""
        if self._taken.total() >= self._in_all:
            raise RateLimited(f"{self._in_all} {self._name} are open in all, the most that are kept here; come again later")

    def leave(self, caller: str | None) -> None:
        """Leave the place taken."""
        self._taken[caller] -= 1
        if not self._taken[caller]:
            del self._taken[caller]
