"""What the oracle makes of a transfer, worked by hand from section 1 of policy.md."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.oracle.acceptance import World
from tests.oracle.changes import applied, known_from
from tests.oracle.few_ties import world_of

LOADED, APPLIED = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
NEXT_DAY = datetime(2024, 7, 2, tzinfo=UTC)


def transferred(world: World, to: str, completed_at: str = "2024-07-01T12:30:00Z") -> World:
    given: dict[str, Any] = {"subscriptions": ["subscription:1"], "to": to, "completedAt": completed_at}
    outcome = applied(known_from(world, LOADED), [{"transferBilling": given}], APPLIED)
    assert not outcome.faults
    return outcome.world


def ends(world: World) -> dict[str, datetime | None]:
    """When each believed tie to the subscription ends."""
    return {f"{tie.source} {tie.type}": tie.valid_to for tie in world.ties if tie.superseded_at is None and tie.target == "subscription:1"}


@pytest.mark.parametrize(("to", "end"), [("partner:q", NEXT_DAY), ("operator:microsoft", None)])
@pytest.mark.parametrize("channel", ["DIRECT", "CSP"])
def test_a_transfer_to_a_partner_ends_what_a_direct_agreement_governs(to: str, end: datetime | None, channel: str) -> None:
    """Section 1: "and, if the new biller is a partner, the live GOVERNS of direct agreements on it"."""
    world = world_of("c HOLDS 1", "p BILLS 1", "r RESELLS 1", "s SUPPORTS 1", "ea GOVERNS 1", ea=channel)

    found = ends(transferred(world, to))

    assert found == {
        "customer:c HOLDS": None,
        "partner:p BILLS": NEXT_DAY,
        "partner:r RESELLS": NEXT_DAY,
        "partner:s SUPPORTS": NEXT_DAY,
        "agreement:ea GOVERNS": end if channel == "DIRECT" else None,
        f"{to} BILLS": None,
    }


def test_a_licence_moves_at_the_next_midnight_also_when_completed_at_one() -> None:
    """Section 1: "the start of the next UTC day (also when completed exactly at midnight)"."""
    found = ends(transferred(world_of("c HOLDS 1", "p BILLS 1"), "partner:q", "2024-07-01T00:00:00Z"))

    assert found["partner:p BILLS"] == NEXT_DAY
