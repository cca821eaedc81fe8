"""
What a partner may see of a world, by the words of the promise alone: the test's own idea, which shares nothing with the service.

A partner sees a customer where and while it has a live relationship with it, as it was known until that relationship ended or was first
recorded, whichever is later. There it sees its own, Microsoft's, and of others that there is one. Worlds of the same sight are alike to it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.isolation.world import FIRST, World
from tests.oracle.acceptance import FOREVER, Tie
from tests.oracle.book import Row

OF_SUBSCRIPTION = {"BILLS", "RESELLS", "SUPPORTS"}
OF_CUSTOMER = {"RESELLER_FOR", "ADMINISTERS"}
SELLS = {"BILLS", "RESELLS"}


def ended(known_at: datetime, *ties: Tie) -> datetime:
    """When these have ended that hold together, as known then; the start of the record, if that is later than the end of the validity."""
    valid = max([min(tie.valid_to or FOREVER for tie in ties), *(tie.recorded_at for tie in ties)])
    superseded = [tie.superseded_at for tie in ties if tie.superseded_at is not None and tie.superseded_at <= known_at]
    return min([valid, *superseded])


def together(known_at: datetime, one: Tie, other: Tie) -> bool:
    """Did the two ever hold at one instant, as known at one instant?"""
    valid = one.valid_from < (other.valid_to or FOREVER) and other.valid_from < (one.valid_to or FOREVER)
    until = [tie.superseded_at if tie.superseded_at and tie.superseded_at <= known_at else FOREVER for tie in (one, other)]
    return valid and one.recorded_at < until[1] and other.recorded_at < until[0]


def known(tie: Tie, at: datetime) -> bool:
    return tie.recorded_at <= at < (tie.superseded_at or FOREVER)


def live(tie: Tie, at: datetime) -> bool:
    return tie.valid_from <= at < (tie.valid_to or FOREVER)


class Sight:
    """What one partner sees of a world as known at one instant, of what may be asked then and now."""

    def __init__(self, world: World, viewer: str, known_at: datetime) -> None:
        self.world = world
        self.viewer = viewer
        self.known_at = known_at
        self.own = [tie for tie in world.ties if tie.source == viewer and tie.recorded_at <= known_at]
        self.at_subscriptions = [tie for tie in self.own if tie.type in OF_SUBSCRIPTION]
        self.holds = [tie for tie in world.ties if tie.type == "HOLDS" and tie.recorded_at <= known_at]

    @cached_property
    def until(self) -> dict[str, datetime]:
        """Customer or subscription -> until when the viewer saw it."""
        until: dict[str, datetime] = {}
        for tie in self.own:
            if tie.type in OF_CUSTOMER | OF_SUBSCRIPTION:
                until[tie.target] = max(ended(self.known_at, tie), until.get(tie.target, tie.recorded_at))
        for tie in self.at_subscriptions:
            for holds in self.holds:
                if holds.target == tie.target and together(self.known_at, tie, holds):
                    until[holds.source] = max(ended(self.known_at, tie, holds), until.get(holds.source, tie.recorded_at))
        return until | {node: max(end, until.get(node, end)) for node, end in self._of_operators(until)}

    def _of_operators(self, until: dict[str, datetime]) -> Iterator[tuple[str, datetime]]:
        """The same for the operators' subscriptions and the agreements around those customers."""
        customers = {node: end for node, end in until.items() if node.startswith("customer:")}
        ends: dict[str, datetime] = {}
        for tie in self.world.ties:
            if tie.recorded_at <= self.known_at and tie.source in customers and tie.type in {"HOLDS", "PARTY_TO"}:
                sold = [each for each in self.world.ties if each.target == tie.target and each.source.startswith("operator:")]
                bills = [ended(self.known_at, each) for each in sold if each.type == "BILLS" and each.recorded_at <= self.known_at]
                until_then = [min(customers[tie.source], end) for end in (bills if tie.type == "HOLDS" else [FOREVER])]
                if until_then:
                    ends[tie.target] = max(*until_then, ends.get(tie.target, until_then[0]))
        yield from ends.items()

    def cut(self, node: str) -> datetime:
        """The latest knowledge of a node and what is around it that the viewer has."""
        return min(self.known_at, self.until[node])

    def customers(self, valid_at: datetime) -> dict[str, Any]:
        """Each customer that is seen at that instant, with all that is seen around it."""
        found = {}
        for customer in self.until:
            if customer.startswith("customer:") and (seen := self.around(customer, valid_at)) is not None:
                found[customer] = seen
        return found

    def around(self, customer: str, valid_at: datetime) -> dict[str, Any] | None:
        """All that is seen around a customer; None where it is not seen."""
        cut = self.cut(customer)
        lives = [tie for tie in self.world.ties if live(tie, valid_at) and known(tie, self.known_at if tie.source == self.viewer else cut)]
        held = [tie for tie in lives if tie.type == "HOLDS" and tie.source == customer and not self.is_hidden(tie, cut)]
        near = {tie.target for tie in held} | {customer}
        own = [tie for tie in lives if tie.source == self.viewer and tie.target in near]
        if not own:
            return None
        former = [
            tie
            for tie in self.at_subscriptions
            if tie.type == "BILLS" and known(tie, self.known_at) and (tie.valid_to or FOREVER) <= valid_at
        ]
        ours = {tie.target for tie in own} | ({tie.target for tie in former} & near)
        direct = {tie.target for tie in lives if tie.type == "BILLS" and tie.source.startswith("operator:") and tie.target in near}
        shown = (ours | direct) - {customer}
        return {
            "face": self.world.face(customer, cut),
            "own": sorted(map(repr, own + [tie for tie in former if tie.target in shown])),
            "shown": {each: self.subscription(customer, each, lives, cut) for each in shown},
            "agreements": dict(self.agreements(customer, lives, ours, cut)),
            "related": any(tie.type == "RESELLER_FOR" and tie.source != self.viewer and tie.target == customer for tie in lives),
            "providing": self.providing(lives, shown),
            "pairs": self.pairs(customer, valid_at, cut),
            "hidden": self.hidden(lives, near - shown - {customer}),
        }

    def subscription(self, customer: str, subscription: str, lives: list[Tie], cut: datetime) -> Any:  # noqa: ANN401
        """What is seen of a subscription of its own or the operator's."""
        at = [tie for tie in lives if tie.target == subscription]
        plain = [tie for tie in at if (tie.type == "HOLDS" and tie.source == customer) or tie.source.startswith("operator:")]
        others = {tie.type for tie in at if tie.type in SELLS and tie.source.startswith("partner:") and tie.source != self.viewer}
        return self.world.face(subscription, self.cut(subscription)), [told(tie, cut) for tie in plain], others

    def agreements(self, customer: str, lives: list[Tie], ours: set[str], cut: datetime) -> Iterator[tuple[str, Any]]:
        """The direct agreements of the customer, and those that govern what is the viewer's."""
        for party in lives:
            if party.type == "PARTY_TO" and party.source == customer:
                face = self.world.face(party.target, cut)
                governs = [told(tie, cut) for tie in lives if tie.source == party.target and tie.target in ours]
                if face["channel"] == "DIRECT" or governs:
                    operators = [told(tie, cut) for tie in lives if tie.target == party.target and tie.source.startswith("operator:")]
                    yield party.target, (face, told(party, cut), governs, operators)

    def providing(self, lives: list[Tie], shown: set[str]) -> tuple[bool, bool]:
        """Does whoever bills provide for the viewer that resells it; does the viewer that bills provide for who resells it?"""
        provides = {(tie.source, tie.target) for tie in lives if tie.type == "PROVIDES_FOR"}
        sold = [
            (bills.source, resells.source)
            for bills in lives
            for resells in lives
            if bills.type == "BILLS" and resells.type == "RESELLS" and bills.target == resells.target and bills.target in shown
        ]
        below = any(pair in provides and pair[1] == self.viewer for pair in sold)
        return below, any(pair in provides and pair[0] == self.viewer for pair in sold)

    def is_hidden(self, holds: Tie, cut: datetime) -> bool:
        """Is what is held deleted, and without an end?"""
        return holds.valid_to is None and self.world.face(holds.target, cut)["status"] == "deleted"

    def pairs(self, customer: str, valid_at: datetime, cut: datetime) -> Any:  # noqa: ANN401
        """What the viewer, and the operators, ever sold to the customer, whether another billed it then, and since when it is deleted."""
        there = [
            tie for tie in self.world.ties if tie.valid_from <= valid_at and known(tie, self.known_at if tie.source == self.viewer else cut)
        ]
        found = []
        for holds in there:
            if holds.type == "HOLDS" and holds.source == customer:
                at = [tie for tie in there if tie.target == holds.target and tie.type in SELLS]
                sales = [tie for tie in at if tie.source == self.viewer or tie.source.startswith("operator:")]
                billed = [(tie.valid_from, tie.valid_to) for tie in at if tie.type == "BILLS" and tie not in sales]
                is_resold = any(tie.type == "RESELLS" for tie in sales)
                if sales:
                    told_of = sorted(repr(told(tie, cut)) for tie in (holds, *sales))
                    found.append((told_of, sorted(map(repr, billed)) if is_resold else [], self.deletions(holds.target, cut)))
        return sorted(found, key=repr)

    def deletions(self, node: str, cut: datetime) -> list[tuple[datetime, bool]]:
        """Since when a node was deleted, or not, as it was known."""
        known_as = self.world.nodes[node]
        since = [FIRST, *(each.until for each in known_as)]
        return [(begin, each.row["status"] == "deleted") for begin, each in zip(since, known_as, strict=False) if begin <= cut]

    def hidden(self, lives: list[Tie], others: set[str]) -> str:
        """What is held of others, as one: billed by a partner, resold, or neither."""
        types = {tie.type for tie in lives if tie.target in others and tie.source.startswith("partner:")}
        return "nothing" if not others else "billed" if "BILLS" in types else "resold" if "RESELLS" in types else "unbilled"

    def roles(self, valid_at: datetime) -> Any:  # noqa: ANN401
        """What the viewer is to others, where it sells."""
        found = {
            tie.type + tie.source.partition(":")[0]
            for tie in self.own
            if tie.type == "PROVIDES_FOR" and live(tie, valid_at) and known(tie, self.known_at)
        }
        found |= {
            "PROVIDED"
            for tie in self.world.ties
            if tie.type == "PROVIDES_FOR" and tie.target == self.viewer and live(tie, valid_at) and known(tie, self.known_at)
        }
        for own in self.own:
            if own.type in SELLS and live(own, valid_at) and known(own, self.known_at):
                cut = min(self.known_at, ended(self.known_at, own))
                others = {
                    tie.type
                    for tie in self.world.ties
                    if tie.target == own.target and tie.source.startswith("partner:") and tie.source != self.viewer
                    and tie.type in SELLS and live(tie, valid_at) and known(tie, cut)
                }  # fmt: skip
                holds = [tie for tie in self.holds if tie.target == own.target and live(tie, valid_at) and known(tie, cut)]
                is_hidden = self.world.face(own.target, cut)["status"] == "deleted" and not any(tie.valid_to for tie in holds)
                found.add(f"{own} {is_hidden} {others}")
        return found

    def history(self, customer: str, subscription: str) -> Any:  # noqa: ANN401
        """Of a subscription that is seen now: the customer's and the operator's records, and which others there ever were."""
        at = [tie for tie in self.world.ties if tie.target == subscription]
        agreements = {tie.target for tie in self.world.ties if tie.type == "PARTY_TO" and tie.source == customer}
        told_of = [tie for tie in at if tie.source == customer or tie.source.startswith("operator:") or tie.source in agreements]
        return told_of, {tie.type for tie in at if tie.type in SELLS and tie.source.startswith("partner:") and tie.source != self.viewer}

    def faces(self, nodes: set[str]) -> dict[str, Row]:
        """What nodes that were seen at some instant are shown as now."""
        return {node: self.world.face(node, self.cut(node)) for node in nodes if node in self.until}


