"""What begins and ends, in its order."""

from policy.events import EventKind, events_of
from policy.facts import Relationship
from policy.instant import BEGINNING
from policy.terms import RelationshipType

BILLS = RelationshipType.BILLS


def bills(partner: str, since: int, until: int | None) -> Relationship:
    return Relationship(BILLS, f"partner:{partner}", "subscription:azure", None, since, until, 0, None, "")


def told(*relationships: Relationship) -> list[tuple[int, EventKind, str]]:
    return [(each.at, each.kind, each.relationship.start) for each in events_of(relationships)]


def test_at_a_transfer_the_former_biller_ends_before_the_next_begins() -> None:
    assert told(bills("fabrikam", 20, None), bills("northwind", 10, 20)) == [
        (10, EventKind.BEGINS, "partner:northwind"),
        (20, EventKind.ENDS, "partner:northwind"),
        (20, EventKind.BEGINS, "partner:fabrikam"),
    ]


def test_a_relationship_that_is_met_twice_is_told_once() -> None:
    assert told(bills("fabrikam", 10, None), bills("fabrikam", 10, None)) == [(10, EventKind.BEGINS, "partner:fabrikam")]


def test_of_what_is_told_without_a_beginning_there_is_no_event() -> None:
    """As of another partner, of whom a partner learns that there is one, and not since when."""
    assert told(bills("another", BEGINNING, None)) == []
