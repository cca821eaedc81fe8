"""The oracle itself against cases worked by hand from policy.md; these expectations were written without running anything."""

from datetime import UTC, datetime

import pytest

from tests.oracle.acceptance import accept
from tests.oracle.few_ties import MICROSECOND, NOW, TRANSFER, book_of, node, says, standing, steps, world_of
from tests.oracle.lists import customers_passing, ownership, partners_of, roles
from tests.oracle.oracle import candidates, contactable, permitted_communicators
from tests.oracle.table import CATEGORIES, CATEGORY_OF, STANDINGS, TABLE
from tests.oracle.view import NotFound, View, folded


def test_at_the_instant_of_a_transfer_only_the_new_owner_bills() -> None:
    """Section 1: validity is half-open, and section 4: ended at or before."""
    world = world_of("c HOLDS 1", f"p BILLS 1 - {TRANSFER.isoformat()}", f"q BILLS 1 {TRANSFER.isoformat()}")

    before, at = TRANSFER - MICROSECOND, TRANSFER
    assert [standing(says(world, who, "BILLING", at=before)) for who in "pq"] == ["DIRECT_BILLER", "NONE"]
    assert [standing(says(world, who, "BILLING", at=at)) for who in "pq"] == ["FORMER_BILLER", "DIRECT_BILLER"]
    assert [says(world, "p", category, at=at).verdict for category in ("BILLING", "SUBSCRIPTION")] == ["PERMITTED", "NOT_STATED"]
    assert steps(says(world, "p", "BILLING", at=at)) == ["p BILLS 1", "c HOLDS 1"]


def test_the_latest_of_the_ended_billings_is_the_path() -> None:
    world = world_of("c HOLDS 1", "p BILLS 1 2024-01-01 2024-02-01", "p BILLS 1 2025-03-01 2025-04-01")

    (ruling,) = says(world, "p", "BILLING").rulings
    assert ruling.path[0].valid_from == datetime(2025, 3, 1, tzinfo=UTC)
    assert ruling.interpretation == "closing-invoices"


def test_a_biller_whose_subscription_another_resells_is_its_provider() -> None:
    """The path names the provider relationship, if it is live."""
    world = world_of("c HOLDS 1", "p BILLS 1", "q RESELLS 1", "p PROVIDES_FOR q", "p PROVIDES_FOR r")

    assert (standing(says(world, "p", "BILLING")), standing(says(world, "q", "BILLING"))) == ("PROVIDER", "RESELLER")
    assert steps(says(world, "p", "BILLING")) == ["p BILLS 1", "q RESELLS 1", "p PROVIDES_FOR q", "c HOLDS 1"]
    assert steps(says(world, "q", "BILLING")) == ["q RESELLS 1", "p BILLS 1", "p PROVIDES_FOR q", "c HOLDS 1"]
    assert says(world, "p", "BILLING").rulings[0].statements == ("S1", "S2")
    assert says(world, "p", "MARKETING").verdict == "NOT_STATED"


def test_another_partner_keeps_to_its_own_subscription() -> None:
    """Its path is the first of its other subscriptions by id, and what resells a DIRECT one is not among them."""
    world = world_of("c HOLDS 1", "c HOLDS 2", "c HOLDS 3", "p BILLS 1", "microsoft BILLS 2", "q RESELLS 2", "q BILLS 3")

    given = says(world, "q", "BILLING", "1")
    assert (given.verdict, standing(given)) == ("NOT_STATED", "OTHER_PARTNER")
    assert steps(given) == ["q BILLS 3", "c HOLDS 3"]
    assert standing(says(world, "q", "BILLING", "2")) == "OTHER_PARTNER"
    alone = world_of("c HOLDS 1", "c HOLDS 2", "p BILLS 1", "microsoft BILLS 2", "q RESELLS 2")
    assert [standing(says(alone, "q", "BILLING", each)) for each in "12"] == ["NONE", "NONE"]


def test_microsoft_is_mixed_where_its_own_agreement_stands_beside_a_csp_subscription() -> None:
    """S2 forbids in the one scope, S4 continues in the other, and permittedIn says where."""
    world = world_of("c HOLDS 1", "p BILLS 1", "c PARTY_TO ea", "microsoft PARTY_TO ea")

    given = says(world, "microsoft", "SUBSCRIPTION")
    assert (given.verdict, given.permitted, given.everywhere, given.permitted_in) == ("MIXED", False, False, ("agreement:ea",))
    assert steps(says(world, "microsoft", "SUBSCRIPTION", "ea")) == ["c PARTY_TO ea", "microsoft PARTY_TO ea"]
    listed = permitted_communicators(View(world, NOW), "customer:c", "SUBSCRIPTION")
    assert [(each.communicator, each.verdict) for each in listed] == [("partner:p", "EXPECTED"), ("operator:microsoft", "MIXED")]
    assert says(world, "microsoft", "OPERATIONAL").verdict == "EXPECTED"