def told(tie: Tie, cut: datetime) -> Tie:
    """A record as it was known."""
    return tie if tie.superseded_at is None or tie.superseded_at <= cut else replace(tie, superseded_at=None)


def sight(world: World, viewer: str, grid: list[datetime], now: datetime) -> dict[Any, Any]:
    """All that the partner may see of it, at every one of these instants on either axis; two worlds are alike to it where it is equal."""
    found: dict[Any, Any] = {}
    asked: set[str] = set()
    for known_at in grid:
        if known_at <= now:
            at = Sight(world, viewer, known_at)
            for valid_at in grid:
                found[valid_at, known_at] = customers = at.customers(valid_at)
                found["roles", valid_at, known_at] = at.roles(valid_at)
                asked |= {*customers, *(each for seen in customers.values() for each in (*seen["shown"], *seen["agreements"]))}
    today = Sight(world, viewer, now)
    found["own"] = {repr(tie) for tie in today.own if tie.type != "PROVIDES_FOR"}
    found["faces"] = today.faces(asked | {tie.target for tie in today.at_subscriptions}), world.nodes[viewer]
    found["histories"] = {each: today.history(customer, each) for customer, seen in today.customers(now).items() for each in seen["shown"]}
    return found


def sight_of_customer(world: World, customer: str) -> Any:  # noqa: ANN401
    """All that a customer may see: what is around it, but for what befell its subscriptions after it held them."""
    holds = [tie for tie in world.ties if tie.type == "HOLDS" and tie.source == customer]
    agreements = {tie.target for tie in world.ties if tie.type == "PARTY_TO" and tie.source == customer}
    near = [
        tie
        for tie in world.ties
        if customer in {tie.source, tie.target}
        or (tie.target in agreements and tie.source.startswith("operator:"))
        or (tie.type != "HOLDS" and any(each.target == tie.target and befell(tie, each) for each in holds))
    ]
    sellers = {tie.source for tie in near if tie.type in SELLS | {"RESELLER_FOR"}}
    near += [tie for tie in world.ties if tie.type == "PROVIDES_FOR" and {tie.source, tie.target} <= sellers]
    nodes = {customer} | {end for tie in near for end in (tie.source, tie.target)}
    return sorted(map(repr, near)), {node: world.nodes[node] for node in nodes if node in world.nodes}


def befell(tie: Tie, holds: Tie) -> bool:
    return tie.valid_from < (holds.valid_to or FOREVER) and tie.recorded_at < (holds.superseded_at or FOREVER)
