"""What is live around one customer at one instant: policy.md sections 1 to 3."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Self

from policy.collation.folding import folded
from policy.facts import History, Property, Relationship, Version
from policy.live import Live, is_operator, version_at
from policy.terms import OWNERSHIP, AgreementChannel, Channel, Cloud, RelationshipType

OPERATOR_OF: Final = {cloud: "operator:21vianet" if cloud is Cloud.CHINA else "operator:microsoft" for cloud in Cloud}
TYPE_ORDER: Final = {type_: place for place, type_ in enumerate(RelationshipType)}
TIES: Final = frozenset({RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.RESELLER_FOR})


class Situation(Live):
    """
    The facts of a customer as they are live at (valid_at, known_at), both in microseconds since 1970.

    Properties of nodes are those known at `known_at`; they hold for every valid_at.
    """

    is_whole = True
    """Is all of it there, and not only what a caller sees?"""

    def __init__(self, history: History, valid_at: int, known_at: int) -> None:
        super().__init__(history.relationships, valid_at, known_at)
        self.history = history
        self.customer = history.customer
        self._nodes = history.nodes
        self._recorded = history.relationships
        self.until: int | None = None
        """The instant at which the facts will be others, as far as is known; None = it was not looked for."""
        self.worked_out: dict[str, Any] = {}
        """What was worked out from it, for every instant of the stretch."""

    @property
    def nodes(self) -> Iterable[str]:
        """The ids of all that stands around the customer."""
        return self._nodes

    def known(self) -> Iterator[Relationship]:
        """All that was known then, whenever it held in the world, in no order."""
        return (each for each in self._recorded if each.is_known(self.known_at))

    @property
    def recordings(self) -> set[int]:
        """The instants at which something became known or was no longer believed."""
        records: list[Relationship | Version] = [*self._recorded, *(version for versions in self._nodes.values() for version in versions)]
        return {end for each in records for end in (each.recorded_at, each.superseded_at) if end is not None}

    def properties(self, node: str) -> Mapping[str, Property]:
        """The properties of a node as they are known; of one not known yet, the first that there were."""
        versions = self._nodes[node]
        return (version_at(versions, self.known_at) or versions[-1]).properties

    def customer_known(self, known_at: int) -> Mapping[str, Property]:
        """The properties of the customer as they were known at that instant, which is not before its own."""
        versions = self.history.nodes[self.customer]
        return (version_at(versions, known_at) or versions[-1]).properties

    def has_node(self, node: str) -> bool:
        """Does the node stand around the customer?"""
        return node in self._nodes

    def knows(self, node: str) -> bool:
        """Whether the node stands around the customer and was known then."""
        return node in self._nodes and version_at(self._nodes[node], self.known_at) is not None

    def has_scope(self, scope: str) -> bool:
        """Is it one of the scopes that may be asked about?"""
        return scope in self.scopes

    def name(self, node: str) -> str:
        """The name of a customer, partner or operator; its key where it has none."""
        return str(self.properties(node).get("name") or node.partition(":")[2])

    def names(self) -> dict[str, str]:
        """What every node around the customer is called: a subscription by its offer, an agreement by its type; else by the key."""
        called = {}
        for node in self._nodes:
            called[node] = name_of(node, self.properties(node))
        return called

    def by_name(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """Ordered by name, folded for case and accents, then by id."""
        return tuple(sorted(nodes, key=lambda node: (folded(self.name(node)), node)))

    @cached_property
    def cloud(self) -> Cloud:
        """The cloud of the customer's tenant."""
        return Cloud(str(self.properties(self.customer)["cloud"]))

    @property
    def operator(self) -> str:
        """The operator of the customer's cloud."""
        return OPERATOR_OF[self.cloud]

    @cached_property
    def subscriptions(self) -> tuple[str, ...]:
        """Those that the customer holds and that are not deleted, by id."""
        held = (end for type_, end in self._to if type_ is RelationshipType.HOLDS)
        return tuple(sorted(each for each in held if self.properties(each)["status"] != "deleted"))

    @property
    def shown_subscriptions(self) -> Iterable[str]:
        """The same without what stands for others' where only a part is seen."""
        return self.subscriptions

    @cached_property
    def agreements(self) -> tuple[str, ...]:
        """Those of any channel to which the customer is party, by id."""
        ends = (end for type_, end in self._to if type_ is RelationshipType.PARTY_TO)
        return tuple(sorted(end for end in ends if self.between(RelationshipType.PARTY_TO, self.customer, end)))

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """What an answer is given for: subscriptions, direct agreements, or the customer itself when it has neither."""
        direct = (each for each in self.agreements if self.properties(each)["channel"] == AgreementChannel.DIRECT)
        return (*self.subscriptions, *direct) or (self.customer,)

    @cached_property
    def stakes(self) -> Mapping[str, tuple[str, ...]]:
        """Partner -> the subscriptions among the scopes that it bills, or resells where no operator bills; by id."""
        stakes: dict[str, list[str]] = defaultdict(list)
        for subscription in self.subscriptions:
            if self.channel(subscription) is not Channel.DIRECT:
                for partner in {self.biller(subscription), *self.resellers(subscription)} - {None}:
                    stakes[str(partner)].append(subscription)
        return {partner: tuple(subscriptions) for partner, subscriptions in stakes.items()}

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Those that bill or resell one of its subscriptions, or are its reseller, by name."""
        return self.by_name({each.start for each in self._around() if each.type in TIES and not is_operator(each.start)})

    @cached_property
    def acquainted(self) -> tuple[str, ...]:
        """Every partner with a tie to the customer or its subscriptions, also a BILLS that ended: whoever may have a standing; by id."""
        near = {each.start for each in self._around()}
        near.update(each.start for subscription in self.subscriptions for each in self._ended_bills.get(subscription, ()))
        return tuple(sorted(each for each in near if each.startswith("partner:")))

    def ownership(self) -> tuple[Relationship, ...]:
        """All live ownership relationships around the customer, as one graph."""
        return tuple(each for each in self.relationships() if each.type in OWNERSHIP)

    def relationships(self) -> tuple[Relationship, ...]:
        """All live relationships around the customer: by type, then by the ids of their ends, then kind."""
        tied = set(self.partners)
        above = (each for reseller in tied for each in self.to(RelationshipType.PROVIDES_FOR, reseller) if each.start in tied)
        return tuple(sorted([*self._around(), *above], key=lambda each: (TYPE_ORDER[each.type], each.start, each.end, each.kind or "")))

    def _around(self) -> Iterator[Relationship]:
        """What ends at the customer, at a subscription that it holds, or at an agreement that it is party to."""
        shown = {self.customer, *self.subscriptions, *self.agreements}
        for (_, end), live in self._to.items():
            if end in shown:
                yield from live

    def at(self, valid_at: int, known_at: int) -> Self:
        """The same at another instant of the stretch of time in which the same facts hold."""
        if (valid_at, known_at) == (self.valid_at, self.known_at):
            return self
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, valid_at=valid_at, known_at=known_at)
        return other

    def live(self) -> Iterable[tuple[tuple[RelationshipType, str], Sequence[Relationship]]]:
        """All that is live, by type and end, in no order; what ends at one node by the id of its start, then kind."""
        return self._to.items()

    def formerly_billed(self) -> Iterator[Relationship]:
        """The last BILLS that ended, of each partner for each subscription of the customer; by subscription."""
        for subscription in self.subscriptions:
            for partner in dict.fromkeys(each.start for each in self._ended_bills.get(subscription, ())):
                last = self.last_bill(partner, subscription)
                if last is not None:
                    yield last


def name_of(node: str, properties: Mapping[str, Property]) -> str:
    """What a node is called: a subscription by its offer, an agreement by its type; by the key where it has no name."""
    return str(properties.get("name") or properties.get("offer") or properties.get("type") or node.partition(":")[2])


def situation(history: History, valid_at: int, known_at: int) -> Situation | None:
    """The situation of the customer; None when it was not known at `known_at`."""
    if version_at(history.nodes[history.customer], known_at) is None:
        return None
    return Situation(history, valid_at, known_at)
