"""A situation as one partner sees it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from policy.another import ANOTHER, ANOTHERS
from policy.facts import History, Relationship
from policy.pairs import Pair, Pairs
from policy.situation import Situation

if TYPE_CHECKING:
    from policy.terms import RelationshipType


class Seen(Situation):
    """A situation as one partner sees it: the others are ANOTHER, and what the customer holds of them is ANOTHERS."""

    is_whole = False

    def __init__(self, history: History, seen: History, whole: Situation, partner: str) -> None:
        super().__init__(seen, whole.valid_at, whole.known_at, whole.rules)
        self.history = history
        self._partner = partner
        self._whole = whole

    @cached_property
    def acquainted(self) -> tuple[str, ...]:
        """The partner itself: of nobody else is there anything to be told."""
        return (self._partner,)

    def knows(self, node: str) -> bool:
        """Never another partner: there is nothing to be asked about it."""
        return node != ANOTHER and super().knows(node)

    def shows(self, scope: str) -> bool:
        """Nor what it sells."""
        return scope != ANOTHERS

    @cached_property
    def _pairs(self) -> Mapping[str, Pairs]:
        """Pairs of the partner and of the operator, which hang on who else sold it then."""
        told: dict[str, dict[tuple[str, RelationshipType], Pair]] = {}
        for sale, holds, end in self._whole.pairs():
            if sale.start in {self._partner, self.operator} and sale.end in self._nodes:
                pair = Pair(without_source(sale), without_source(holds), end)
                told.setdefault(sale.end, {})[sale.start, sale.type] = pair
        return told

    @property
    def shown_subscriptions(self) -> Iterable[str]:
        """Subscriptions of the caller and of the operator."""
        return [each for each in self.subscriptions if each != ANOTHERS]

    def relationships(self) -> tuple[Relationship, ...]:
        """Those around what is the caller's own or the operator's."""
        return tuple(each for each in super().relationships() if ANOTHERS not in (each.start, each.end))


def without_source(record: Relationship) -> Relationship:
    """The same for a partner: who told of it may be another one."""
    return record._replace(source="")
