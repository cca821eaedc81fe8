"""What is live around one customer at one instant: policy.md sections 1 to 3."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Self

from policy.collation.folding import folded
from policy.facts import History, Property, Relationship, Version
from policy.live import Live, is_operator, version_at
from policy.pairs import DELETED, OF_A_PAIR, Pair, Pairs, deleted_since, pairs_that_count
from policy.rules import Rules
from policy.terms import OWNERSHIP, AgreementChannel, BillingOperator, Channel, Cloud, Hidden, RelationshipType

OPERATOR_OF: Final = {cloud: "operator:21vianet" if cloud is Cloud.CHINA else "operator:microsoft" for cloud in Cloud}
TYPE_ORDER: Final = {type_: place for place, type_ in enumerate(RelationshipType)}
ENDING: Final = frozenset({"expired", "disabled"})
"""The statuses of a subscription between its term and its deletion."""
NO_PAIRS: Final[Pairs] = MappingProxyType({})
TIES: Final = frozenset({RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.RESELLER_FOR})


class Situation(Live):
    """
    The facts of a customer as they are live at (valid_at, known_at), both in microseconds since 1970.

    Properties of nodes are those known at `known_at`; they hold for every valid_at.

    rules: how the policy that will judge takes the facts
    """

    is_whole = True
    """Is all of it there, and not only what a caller sees?"""

    def __init__(self, history: History, valid_at: int, known_at: int, rules: Rules) -> None:
        super().__init__(history.relationships, valid_at, known_at)
        self.rules = rules
        self.history = history
        self.customer = history.customer
        self._nodes = history.nodes
        self._recorded = history.relationships
        self._channels: dict[str, Channel] = {}
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

    def shows(self, scope: str) -> bool:  # noqa: ARG002 - a part of it may be all that is seen
        """May it be asked about, if it is a scope?"""
        return True

    def is_governed(self, scope: str) -> bool:
        """Is it a subscription that is DIRECT by an agreement alone?"""
        return self.biller(scope) != self.operator and scope in self.subscriptions and self.governing(scope) is not None

    def ends(self, scope: str) -> bool:
        """Is it a subscription that is billed no more and not deleted yet?"""
        return scope in self.subscriptions and self.properties(scope)["status"] in ENDING

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
        """Those that the customer holds and that are not hidden as deleted, by id."""
        held = (end for type_, end in self._to if type_ is RelationshipType.HOLDS)
        return tuple(sorted(each for each in held if not self._is_hidden(each)))

    def _is_hidden(self, held: str) -> bool:
        is_deleted = self.properties(held)["status"] == DELETED
        if not is_deleted or self.rules.deleted_hides is Hidden.ALL:
            return is_deleted
        return any(each.valid_to is None for each in self.to(RelationshipType.HOLDS, held))

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
        return (*self.subscriptions, *self.direct_agreements) or (self.customer,)

    @cached_property
    def direct_agreements(self) -> tuple[str, ...]:
        """Those of channel DIRECT to which the customer is party, by id."""
        return tuple(each for each in self.agreements if self.properties(each)["channel"] == AgreementChannel.DIRECT)

    def channel(self, subscription: str) -> Channel:
        """How the subscription is sold to this customer."""
        found = self._channels.get(subscription)
        if found is None:
            found = self._channels[subscription] = self._channel(subscription)
        return found

    def _channel(self, subscription: str) -> Channel:
        biller = self.biller(subscription)
        if biller is not None and not is_operator(biller):
            return Channel.CSP
        if biller is not None and (biller == self.operator or self.rules.billing_operator is BillingOperator.ANY):
            return Channel.DIRECT
        return Channel.UNBILLED if self.governing(subscription) is None else Channel.DIRECT

    def governing(self, subscription: str) -> str | None:
        """The first by id of the customer's direct agreements that govern a subscription, where that says how it is sold."""
        if not self.rules.channel_by_agreement:
            return None
        governs = self.to(RelationshipType.GOVERNS, subscription)
        return next((each.start for each in governs if each.start in self.direct_agreements), None)

    def closing_scopes(self, who: str) -> tuple[str, ...]:
        """The subscriptions that are no scope of the customer any more, but still of that communicator; by id."""
        return self.closing.get(who, ())

    @cached_property
    def closing(self) -> Mapping[str, tuple[str, ...]]:
        """Communicator -> its closing scopes."""
        found: dict[str, list[str]] = defaultdict(list)
        if self.rules.closing_categories:
            for subscription, pairs in sorted(self._pairs.items()):
                if subscription not in self.subscriptions:
                    for who in dict.fromkeys(start for start, _ in pairs):
                        found[who].append(subscription)
        return {who: tuple(subscriptions) for who, subscriptions in found.items()}

    def past_sale(self, who: str, type_: RelationshipType, subscription: str) -> Pair | None:
        """By which BILLS or RESELLS somebody sold the subscription that does not any more, as far as that counts."""
        pair = self._pairs.get(subscription, NO_PAIRS).get((who, type_))
        return pair if pair is not None and self._is_past(pair) else None

    def _is_past(self, pair: Pair) -> bool:
        """Does its communicator sell that subscription no more?"""
        return self.rules.closing_months is None or not self.between(pair.sale.type, pair.sale.start, pair.sale.end)

    def pair(self, who: str, subscription: str) -> Pair | None:
        """The pair of somebody on a subscription that counts, by BILLS if there is one."""
        pairs = self._pairs.get(subscription, NO_PAIRS)
        return pairs.get((who, RelationshipType.BILLS)) or pairs.get((who, RelationshipType.RESELLS))

    def pairs(self) -> Iterator[Pair]:
        """Every pair that counts and gives a standing: by subscription, communicator, then type."""
        for subscription, pairs in sorted(self._pairs.items()):
            is_scope = subscription in self.subscriptions
            yield from (pair for _, pair in sorted(pairs.items()) if not is_scope or self._is_past(pair))

    @cached_property
    def _pairs(self) -> Mapping[str, Pairs]:
        months = self.rules.closing_months
        if months is None:
            return self._ended_bills()
        hidden = {end for type_, end in self._to if type_ is RelationshipType.HOLDS} - set(self.subscriptions)
        found = {}
        for subscription in {*self._ended, *hidden}:
            live = [each for type_ in OF_A_PAIR for each in self.to(type_, subscription)]
            records = [each for each in (*self._ended.get(subscription, ()), *live) if self._may_pair(each)]
            since = deleted_since(self._nodes[subscription], self.known_at)
            if pairs := pairs_that_count(records, self.valid_at, since, months):
                found[subscription] = pairs
        return found

    def _may_pair(self, record: Relationship) -> bool:
        return record.start in {self.customer, self.operator} or record.start.startswith("partner:")

    def _ended_bills(self) -> Mapping[str, Pairs]:
        """Where nothing closes: whoever billed, for whomever, beside the customer's HOLDS of now."""
        found: dict[str, dict[tuple[str, RelationshipType], Pair]] = {}
        for subscription in self.subscriptions:
            holds = self.between(RelationshipType.HOLDS, self.customer, subscription)
            for partner in {each.start for each in self._ended.get(subscription, ()) if each.type is RelationshipType.BILLS}:
                last = self.last_bill(partner, subscription)
                if last is not None and holds:
                    found.setdefault(subscription, {})[partner, RelationshipType.BILLS] = Pair(last, holds[0], last.valid_to or 0)
        return found

    @cached_property
    def stakes(self) -> Mapping[str, tuple[str, ...]]:
        """Partner -> the subscriptions among the scopes that it bills, or resells where the channel is not DIRECT; by id."""
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
        """Every partner with a tie to the customer or its subscriptions, also one that ended: whoever may have a standing; by id."""
        near = {each.start for each in self._around()} | {who for pairs in self._pairs.values() for who, _ in pairs}
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


def name_of(node: str, properties: Mapping[str, Property]) -> str:
    """What a node is called: a subscription by its offer, an agreement by its type; by the key where it has no name."""
    return str(properties.get("name") or properties.get("offer") or properties.get("type") or node.partition(":")[2])


def situation(history: History, valid_at: int, known_at: int, rules: Rules) -> Situation | None:
    """The situation of the customer, by the rules of a policy; None when it was not known at `known_at`."""
    if version_at(history.nodes[history.customer], known_at) is None:
        return None
    return Situation(history, valid_at, known_at, rules)
