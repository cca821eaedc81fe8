"""Which nodes a relationship of each type may join: the table in section 2 of policy.md."""

from types import MappingProxyType
from typing import NamedTuple

from policy.terms import RelationshipType


class Ends(NamedTuple):
    """The kinds of node that a relationship may start from, and the one that it leads to."""

    start: tuple[str, ...]
    end: str


ENDS = MappingProxyType(
    {
        RelationshipType.HOLDS: Ends(("customer",), "subscription"),
        RelationshipType.BILLS: Ends(("partner", "operator"), "subscription"),
        RelationshipType.RESELLS: Ends(("partner",), "subscription"),
        RelationshipType.PROVIDES_FOR: Ends(("partner",), "partner"),
        RelationshipType.RESELLER_FOR: Ends(("partner",), "customer"),
        RelationshipType.PARTY_TO: Ends(("customer", "operator"), "agreement"),
        RelationshipType.GOVERNS: Ends(("agreement",), "subscription"),
        RelationshipType.ADMINISTERS: Ends(("partner",), "customer"),
        RelationshipType.SUPPORTS: Ends(("partner",), "subscription"),
    }
)