def test_the_policy_does_not_cover_china_and_says_who_stands_there() -> None:
    world = world_of("c HOLDS 1", "p BILLS 1", c="CHINA")

    vianet, microsoft = says(world, "21vianet", "BILLING"), says(world, "microsoft", "BILLING")
    assert (vianet.verdict, standing(vianet)) == ("NOT_COVERED", "OPERATOR_OF_CSP")
    assert (microsoft.verdict, standing(microsoft)) == ("NOT_COVERED", "NONE")
    assert steps(vianet) == ["p BILLS 1", "c HOLDS 1"]
    assert vianet.rulings[0].statements == ()
    assert vianet.rulings[0].interpretation is None
    assert permitted_communicators(View(world, NOW), "customer:c", "BILLING") == []
    assert candidates(View(world, NOW), "customer:c") == ["operator:21vianet", "partner:p"]


def test_what_nobody_bills_is_unknown() -> None:
    world = world_of("c HOLDS 1", "p RESELLS 1")

    assert [says(world, who, "BILLING").verdict for who in ("p", "microsoft", "q")] == ["UNKNOWN", "UNKNOWN", "NOT_STATED"]
    assert steps(says(world, "p", "BILLING")) == ["p RESELLS 1", "c HOLDS 1"]
    assert steps(says(world, "microsoft", "BILLING")) == ["c HOLDS 1"]


def test_the_customer_is_a_scope_only_when_it_has_neither_subscription_nor_agreement() -> None:
    """A deleted subscription and an agreement of channel CSP are neither."""
    world = world_of("c HOLDS 1", "p BILLS 1", "c PARTY_TO ea", "q RESELLER_FOR c", s1="deleted", ea="CSP")

    assert View(world, NOW).scopes("customer:c") == ["customer:c"]
    assert [standing(says(world, who, "GENERAL")) for who in ("p", "q", "microsoft")] == ["NONE", "RELATED", "OPERATOR_ONLY"]
    for scope in ("1", "ea"):
        with pytest.raises(NotFound):
            says(world, "q", "BILLING", scope)


def test_the_strongest_standing_speaks_and_the_first_on_a_tie() -> None:
    world = world_of("c HOLDS 1", "q BILLS 1 - 2025-07-01", "p BILLS 1 2025-07-01", "q SUPPORTS 1", "q ADMINISTERS c - - GDAP")

    found = [standing(says(world, "q", category)) for category in ("SUBSCRIPTION", "BILLING", "SUPPORT")]
    assert found == ["SUPPORT_CONTACT", "FORMER_BILLER", "SUPPORT_CONTACT"]


def test_every_standing_has_a_cell_for_every_category_and_no_partner_is_prohibited() -> None:
    """Section 5 is total: 21 by 10; section 7 has 57 topics."""
    assert (len(STANDINGS), len(TABLE), len(CATEGORY_OF)) == (21, 210, 57)
    assert {each for (each, _), cell in TABLE.items() if cell.verdict == "PROHIBITED"} == {"OPERATOR_OF_CSP"}
    assert set(CATEGORY_OF.values()) == set(CATEGORIES)


def test_the_second_biller_is_refused_whole() -> None:
    """Section 2: also for the years when it would have met nobody; what touches without overlapping is taken."""
    book = book_of("p BILLS 1 2024-03-01 2024-07-01", "q BILLS 1 2024-06-30", "q BILLS 1 2024-07-01", "p BILLS 1 2024-03-01 2024-07-01")

    world, rejected = accept(book, NOW)

    assert [(each.file, each.line) for each in rejected] == [("relationships", 3)]
    assert [(tie.source, tie.valid_from.month) for tie in world.ties] == [("partner:p", 3), ("partner:q", 7)]


def test_the_lists_beside_the_permissions() -> None:
    """Roles, partners, ownership and filters, in one world."""
    world = world_of("c HOLDS 1", "p BILLS 1", "q RESELLS 1", "d HOLDS 2", "r BILLS 2", "s ADMINISTERS c - - DAP", "s RESELLER_FOR d")
    view = View(world, NOW)

    assert [roles(view, node(each)) for each in "pqrs"] == [{"INDIRECT_PROVIDER"}, {"INDIRECT_RESELLER"}, {"DIRECT_BILL"}, set()]
    assert partners_of(view, "customer:c") == ["partner:p", "partner:q"]
    assert partners_of(view, "customer:d") == ["partner:r", "partner:s"]
    surely, at_most = ownership(view, "customer:c")
    assert {step.type for step in surely} == {step.type for step in at_most} == {"HOLDS", "BILLS", "RESELLS"}
    assert [each.customer for each in contactable(view, "partner:q", "MARKETING")] == ["customer:c"]
    assert customers_passing(view, {"billedBy": "partner:r"}) == ["customer:d"]
    assert folded("ÁVILA") == folded("avila")
