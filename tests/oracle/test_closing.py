"""The oracle on what version 2 of policy.md brought: pairs, closing scopes, governed subscriptions; worked by hand as well."""

from datetime import UTC, datetime

import pytest

from tests.oracle.few_ties import MICROSECOND, NOW, TRANSFER, rulings, says, standing, steps, world_of
from tests.oracle.oracle import candidates, permitted_communicators
from tests.oracle.table import CATEGORIES
from tests.oracle.view import NotFound, View


def test_a_pair_counts_until_the_same_instant_a_year_later() -> None:
    """Section 3: "`validAt` < e + 12 months (same day and time a year later, in UTC; 29 February: 28 February …)"."""
    world = world_of("c HOLDS 1", f"p BILLS 1 - {TRANSFER.isoformat()}", f"q BILLS 1 {TRANSFER.isoformat()}")
    over = datetime(2025, 7, 1, 12, 30, tzinfo=UTC)
    assert [standing(says(world, "p", "BILLING", at=at)) for at in (over - MICROSECOND, over)] == ["FORMER_BILLER", "NONE"]

    leap = world_of("c HOLDS 1", "p BILLS 1 - 2024-02-29T10:00", "q BILLS 1 2024-02-29T10:00")
    over = datetime(2025, 2, 28, 10, tzinfo=UTC)
    assert [standing(says(leap, "p", "BILLING", at=at)) for at in (over - MICROSECOND, over)] == ["FORMER_BILLER", "NONE"]


def test_whose_subscription_ended_closes_it_in_a_scope_of_its_own() -> None:
    """Section 3: the customer scope stands beside it, and only BILLING and ENDING have such a scope."""
    world = world_of("c HOLDS 1 - 2025-10-01", "p BILLS 1 - 2025-10-01", "microsoft BILLS 2 - 2025-11-01", "c HOLDS 2 - 2025-10-15")

    assert rulings(says(world, "p", "ENDING")) == [("c", "NONE", "NOT_STATED"), ("1", "CLOSING_PARTNER", "PERMITTED")]
    assert rulings(says(world, "p", "GENERAL")) == [("c", "NONE", "NOT_STATED")]
    operator = says(world, "microsoft", "BILLING")
    assert rulings(operator) == [("c", "OPERATOR_ONLY", "NOT_STATED"), ("2", "OPERATOR_CLOSING", "PERMITTED")]
    assert (operator.verdict, operator.permitted, operator.everywhere, operator.permitted_in) == (
        "PERMITTED",
        True,
        False,
        ("subscription:2",),
    )
    assert steps(says(world, "p", "BILLING", "1")) == ["p BILLS 1", "c HOLDS 1"]
    for who, category in (("p", "GENERAL"), ("q", "BILLING"), ("microsoft", "BILLING")):
        with pytest.raises(NotFound):
            says(world, who, category, "1")
    listed = permitted_communicators(View(world, NOW), "customer:c", "BILLING", "subscription:1")
    assert [each.communicator for each in listed] == ["partner:p"]
    assert candidates(View(world, NOW), "customer:c") == ["operator:microsoft", "partner:p"]
    with pytest.raises(NotFound):
        permitted_communicators(View(world, NOW), "customer:c", "GENERAL", "subscription:1")


def test_a_pair_by_resells_needs_the_bills_of_another_partner_at_the_same_instant() -> None:
    """Section 3: and its end is the earliest of all three."""
    touching = world_of("c HOLDS 1", "q RESELLS 1 - 2025-03-01", "p BILLS 1 2025-03-01")
    assert standing(says(touching, "q", "BILLING")) == "NONE"
    own = world_of("c HOLDS 1", "q RESELLS 1 - 2025-03-01", "q BILLS 1 - 2025-02-01", "p BILLS 1 2025-03-01")
    assert standing(says(own, "q", "BILLING")) == "FORMER_BILLER"
    full = world_of("c HOLDS 1", "q RESELLS 1 - 2025-03-01", "p BILLS 1 - 2025-02-01")
    assert standing(says(full, "q", "BILLING")) == "FORMER_RESELLER"
    assert [
        standing(says(full, "q", "BILLING", at=datetime(2026, 2, 1, tzinfo=UTC) + each)) for each in (-MICROSECOND, 0 * MICROSECOND)
    ] == [
        "FORMER_RESELLER",
        "NONE",
    ]
    assert steps(says(full, "q", "BILLING")) == ["q RESELLS 1", "c HOLDS 1"]


def test_deleted_hides_what_has_no_end_and_its_past_closes_when_it_was_recorded() -> None:
    """Section 1 and 3: a HOLDS with an end keeps its past; the load recorded the status at NOW."""
    hidden = world_of("c HOLDS 1", "p BILLS 1", s1="deleted")
    kept = world_of("c HOLDS 1 - 2026-06-01", "p BILLS 1", s1="deleted")
    assert rulings(says(kept, "p", "ENDING")) == [("1", "DIRECT_BILLER", "EXPECTED")]
    year_later = datetime(2027, 1, 1, tzinfo=UTC)
    assert rulings(says(hidden, "p", "ENDING", at=year_later - MICROSECOND)) == [
        ("c", "NONE", "NOT_STATED"),
        ("1", "CLOSING_PARTNER", "PERMITTED"),
    ]
    assert rulings(says(hidden, "p", "ENDING", at=year_later)) == [("c", "NONE", "NOT_STATED")]


