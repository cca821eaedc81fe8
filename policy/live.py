"""What is live at one instant among some relationships."""

from collections import defaultdict
from collections.abc import Iterable

from policy.facts import Relationship, Version
from policy.pairs import OF_A_PAIR
from policy.terms import Channel, RelationshipType

BILLS, RESELLS, HOLDS = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.HOLDS


class Live:
    """The relationships that are live at (valid_at, known_at), both in microseconds since 1970."""

    def __init__(self, relationships: Iterable[Relationship], valid_at: int, known_at: int) -> None:
        self.valid_at = valid_at
        self.known_at = known_at
        self._to: dict[tuple[RelationshipType, str], list[Relationship]] = defaultdict(list)
        self._ended: dict[str, list[Relationship]] = defaultdict(list)
        for each in relationships:
            if each.is_live(valid_at, known_at):
                self._to[each.type, each.end].append(each)
            elif each.type in OF_A_PAIR and each.valid_to is not None and each.valid_to <= valid_at and each.is_known(known_at):
                self._ended[each.end].append(each)
        for live in self._to.values():
            live.sort(key=lambda each: (each.start, each.kind or ""))

    def to(self, type_: RelationshipType, end: str) -> tuple[Relationship, ...]:
        """Those of a type that end at a node, by the id of their start, then kind."""
        return tuple(self._to.get((type_, end), ()))

    def between(self, type_: RelationshipType, start: str, end: str) -> tuple[Relationship, ...]:
        """Those of a type between two nodes; several only where their kinds differ."""
        return tuple(each for each in self._to.get((type_, end), ()) if each.start == start)

    def holder(self, subscription: str) -> str | None:
        """The customer that holds the subscription."""
        holds = self._to.get((HOLDS, subscription))
        return holds[0].start if holds else None

    def biller(self, subscription: str) -> str | None:
        """Who bills the subscription."""
        bills = self._to.get((BILLS, subscription))
        return bills[0].start if bills else None

    def channel(self, subscription: str) -> Channel:
        """How the subscription is sold by whoever bills it."""
        biller = self.biller(subscription)
        if biller is None:
            return Channel.UNBILLED
        return Channel.DIRECT if is_operator(biller) else Channel.CSP

    def resellers(self, subscription: str) -> tuple[str, ...]:
        """The partners that resell it, by id."""
        return tuple(each.start for each in self._to.get((RESELLS, subscription), ()))

    def supporters(self, subscription: str) -> tuple[str, ...]:
        """The partners that are its support contacts, by id."""
        return tuple(each.start for each in self._to.get((RelationshipType.SUPPORTS, subscription), ()))

    def last_bill(self, partner: str, subscription: str) -> Relationship | None:
        """The latest BILLS of the partner that ended at or before valid_at."""
        ended = [each for each in self._ended.get(subscription, ()) if each.type is BILLS and each.start == partner]
        return max(ended, key=lambda each: each.valid_to or 0, default=None)


def version_at(versions: Iterable[Version], known_at: int) -> Version | None:
    """The version of a node that was known then; None when there was none yet."""
    for version in versions:
        if version.recorded_at <= known_at and (version.superseded_at is None or known_at < version.superseded_at):
            return version
    return None


def is_operator(node: str) -> bool:
    """Is it an operator, and not a partner?"""
    return node.startswith("operator:")
