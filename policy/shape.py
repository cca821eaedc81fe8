from collections.abc import Hashable, Iterator
from typing import Any, Final

from policy.facts import Relationship
from policy.situation import TYPE_ORDER, Situation
from policy.terms import RelationshipType

OPERATORS: Final = {"operator:microsoft": -1, "operator:21vianet": -2}
STRANGER: Final = -3
ENDED: Final = -1
PROVIDES_FOR: Final = RelationshipType.PROVIDES_FOR


class Shape:
    """
    Which edges stand between whom around a customer, without names: nothing else decides who may speak to it.

    key:   the same for customers of the same shape, whose nodes are numbered and whose edges are listed alike
    edges: every edge that a path can hold
    told:  what a policy says of the key, and which: a key takes longer to look up than what it leads to
    nodes: the customer, then its subscriptions and agreements, by number
    """

    __slots__ = ("_numbers", "edges", "key", "nodes", "told")

    def __init__(self, at: Situation) -> None:
        self.told: tuple[object, dict[Any, Any]] | None = None
        self.nodes = tuple(dict.fromkeys((at.customer, *at.subscriptions, *at.agreements)))
        numbers = self._numbers = OPERATORS | {node: number for number, node in enumerate(self.nodes)}
        self.edges: tuple[Relationship, ...] = ()
        spelled = []
        for type_, edge in (*_around(at, numbers), *((ENDED, edge) for edge in at.formerly_billed())):
            number = numbers.setdefault(edge.start, len(numbers))
            spelled.append((type_, number, numbers[edge.end]))
            self.edges += (edge,)
        for edge in _above(at, numbers):
            spelled.append((TYPE_ORDER[PROVIDES_FOR], numbers[edge.start], numbers[edge.end]))
            self.edges += (edge,)
        scopes = tuple(numbers[each] for each in at.scopes)
        self.key: Hashable = (at.cloud, len(at.subscriptions), scopes, tuple(spelled))

    def number(self, node: str) -> int:
        """The node by number; STRANGER for one that nothing ties to the customer."""
        return self._numbers.get(node, STRANGER)


def _around(at: Situation, numbers: dict[str, int]) -> Iterator[tuple[int, Relationship]]:
    """What ends at a numbered node, by type, then by the number of that node."""
    ends = [(TYPE_ORDER[type_], numbers[end], live) for (type_, end), live in at.live() if end in numbers and type_ is not PROVIDES_FOR]
    for type_, _, live in sorted(ends, key=lambda each: each[:2]):
        for edge in live:
            yield type_, edge


def _above(at: Situation, numbers: dict[str, int]) -> Iterator[Relationship]:
    """Who provides for whom among the numbered, by the numbers of both."""
    found = [edge for (type_, end), live in at.live() if type_ is PROVIDES_FOR and end in numbers for edge in live if edge.start in numbers]
    return iter(sorted(found, key=lambda edge: (numbers[edge.end], numbers[edge.start])))