def test_a_direct_agreement_makes_what_it_governs_direct_until_a_partner_bills_it() -> None:
    """Section 3; and another cloud's operator does not bill it."""
    ties = ("c HOLDS 1", "c PARTY_TO ea", "microsoft PARTY_TO ea", "ea GOVERNS 1", "21vianet BILLS 1")
    given = says(world_of(*ties), "microsoft", "BILLING", "1")
    assert rulings(given) == [("1", "OPERATOR_DIRECT", "EXPECTED")]
    assert given.rulings[0].interpretations == ("governed-by-direct-agreement",)
    assert steps(given) == ["ea GOVERNS 1", "c PARTY_TO ea", "microsoft PARTY_TO ea", "c HOLDS 1"]
    assert says(world_of(*ties), "microsoft", "MARKETING", "1").rulings[0].interpretations == (
        "continuing-is-no-duty-to-offer",
        "governed-by-direct-agreement",
    )
    billed = says(world_of(*ties[:-1], "p BILLS 1"), "microsoft", "BILLING", "1")
    assert rulings(billed) == [("1", "OPERATOR_OF_CSP", "PROHIBITED")]
    foreign = says(world_of("c HOLDS 1", "21vianet BILLS 1"), "microsoft", "BILLING")
    assert rulings(foreign) == [("1", "OPERATOR_UNBILLED", "UNKNOWN")]


def test_the_last_biller_of_what_expired_is_said_to_be_it() -> None:
    """Section 5: of the operator only where it is forbidden."""
    world = world_of("c HOLDS 1", "p BILLS 1", "q RESELLS 1", s1="expired")
    told = {
        (who, category): says(world, who, category).rulings[0].interpretations for who in ("p", "q", "microsoft") for category in CATEGORIES
    }
    assert told["p", "BILLING"] == ("provider-behind-reseller", "last-biller-until-deleted")
    assert told["q", "GENERAL"] == ("reseller-faces-customer", "last-biller-until-deleted")
    assert told["microsoft", "BILLING"] == ("last-biller-until-deleted",)
    assert told["microsoft", "MARKETING"] == ("marketing-about-a-subscription", "last-biller-until-deleted")
    assert told["microsoft", "OPERATIONAL"] == ()


def test_partners_with_a_relationship_stand_by_where_they_are_asked() -> None:
    """Section 4: RELATED, RELATED_PROVIDER, RELATED_UNRECORDED, RELATED_BESIDES; two that provide for each other are both providers."""
    related = ("p RESELLER_FOR c", "q RESELLER_FOR c", "p PROVIDES_FOR q", "p PROVIDES_FOR r")
    world = world_of(*related)
    assert [standing(says(world, who, "GENERAL")) for who in "pqr"] == ["RELATED_PROVIDER", "RELATED", "NONE"]
    assert steps(says(world, "p", "GENERAL")) == ["p RESELLER_FOR c", "p PROVIDES_FOR q"]
    both = world_of(*related, "q PROVIDES_FOR p")
    assert [standing(says(both, who, "GENERAL")) for who in "pq"] == ["RELATED_PROVIDER", "RELATED_PROVIDER"]
    unbilled = world_of(*related, "c HOLDS 1")
    assert [says(unbilled, "p", category).verdict for category in ("ACQUISITION", "BILLING")] == ["PERMITTED", "UNKNOWN"]
    besides = world_of(*related, "c PARTY_TO ea")
    assert rulings(says(besides, "p", "ADMINISTRATION")) == [("ea", "RELATED_BESIDES", "PERMITTED")]


def test_the_operator_that_billed_lately_sends_its_last_invoice() -> None:
    """Section 4, OPERATOR_FORMER: its P is stronger than the X of OPERATOR_OF_CSP."""
    world = world_of("c HOLDS 1", "microsoft BILLS 1 - 2025-07-01", "p BILLS 1 2025-07-01")
    found = [standing(says(world, "microsoft", category)) for category in ("BILLING", "ENDING")]
    assert found == ["OPERATOR_FORMER", "OPERATOR_OF_CSP"]
    assert steps(says(world, "microsoft", "BILLING")) == ["microsoft BILLS 1", "c HOLDS 1"]


def test_the_page_is_in_force_from_its_date_on() -> None:
    """Section 6: "`policyInForce` is false for a `validAt` before 2019-11-20T00:00Z"."""
    world, published = world_of("c HOLDS 1"), datetime(2019, 11, 20, tzinfo=UTC)
    assert [says(world, "p", "BILLING", at=at).policy_in_force for at in (published - MICROSECOND, published)] == [False, True]
