from collections.abc import Mapping
from typing import NamedTuple

from policy.terms import Category, Verdict
from resolvers.instants import Lasting


class Given(NamedTuple):
    """
    What an operation came to whose answer may be given again.

    operation: its name; None where it has none
    verdicts:  how many of each kind were given
    """

    lasting: Lasting
    operation: str | None
    cost: int
    verdicts: Mapping[tuple[Verdict | None, Category], int]
