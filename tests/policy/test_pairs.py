"""Who sold a subscription once: until when that counts, and by which records it is shown."""

from datetime import UTC, datetime

import pytest

from policy.facts import Relationship, Version
from policy.instant import instant_of
from policy.pairs import Pair, deleted_since, months_after, pairs_that_count
from policy.terms import RelationshipType

BILLS, RESELLS, HOLDS = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.HOLDS


def at(text: str) -> int:
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def record(type_: RelationshipType, start: str, since: str = "2020-01-01", until: str | None = None) -> Relationship:
    return Relationship(type_, start, "subscription:office", None, at(since), None if until is None else at(until), 0, None, "")


def counting(*records: Relationship, on: str, deleted: str | None = None) -> dict[str, Pair]:
    found = pairs_that_count(records, at(on), None if deleted is None else at(deleted), 12)
    return {f"{who} {type_}": pair for (who, type_), pair in found.items()}


HELD = record(HOLDS, "customer:contoso")
BILLED = record(BILLS, "partner:fabrikam", until="2024-02-29T10:00")


@pytest.mark.parametrize(
    ("instant", "later"),
    [("2024-02-29T10:00", "2025-02-28T10:00"), ("2023-02-28", "2024-02-28"), ("2024-12-31T23:59", "2025-12-31T23:59")],
)
def test_a_year_later_is_the_same_day_and_time_and_of_a_leap_day_the_last_of_february(instant: str, later: str) -> None:
    assert months_after(at(instant), 12) == at(later)


def test_past_the_last_year_there_is_no_later() -> None:
    assert months_after(at("9999-06-01"), 12) > at("9999-12-31")


def test_a_pair_counts_up_to_the_instant_a_year_after_its_end() -> None:
    assert counting(HELD, BILLED, on="2025-02-28T09:59") == {"partner:fabrikam BILLS": Pair(BILLED, HELD, at("2024-02-29T10:00"))}
    assert counting(HELD, BILLED, on="2025-02-28T10:00") == {}


def test_a_pair_ends_with_whatever_ends_first() -> None:
    """The sale, the HOLDS, or what is recorded of the deletion."""
    gone = record(HOLDS, "customer:contoso", until="2023-06-01")
    on = "2024-05-31"

    assert counting(gone, BILLED, on=on)["partner:fabrikam BILLS"].end == at("2023-06-01")
    assert counting(HELD, BILLED, on=on, deleted="2023-07-01")["partner:fabrikam BILLS"].end == at("2023-07-01")
    assert counting(HELD, BILLED, on=on, deleted="2023-05-31") == {}


def test_what_never_held_at_one_instant_is_no_pair() -> None:
    after = record(HOLDS, "customer:contoso", since="2024-02-29T10:00")

    assert counting(after, BILLED, on="2024-06-01") == {}


def test_a_reseller_has_a_pair_only_beside_another_partner_that_bills_at_the_same_time() -> None:
    resold = record(RESELLS, "partner:litware", until="2024-03-01")
    own, microsoft = record(BILLS, "partner:litware"), record(BILLS, "operator:microsoft")
    later = record(BILLS, "partner:fabrikam", since="2024-03-01")

    assert counting(HELD, resold, BILLED, on="2025-02-28T09:59")["partner:litware RESELLS"] == Pair(resold, HELD, at("2024-02-29T10:00"))
    assert "partner:litware RESELLS" not in counting(HELD, resold, own, on="2024-06-01")
    assert "partner:litware RESELLS" not in counting(HELD, resold, microsoft, on="2024-06-01")
    assert "partner:litware RESELLS" not in counting(HELD, resold, later, on="2024-06-01")


def test_of_several_pairs_the_one_that_ended_last_is_shown_then_the_later_sale() -> None:
    early, late = record(BILLS, "partner:fabrikam", until="2021-01-01"), record(BILLS, "partner:fabrikam", since="2022-01-01")
    first, second = record(HOLDS, "customer:contoso", until="2023-01-01"), record(HOLDS, "customer:contoso", since="2023-01-01")

    assert counting(early, late, first, on="2023-06-01")["partner:fabrikam BILLS"] == Pair(late, first, at("2023-01-01"))
    assert counting(late, first, second, on="2023-06-01")["partner:fabrikam BILLS"].holds == second


def test_a_subscription_is_deleted_since_the_first_of_the_versions_that_never_said_otherwise_again() -> None:
    versions = [
        Version(50, None, {"status": "deleted", "offer": "B"}),
        Version(40, 50, {"status": "deleted", "offer": "A"}),
        Version(30, 40, {"status": "active"}),
        Version(20, 30, {"status": "deleted"}),
    ]

    assert [deleted_since(versions, known_at) for known_at in (10, 20, 29, 30, 39, 40, 60)] == [None, 20, 20, None, None, 40, 40]
