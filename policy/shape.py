from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from policy.facts import Relationship
from policy.situation import TYPE_ORDER, Situation
from policy.terms import RelationshipType

OPERATORS: Final = {"operator:microsoft": -1, "operator:21vianet": -2}
OPERATOR_IDS: Final = {number: operator for operator, number in OPERATORS.items()}
STRANGER: Final = -3
ENDED: Final = -1
PROVIDES_FOR: Final = RelationshipType.PROVIDES_FOR


class Fingerprint:
    """
    What tells shapes apart.

    key:  the same for customers of the same shape, whose nodes are numbered and whose edges are listed alike
    told: what a policy says of the key, and which: a key takes longer to look up than what it leads to
    """

    __slots__ = ("key", "told")

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.told: tuple[object, dict[Any, Any]] | None = None


class Shape:
    """
    Which edges stand between whom around a customer, without names: nothing else decides who may speak to it.

    edges:    every edge that a path can hold
    nodes:    the customer, then its subscriptions and agreements and closing scopes, by number
    partners: those that are numbered after these
    """

    __slots__ = ("_numbers", "edges", "fingerprint", "nodes", "partners")

    def __init__(self, at: Situation) -> None:
        closing = sorted({each for scopes in at.closing.values() for each in scopes})
        self.nodes = tuple(dict.fromkeys((at.customer, *at.subscriptions, *at.agreements, *closing)))
        numbers = self._numbers = OPERATORS | {node: number for number, node in enumerate(self.nodes)}
        self.edges: tuple[Relationship, ...] = ()
        spelled: list[tuple[int, ...]] = []
        for type_, edge in _around(at, numbers):
            number = numbers.setdefault(edge.start, len(numbers) - len(OPERATORS))
            spelled.append((type_, number, numbers[edge.end]))
            self.edges += (edge,)
        live = {id(edge): place for place, edge in enumerate(self.edges)}
        for sale, holds, _ in at.pairs():
            if sale.end in numbers:
                number = numbers.setdefault(sale.start, len(numbers) - len(OPERATORS))
                are_live = live.get(id(sale), ENDED), live.get(id(holds), ENDED)  # of customers that are alike the same edges are
                spelled.append((ENDED - TYPE_ORDER[sale.type], number, numbers[sale.end], *are_live))
                self.edges += (sale, holds)
        for edge in _above(at, numbers):
            spelled.append((TYPE_ORDER[PROVIDES_FOR], numbers[edge.start], numbers[edge.end]))
            self.edges += (edge,)
        scopes = tuple(numbers[each] for each in at.scopes)
        ending = tuple(numbers[each] for each in at.subscriptions if at.ends(each))
        self.partners: Sequence[str] = list(numbers)[len(OPERATORS) + len(self.nodes) :]
        self.fingerprint = Fingerprint((at.cloud.value, len(at.subscriptions), len(closing), scopes, ending, tuple(spelled)))

    def number(self, node: str) -> int:
        """The node by number; STRANGER for one that nothing ties to the customer."""
        return self._numbers.get(node, STRANGER)

    def communicator(self, number: int) -> str:
        """The operator or partner of a number."""
        return OPERATOR_IDS[number] if number < 0 else self.partners[number - len(self.nodes)]


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
