"""A situation that is worked out from the history only where an answer shows a path, a text or a property of another node."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from policy.facts import Property, Relationship
from policy.shape import OPERATOR_IDS, OPERATORS, STRANGER, Fingerprint, Shape
from policy.situation import Situation

PARTNER: Final = "partner:"


class Head(NamedTuple):
    """
    What most questions need of a customer in one stretch of time, by all that is recorded; instants are microseconds.

    since, until: the stretch of valid_at, half-open
    known_since:  when something was recorded last: it is right at this known_at and at each later one
    fingerprint:  that of its shape
    nodes:        how many of these the shape numbers before the partners
    partners:     ids, in the order in which the shape numbers them; agreements too that govern what is held and are not the customer's
    order:        the numbers of the candidates, by name
    properties:   of the customer
    """

    since: int
    until: int
    known_since: int
    fingerprint: Fingerprint
    nodes: int
    partners: Sequence[str]
    order: tuple[int, ...]
    properties: Mapping[str, Property]

    def holds(self, valid_at: int, known_at: int) -> bool:
        """Is it right at this instant?"""
        return self.since <= valid_at < self.until and self.known_since <= known_at


def described(head: Head) -> tuple[object, ...]:
    """All that a head tells, so that two can be compared."""
    return (*head[:3], head.fingerprint.key, head.nodes, tuple(head.partners), head.order, dict(head.properties))


class LazyShape:
    """A shape of which the fingerprint and the partners are known, and all else is worked out when it is asked for."""

    __slots__ = ("_at", "_head", "_shape", "fingerprint")

    def __init__(self, head: Head, at: Situation) -> None:
        self.fingerprint = head.fingerprint
        self._head = head
        self._at = at
        self._shape: Shape | None = None

    def number(self, node: str) -> int:
        """The node by number; STRANGER for one that nothing ties to the customer."""
        if node in OPERATORS:
            return OPERATORS[node]
        if not node.startswith(PARTNER):
            return self._whole().number(node)
        partners = self._head.partners
        return self._head.nodes + partners.index(node) if node in partners else STRANGER

    def communicator(self, number: int) -> str:
        """The operator or partner of a number."""
        return OPERATOR_IDS[number] if number < 0 else self._head.partners[number - self._head.nodes]

    @property
    def edges(self) -> tuple[Relationship, ...]:
        """Every edge that a path can hold."""
        return self._whole().edges

    @property
    def nodes(self) -> tuple[str, ...]:
        """The customer, then its subscriptions and agreements, by number."""
        return self._whole().nodes

    @property
    def partners(self) -> Sequence[str]:
        """Nodes that the shape numbers after its own."""
        return self._head.partners

    def _whole(self) -> Shape:
        if self._shape is None:
            self._shape = Shape(self._at)
        return self._shape


class LazySituation(Situation):
    """
    The situation of a head: whatever the head doesn't tell is there as soon as it is asked for.

    load: gives the whole situation at the same instant, which is there, since its head is
    """

    def __init__(self, customer: str, head: Head, load: Callable[[], Situation | None], valid_at: int, known_at: int) -> None:
        self.customer = customer
        self.valid_at = valid_at
        self.known_at = known_at
        self.until = head.until
        self.worked_out = {"shape": LazyShape(head, self), "order": head.order}
        self._head = head
        self._load = load

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a situation
        """An attribute that was not there: all of them are loaded then."""
        if name in PRESENT:
            raise AttributeError(name)
        self.__dict__.update({**vars(self._load()), **self.__dict__})
        if name not in self.__dict__:
            raise AttributeError(name)
        return self.__dict__[name]

    def properties(self, node: str) -> Mapping[str, Property]:
        """The properties of a node as they are known."""
        return self._head.properties if node == self.customer else super().properties(node)

    def customer_known(self, known_at: int) -> Mapping[str, Property]:  # noqa: ARG002 - nothing was recorded since
        """The properties of the customer, at that instant as at its own."""
        return self._head.properties

    def knows(self, node: str) -> bool:
        """Whether the node stands around the customer and was known then."""
        return node in self._head.partners or super().knows(node)


PRESENT: Final = frozenset({"_load", "_head"})
"""What is never loaded, so that a copy which has nothing yet does not look for it without end."""
