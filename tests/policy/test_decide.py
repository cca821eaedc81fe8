"""The judgement over plain values: who stands how in a scope, what that gives, by which edges, and what many scopes come to."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from policy.decide import ScopeNotHeld, decide, permitted_communicators
from policy.decision import Decision, Ruling
from policy.facts import History, Property, Relationship, Version
from policy.instant import MICROSECOND, instant_of
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.standing import candidates, standings
from policy.terms import AdminKind, Category, Cloud, RelationshipType, Standing, Verdict

POLICY = shipped_policy()
NOW = instant_of(datetime(2026, 11, 23, 14, tzinfo=UTC))
YEAR = timedelta(days=365) // MICROSECOND
LATELY = NOW - YEAR // 2
CONTOSO, OFFICE, AZURE, ENTERPRISE = "customer:contoso", "subscription:sub-1", "subscription:sub-2", "agreement:ea-1"
FABRIKAM, NORTHWIND, LITWARE = "partner:fabrikam", "partner:northwind", "partner:litware"
MICROSOFT, VIANET = "operator:microsoft", "operator:21vianet"
ALL = tuple(Category)
OWNERSHIP = (Category.SUBSCRIPTION, Category.ACQUISITION, Category.BILLING, Category.ENDING)
E, P, X, N, U = Verdict.EXPECTED, Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.NOT_STATED, Verdict.UNKNOWN
MIXED, NOT_COVERED = Verdict.MIXED, Verdict.NOT_COVERED


def edge(
    start: str, type_: RelationshipType, end: str, kind: AdminKind | None = None, *, since: int = NOW - 4 * YEAR, until: int | None = None
) -> Relationship:
    """A relationship that holds since 2022 unless told otherwise, and was known all along."""
    return Relationship(type_, start, end, kind, since, until, 0, None, "")


def holds(subscription: str) -> Relationship:
    return edge(CONTOSO, RelationshipType.HOLDS, subscription)


def bills(who: str, subscription: str, since: int = NOW - 4 * YEAR, until: int | None = None) -> Relationship:
    return edge(who, RelationshipType.BILLS, subscription, since=since, until=until)


def resells(who: str, subscription: str) -> Relationship:
    return edge(who, RelationshipType.RESELLS, subscription)


def ended(relationship: Relationship, until: int = LATELY) -> Relationship:
    return relationship._replace(valid_to=until)


def provides(who: str, reseller: str) -> Relationship:
    return edge(who, RelationshipType.PROVIDES_FOR, reseller)


def reseller_for(who: str) -> Relationship:
    return edge(who, RelationshipType.RESELLER_FOR, CONTOSO)


def supports(who: str, subscription: str) -> Relationship:
    return edge(who, RelationshipType.SUPPORTS, subscription)


def administers(who: str, kind: AdminKind = AdminKind.GDAP) -> Relationship:
    return edge(who, RelationshipType.ADMINISTERS, CONTOSO, kind)


def party(who: str, agreement: str = ENTERPRISE) -> Relationship:
    return edge(who, RelationshipType.PARTY_TO, agreement)


def contoso(
    *relationships: Relationship, cloud: Cloud = Cloud.PUBLIC, status: str = "active", channel: str = "DIRECT", at: int = NOW
) -> Situation:
    """Contoso with these relationships around it, every node as plain as it may be."""
    properties: dict[str, dict[str, Property]] = {CONTOSO: {"name": "Contoso", "cloud": cloud}}
    for node in {MICROSOFT, VIANET, *(end for each in relationships for end in (each.start, each.end))} - {CONTOSO}:
        properties[node] = {"name": node.partition(":")[2], "status": status, "channel": channel}
    nodes = {node: (Version(0, None, each),) for node, each in properties.items()}
    found = situation(History(CONTOSO, relationships, nodes), at, NOW, POLICY.rules)
    assert found is not None
    return found


def ruling(at: Situation, who: str, category: Category = Category.SUBSCRIPTION, scope: str | None = None) -> Ruling:
    """The only ruling of the answer."""
    [only] = decide(at, who, category, POLICY, scope).rulings
    return only


def told(decision: Decision) -> tuple[Verdict, dict[str, Standing]]:
    """What it comes to, and the standing in each scope by its key."""
    return decision.verdict, {each.scope.partition(":")[2]: each.standing for each in decision.rulings}


def verdicts(at: Situation, who: str, categories: Iterable[Category] = ALL) -> list[Verdict]:
    return [decide(at, who, category, POLICY).verdict for category in categories]


# section 4 and 8: each standing, its row of the table in the order of categories, and the edges that give it

ENDED = bills(FABRIKAM, OFFICE, until=LATELY)
RESOLD_ONCE = ended(resells(FABRIKAM, OFFICE))
GONE = ended(holds(OFFICE))
GOVERNED = (holds(OFFICE), party(CONTOSO), party(MICROSOFT), edge(ENTERPRISE, RelationshipType.GOVERNS, OFFICE))
DIRECT = (holds(OFFICE), bills(FABRIKAM, OFFICE))
INDIRECT = (holds(OFFICE), bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE))
PROVIDED = (*INDIRECT, provides(NORTHWIND, FABRIKAM))
ELSEWHERE = (holds(OFFICE), bills(NORTHWIND, OFFICE), holds(AZURE), bills(FABRIKAM, AZURE))
RESOLD_ELSEWHERE = (holds(OFFICE), bills(NORTHWIND, OFFICE), holds(AZURE), bills(NORTHWIND, AZURE), resells(FABRIKAM, AZURE))
UNBILLED_ELSEWHERE = (holds(OFFICE), bills(NORTHWIND, OFFICE), holds(AZURE), resells(FABRIKAM, AZURE))
ROWS = [
    (Standing.DIRECT_BILLER, FABRIKAM, DIRECT, [E, E, E, E, E, E, E, E, E, E], [bills(FABRIKAM, OFFICE), holds(OFFICE)]),
    (
        Standing.RESELLER,
        FABRIKAM,
        INDIRECT,
        [E, E, E, E, E, E, E, E, E, E],
        [resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), holds(OFFICE)],
    ),
    (
        *(Standing.RESELLER, FABRIKAM, PROVIDED, [E, E, E, E, E, E, E, E, E, E]),
        [resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), provides(NORTHWIND, FABRIKAM), holds(OFFICE)],
    ),
    (
        Standing.PROVIDER,
        NORTHWIND,
        INDIRECT,
        [P, P, P, P, P, P, P, P, P, N],
        [bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE), holds(OFFICE)],
    ),
    (
        *(Standing.PROVIDER, NORTHWIND, PROVIDED, [P, P, P, P, P, P, P, P, P, N]),
        [bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE), provides(NORTHWIND, FABRIKAM), holds(OFFICE)],
    ),
    (Standing.RELATED, FABRIKAM, (reseller_for(FABRIKAM),), [E, E, E, E, E, E, E, E, E, E], [reseller_for(FABRIKAM)]),
    (
        *(Standing.SUPPORT_CONTACT, LITWARE, (*DIRECT, supports(LITWARE, OFFICE)), [N, N, N, N, P, N, N, P, N, N]),
        [supports(LITWARE, OFFICE), holds(OFFICE)],
    ),
    (Standing.ADMINISTRATOR, LITWARE, (*DIRECT, administers(LITWARE)), [N, N, N, N, P, N, P, P, N, N], [administers(LITWARE)]),
    (Standing.ADMINISTRATOR, LITWARE, (administers(LITWARE),), [N, N, N, N, P, N, P, P, N, N], [administers(LITWARE)]),
    (Standing.FORMER_BILLER, FABRIKAM, (holds(OFFICE), ENDED), [N, N, P, N, N, N, N, N, N, N], [ENDED, holds(OFFICE)]),
    (Standing.OTHER_PARTNER, FABRIKAM, ELSEWHERE, [N] * 10, [bills(FABRIKAM, AZURE), holds(AZURE)]),
    (Standing.OTHER_PARTNER, FABRIKAM, RESOLD_ELSEWHERE, [N] * 10, [resells(FABRIKAM, AZURE), holds(AZURE)]),
    (Standing.OTHER_PARTNER, FABRIKAM, UNBILLED_ELSEWHERE, [N] * 10, [resells(FABRIKAM, AZURE), holds(AZURE)]),
    (
        *(Standing.UNBILLED_RESELLER, FABRIKAM, (holds(OFFICE), resells(FABRIKAM, OFFICE)), [U] * 10),
        [resells(FABRIKAM, OFFICE), holds(OFFICE)],
    ),
    (Standing.OPERATOR_OF_CSP, MICROSOFT, DIRECT, [X, X, X, X, P, P, P, N, N, X], [bills(FABRIKAM, OFFICE), holds(OFFICE)]),
    (
        *(Standing.OPERATOR_DIRECT, MICROSOFT, (holds(OFFICE), bills(MICROSOFT, OFFICE)), [E, E, E, E, E, E, P, E, E, P]),
        [bills(MICROSOFT, OFFICE), holds(OFFICE)],
    ),
    (Standing.OPERATOR_UNBILLED, MICROSOFT, (holds(OFFICE),), [U, U, U, U, P, P, P, U, U, U], [holds(OFFICE)]),
    (Standing.OPERATOR_ONLY, MICROSOFT, (), [N, N, N, N, P, P, P, N, N, N], []),
    (
        *(Standing.OPERATOR_DIRECT, MICROSOFT, GOVERNED, [E, E, E, E, E, E, P, E, E, P]),
        [GOVERNED[3], party(CONTOSO), party(MICROSOFT), holds(OFFICE)],
    ),
    (
        *(Standing.RELATED_PROVIDER, NORTHWIND, (*map(reseller_for, (FABRIKAM, NORTHWIND)), provides(NORTHWIND, FABRIKAM))),
        *([P, P, P, P, P, P, P, P, P, N], [reseller_for(NORTHWIND), provides(NORTHWIND, FABRIKAM)]),
    ),
    (
        *(Standing.RELATED_UNRECORDED, LITWARE, (holds(OFFICE), reseller_for(LITWARE))),
        *([U, P, U, U, U, P, P, U, U, U], [reseller_for(LITWARE)]),
    ),
    (
        *(Standing.RELATED_BESIDES, LITWARE, (*DIRECT, reseller_for(LITWARE)), [N, P, N, N, N, P, P, N, N, N]),
        [reseller_for(LITWARE)],
    ),
    (
        *(Standing.FORMER_RESELLER, FABRIKAM, (holds(OFFICE), bills(NORTHWIND, OFFICE), RESOLD_ONCE)),
        *([N, N, P, N, N, N, N, N, N, N], [RESOLD_ONCE, holds(OFFICE)]),
    ),
    (Standing.NONE, LITWARE, DIRECT, [N] * 10, []),
    (Standing.NONE, VIANET, DIRECT, [N] * 10, []),
]


@pytest.mark.parametrize(("stands", "who", "around", "row", "path"), ROWS, ids=[str(place) + each[0] for place, each in enumerate(ROWS)])
def test_a_standing_gives_its_row_of_the_table_by_the_edges_that_make_it(
    stands: Standing, who: str, around: tuple[Relationship, ...], row: list[Verdict], path: list[Relationship]
) -> None:
    at = contoso(*around)
    scope = OFFICE if holds(OFFICE) in around else CONTOSO
    rulings = [ruling(at, who, category, scope) for category in ALL]

    assert {each.standing for each in rulings} == {stands}
    assert [each.verdict for each in rulings] == row
    assert {each.path for each in rulings} == {tuple(path)}


CLOSING = [
    (Standing.CLOSING_PARTNER, FABRIKAM, (GONE, bills(FABRIKAM, OFFICE)), (bills(FABRIKAM, OFFICE), GONE), ()),
    (
        *(Standing.CLOSING_PARTNER, FABRIKAM, (GONE, bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE))),
        *((resells(FABRIKAM, OFFICE), GONE), ()),
    ),
    (Standing.OPERATOR_CLOSING, MICROSOFT, (GONE, bills(MICROSOFT, OFFICE)), (bills(MICROSOFT, OFFICE), GONE), ("S4",)),
]


@pytest.mark.parametrize(("stands", "who", "around", "path", "statements"), CLOSING)
def test_a_closing_scope_is_there_for_whoever_sold_it_about_billing_and_ending(
    stands: Standing, who: str, around: tuple[Relationship, ...], path: tuple[Relationship, ...], statements: tuple[str, ...]
) -> None:
    at = contoso(*around)
    readings = {Category.BILLING: "closing-invoices", Category.ENDING: "closing-matters"}

    for category, reading in readings.items():
        assert decide(at, who, category, POLICY, OFFICE).rulings == (Ruling(OFFICE, P, stands, statements, (reading,), path),)
        assert [each.scope for each in decide(at, who, category, POLICY).rulings] == [CONTOSO, OFFICE]
        assert decide(at, who, category, POLICY).permitted_in == (OFFICE,)
        assert not decide(at, who, category, POLICY).everywhere
        assert [each.communicator for each in permitted_communicators(at, category, POLICY, OFFICE)] == [
            each for each in candidates(at) if OFFICE in at.closing_scopes(each)
        ]
        with pytest.raises(ScopeNotHeld):
            decide(at, LITWARE, category, POLICY, OFFICE)
    for category in set(ALL) - set(readings):
        assert [each.scope for each in decide(at, who, category, POLICY).rulings] == [CONTOSO]
        with pytest.raises(ScopeNotHeld):
            decide(at, who, category, POLICY, OFFICE)


def test_the_operator_that_billed_it_is_a_former_one_beside_the_partner_that_took_it_over() -> None:
    """Its last invoice: S2 forbids all but that."""
    before, after = bills(MICROSOFT, OFFICE, until=LATELY), bills(FABRIKAM, OFFICE, since=LATELY)
    at = contoso(holds(OFFICE), before, after)

    assert verdicts(at, MICROSOFT) == [X, X, P, X, P, P, P, N, N, X]
    assert ruling(at, MICROSOFT, Category.BILLING) == Ruling(
        OFFICE, P, Standing.OPERATOR_FORMER, ("S4",), ("closing-invoices",), (before, holds(OFFICE))
    )


def test_every_standing_stands_in_the_rows_above() -> None:
    assert {stands for stands, *_ in (*ROWS, *CLOSING)} | {Standing.OPERATOR_FORMER} == set(Standing)


def test_microsoft_keeps_silent_about_a_subscription_that_a_partner_bills() -> None:
    """S2: the partner owns the billing relationship, so Microsoft does not write."""
    at = contoso(*DIRECT)
    fabrikam, microsoft = ruling(at, FABRIKAM), ruling(at, MICROSOFT)

    assert (fabrikam.verdict, fabrikam.statements) == (E, ("S1", "S2"))
    assert (microsoft.verdict, microsoft.statements, microsoft.interpretation) == (X, ("S2",), None)


def test_microsoft_may_write_about_an_incident_whoever_bills() -> None:
    """S3."""
    found = ruling(contoso(*DIRECT), MICROSOFT, Category.OPERATIONAL)

    assert (found.verdict, found.statements) == (P, ("S3",))


def test_a_reading_that_was_needed_is_named() -> None:
    found = ruling(contoso(*INDIRECT), FABRIKAM)

    assert (found.statements, found.interpretation) == (("S1",), "reseller-faces-customer")


# who stands how, where the words of the policy turn


def test_a_partner_that_bills_and_resells_is_the_direct_biller_unless_another_resells_too() -> None:
    alone = contoso(*DIRECT, resells(FABRIKAM, OFFICE))
    beside = contoso(*DIRECT, resells(FABRIKAM, OFFICE), resells(NORTHWIND, OFFICE))

    assert ruling(alone, FABRIKAM).standing is Standing.DIRECT_BILLER
    assert ruling(beside, FABRIKAM).standing is Standing.PROVIDER
    assert ruling(beside, FABRIKAM).path == (bills(FABRIKAM, OFFICE), resells(NORTHWIND, OFFICE), holds(OFFICE))
    assert ruling(beside, NORTHWIND).standing is Standing.RESELLER


def test_several_resellers_are_all_expected_and_all_in_the_path_of_the_provider() -> None:
    at = contoso(*INDIRECT, resells(LITWARE, OFFICE), provides(NORTHWIND, LITWARE))

    assert [ruling(at, who).standing for who in (FABRIKAM, LITWARE)] == [Standing.RESELLER] * 2
    assert ruling(at, FABRIKAM).path == (resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), holds(OFFICE))
    assert ruling(at, NORTHWIND).path == (
        *(bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE), resells(LITWARE, OFFICE)),
        *(provides(NORTHWIND, LITWARE), holds(OFFICE)),
    )


def test_whoever_resells_what_an_operator_bills_has_no_standing_from_it_in_any_scope() -> None:
    at = contoso(holds(OFFICE), bills(MICROSOFT, OFFICE), resells(FABRIKAM, OFFICE), holds(AZURE), bills(NORTHWIND, AZURE))

    assert told(decide(at, FABRIKAM, Category.SUBSCRIPTION, POLICY)) == (N, {"sub-1": Standing.NONE, "sub-2": Standing.NONE})
    assert candidates(at) == (MICROSOFT, NORTHWIND)


def test_a_reseller_relationship_counts_only_while_there_is_nothing_else_to_answer_for() -> None:
    before, after = contoso(reseller_for(FABRIKAM)), contoso(reseller_for(FABRIKAM), *(holds(OFFICE), bills(NORTHWIND, OFFICE)))

    assert told(decide(before, FABRIKAM, Category.BILLING, POLICY)) == (E, {"contoso": Standing.RELATED})
    assert told(decide(after, FABRIKAM, Category.BILLING, POLICY)) == (N, {"sub-1": Standing.RELATED_BESIDES})


def test_an_administrator_is_one_in_every_scope_of_any_kind_with_all_its_edges() -> None:
    kinds = [administers(LITWARE, kind) for kind in AdminKind]
    at = contoso(*kinds, *DIRECT, party(CONTOSO), party(MICROSOFT))
    rulings = decide(at, LITWARE, Category.SUPPORT, POLICY).rulings

    assert [(each.scope, each.standing, each.verdict) for each in rulings] == [
        (OFFICE, Standing.ADMINISTRATOR, P),
        (ENTERPRISE, Standing.ADMINISTRATOR, P),
    ]
    assert {frozenset(each.path) for each in rulings} == {frozenset(kinds)}


def test_billing_ends_the_instant_at_which_the_next_begins() -> None:
    moved = NOW - YEAR
    around = (holds(OFFICE), bills(FABRIKAM, OFFICE, until=moved), bills(NORTHWIND, OFFICE, since=moved))
    last, first = contoso(*around, at=moved - 1), contoso(*around, at=moved)

    assert [ruling(last, who).standing for who in (FABRIKAM, NORTHWIND)] == [Standing.DIRECT_BILLER, Standing.NONE]
    assert [ruling(first, who).standing for who in (FABRIKAM, NORTHWIND)] == [Standing.FORMER_BILLER, Standing.DIRECT_BILLER]


def test_a_former_biller_shows_the_latest_of_its_bills() -> None:
    early, late = bills(FABRIKAM, OFFICE, until=NOW - 3 * YEAR), bills(FABRIKAM, OFFICE, NOW - 2 * YEAR, LATELY)
    at = contoso(holds(OFFICE), early, late, bills(NORTHWIND, OFFICE, since=LATELY))

    assert ruling(at, FABRIKAM, Category.BILLING).path == (late, holds(OFFICE))
    assert ruling(at, FABRIKAM, Category.BILLING).interpretation == "closing-invoices"


def test_a_biller_to_come_is_nobody_yet() -> None:
    at = contoso(*DIRECT[:1], bills(FABRIKAM, OFFICE, until=NOW + YEAR), bills(NORTHWIND, OFFICE, since=NOW + YEAR))

    assert told(decide(at, NORTHWIND, Category.SUBSCRIPTION, POLICY)) == (N, {"sub-1": Standing.NONE})
    assert candidates(at) == (FABRIKAM, MICROSOFT)


def test_the_operator_of_another_cloud_bills_nothing() -> None:
    at = contoso(holds(OFFICE), bills(VIANET, OFFICE))

    assert ruling(at, VIANET).standing is Standing.NONE
    assert ruling(at, MICROSOFT).standing is Standing.OPERATOR_UNBILLED
    assert ruling(at, MICROSOFT).path == (holds(OFFICE),)
    assert ruling(contoso(*GOVERNED, bills(VIANET, OFFICE)), MICROSOFT, scope=OFFICE).path == (
        *(GOVERNED[3], party(CONTOSO), party(MICROSOFT), holds(OFFICE)),
    )


def test_an_agreement_governs_what_nobody_bills_until_a_partner_takes_it_over() -> None:
    """Only one of channel DIRECT, to which the customer is party."""
    governed = ruling(contoso(*GOVERNED), MICROSOFT, scope=OFFICE)
    taken = ruling(contoso(*GOVERNED, bills(FABRIKAM, OFFICE)), MICROSOFT, scope=OFFICE)
    sold = ruling(contoso(*GOVERNED, bills(MICROSOFT, OFFICE)), MICROSOFT, scope=OFFICE)

    assert (governed.standing, governed.interpretations) == (Standing.OPERATOR_DIRECT, ("governed-by-direct-agreement",))
    assert (taken.standing, taken.interpretations) == (Standing.OPERATOR_OF_CSP, ())
    assert (sold.standing, sold.interpretations, sold.path) == (
        *(Standing.OPERATOR_DIRECT, ()),
        (bills(MICROSOFT, OFFICE), holds(OFFICE)),
    )
    assert ruling(contoso(*GOVERNED, channel="CSP"), MICROSOFT).standing is Standing.OPERATOR_UNBILLED
    assert ruling(contoso(holds(OFFICE), GOVERNED[3]), MICROSOFT).standing is Standing.OPERATOR_UNBILLED


def test_a_partner_that_resells_what_an_agreement_governs_has_no_standing_from_it() -> None:
    at = contoso(*GOVERNED, resells(FABRIKAM, OFFICE))

    assert {each.standing for each in decide(at, FABRIKAM, Category.BILLING, POLICY).rulings} == {Standing.NONE}


@pytest.mark.parametrize("status", ["expired", "disabled"])
def test_the_last_biller_of_what_expired_is_said_to_be_the_last(status: str) -> None:
    """Of those that sell it in every category, of the operator where it is forbidden."""
    sellers = contoso(*INDIRECT, supports(LITWARE, OFFICE), status=status)
    direct = contoso(*DIRECT, status=status)
    last = "last-biller-until-deleted"

    assert {last in ruling(at, who, category).interpretations for category in ALL for at, who in sold_by(sellers, direct)} == {True}
    assert [last in ruling(direct, MICROSOFT, category).interpretations for category in ALL] == [
        verdict is X for verdict in verdicts(direct, MICROSOFT)
    ]
    assert ruling(direct, MICROSOFT, Category.MARKETING).interpretations == ("marketing-about-a-subscription", last)
    assert last not in ruling(sellers, LITWARE, Category.SUPPORT).interpretations
    assert last not in ruling(contoso(*DIRECT), FABRIKAM).interpretations


def sold_by(sellers: Situation, direct: Situation) -> list[tuple[Situation, str]]:
    return [(sellers, FABRIKAM), (sellers, NORTHWIND), (direct, FABRIKAM)]


def test_in_an_agreement_every_subscription_is_another() -> None:
    at = contoso(*DIRECT, party(CONTOSO), party(MICROSOFT))
    fabrikam, microsoft = (ruling(at, who, scope=ENTERPRISE) for who in (FABRIKAM, MICROSOFT))

    assert (fabrikam.standing, fabrikam.path) == (Standing.OTHER_PARTNER, (bills(FABRIKAM, OFFICE), holds(OFFICE)))
    assert (microsoft.standing, microsoft.path) == (Standing.OPERATOR_DIRECT, (party(CONTOSO), party(MICROSOFT)))


def test_a_direct_agreement_is_a_scope_whether_or_not_the_operator_is_recorded_as_party() -> None:
    found = ruling(contoso(party(CONTOSO)), MICROSOFT)

    assert (found.standing, found.verdict, found.path) == (Standing.OPERATOR_DIRECT, E, (party(CONTOSO),))


def test_an_agreement_made_through_a_partner_is_no_scope() -> None:
    at = contoso(party(CONTOSO), channel="CSP")

    assert at.scopes == (CONTOSO,)
    assert ruling(at, MICROSOFT).standing is Standing.OPERATOR_ONLY


def test_a_deleted_subscription_is_no_scope_and_no_stake() -> None:
    at = contoso(*DIRECT, status="deleted")

    assert at.scopes == (CONTOSO,)
    assert told(decide(at, FABRIKAM, Category.SUBSCRIPTION, POLICY)) == (N, {"contoso": Standing.NONE})
    assert contoso(ended(holds(OFFICE), NOW + 1), bills(FABRIKAM, OFFICE), status="deleted").scopes == (OFFICE,)


def test_the_other_subscription_of_a_path_is_the_first_by_id() -> None:
    third = "subscription:sub-3"
    at = contoso(*ELSEWHERE, holds(third), bills(FABRIKAM, third))

    assert ruling(at, FABRIKAM, scope=OFFICE).path == (bills(FABRIKAM, AZURE), holds(AZURE))
    assert ruling(at, LITWARE, scope=OFFICE).path == ()


# several standings in one scope: the strongest verdict speaks, and on a tie the one that stands first


@pytest.mark.parametrize(
    ("around", "category", "standing"),
    [
        ((*DIRECT, administers(FABRIKAM), supports(FABRIKAM, OFFICE)), Category.SUPPORT, Standing.DIRECT_BILLER),
        ((holds(OFFICE), ENDED, administers(FABRIKAM)), Category.BILLING, Standing.FORMER_BILLER),
        ((holds(OFFICE), ENDED, administers(FABRIKAM)), Category.OPERATIONAL, Standing.ADMINISTRATOR),
        ((holds(OFFICE), ENDED, administers(FABRIKAM)), Category.GENERAL, Standing.ADMINISTRATOR),
        ((holds(OFFICE), administers(FABRIKAM), supports(FABRIKAM, OFFICE)), Category.SUPPORT, Standing.SUPPORT_CONTACT),
        ((holds(OFFICE), administers(FABRIKAM), supports(FABRIKAM, OFFICE)), Category.MARKETING, Standing.SUPPORT_CONTACT),
        ((holds(OFFICE), administers(FABRIKAM), resells(FABRIKAM, OFFICE)), Category.OPERATIONAL, Standing.ADMINISTRATOR),
        ((holds(OFFICE), administers(FABRIKAM), resells(FABRIKAM, OFFICE)), Category.GENERAL, Standing.UNBILLED_RESELLER),
        ((holds(OFFICE), ENDED, resells(FABRIKAM, OFFICE)), Category.SUBSCRIPTION, Standing.UNBILLED_RESELLER),
        ((holds(OFFICE), ENDED, resells(FABRIKAM, OFFICE)), Category.BILLING, Standing.FORMER_BILLER),
        ((*ELSEWHERE, supports(FABRIKAM, OFFICE)), Category.GENERAL, Standing.SUPPORT_CONTACT),
        ((*ELSEWHERE, ENDED), Category.GENERAL, Standing.FORMER_BILLER),
        ((reseller_for(FABRIKAM), administers(FABRIKAM)), Category.SUPPORT, Standing.RELATED),
    ],
)
def test_of_several_standings_the_strongest_speaks_and_of_equals_the_first(
    around: tuple[Relationship, ...], category: Category, standing: Standing
) -> None:
    at = contoso(*around)

    assert ruling(at, FABRIKAM, category, OFFICE if holds(OFFICE) in around else CONTOSO).standing is standing


def test_standings_are_named_in_the_order_of_the_table_and_none_is_the_last() -> None:
    around = (*ELSEWHERE, ENDED, supports(FABRIKAM, OFFICE), administers(FABRIKAM), resells(FABRIKAM, OFFICE))

    assert list(standings(contoso(*around), FABRIKAM, OFFICE)) == [
        Standing.RESELLER,
        Standing.SUPPORT_CONTACT,
        Standing.ADMINISTRATOR,
        Standing.FORMER_BILLER,
        Standing.OTHER_PARTNER,
        Standing.NONE,
    ]


# section 6: many scopes, one answer

BOTH = (*DIRECT, holds(AZURE), bills(MICROSOFT, AZURE))


def test_where_one_scope_allows_and_another_forbids_the_answer_is_mixed_and_says_where() -> None:
    found = decide(contoso(*BOTH), MICROSOFT, Category.SUBSCRIPTION, POLICY)

    assert told(found) == (MIXED, {"sub-1": Standing.OPERATOR_OF_CSP, "sub-2": Standing.OPERATOR_DIRECT})
    assert (found.permitted, found.permitted_in) == (False, (AZURE,))


def test_where_nothing_forbids_the_strongest_scope_speaks() -> None:
    found = decide(contoso(*BOTH), MICROSOFT, Category.OPERATIONAL, POLICY)

    assert (found.verdict, found.permitted, found.permitted_in) == (E, True, (OFFICE, AZURE))


def test_a_prohibition_is_stronger_than_silence_but_an_unknown_does_not_mix() -> None:
    at = contoso(*DIRECT, holds(AZURE))

    assert told(decide(at, MICROSOFT, Category.SUBSCRIPTION, POLICY)) == (
        X,
        {"sub-1": Standing.OPERATOR_OF_CSP, "sub-2": Standing.OPERATOR_UNBILLED},
    )
    assert verdicts(contoso(holds(OFFICE), holds(AZURE), resells(FABRIKAM, AZURE)), FABRIKAM) == [U] * 10


def test_narrowed_to_one_scope_only_that_one_is_answered_for() -> None:
    at = contoso(*BOTH, party(CONTOSO))
    verdict_in = {scope: decide(at, MICROSOFT, Category.SUBSCRIPTION, POLICY, scope).verdict for scope in at.scopes}

    assert at.scopes == (OFFICE, AZURE, ENTERPRISE)
    assert verdict_in == {OFFICE: X, AZURE: E, ENTERPRISE: E}


@pytest.mark.parametrize("scope", [AZURE, ENTERPRISE, CONTOSO, "subscription:none"])
def test_a_scope_that_is_not_held_is_refused(scope: str) -> None:
    with pytest.raises(ScopeNotHeld, match=f"`{CONTOSO}` has no scope `{scope}` at 2026-11-23T14:00:00Z; ask without one"):
        decide(contoso(*DIRECT), FABRIKAM, Category.BILLING, POLICY, scope)
    with pytest.raises(ScopeNotHeld):
        permitted_communicators(contoso(*DIRECT), Category.BILLING, POLICY, scope)


@pytest.mark.parametrize("cloud", [Cloud.CHINA, Cloud.GERMANY])
def test_outside_the_clouds_of_the_policy_nothing_is_covered_whatever_the_standing(cloud: Cloud) -> None:
    at = contoso(*DIRECT, cloud=cloud)
    operator = VIANET if cloud is Cloud.CHINA else MICROSOFT

    assert told(decide(at, FABRIKAM, Category.BILLING, POLICY)) == (NOT_COVERED, {"sub-1": Standing.DIRECT_BILLER})
    assert told(decide(at, operator, Category.BILLING, POLICY)) == (NOT_COVERED, {"sub-1": Standing.OPERATOR_OF_CSP})
    assert ruling(at, FABRIKAM).statements == ()
    assert ruling(at, FABRIKAM).interpretation is None
    assert ruling(at, FABRIKAM).path == (bills(FABRIKAM, OFFICE), holds(OFFICE))
    assert permitted_communicators(at, Category.BILLING, POLICY) == []


def test_the_cloud_of_the_us_government_is_covered() -> None:
    assert verdicts(contoso(*DIRECT, cloud=Cloud.US_GOVERNMENT), MICROSOFT) == [X, X, X, X, P, P, P, N, N, X]


# who may speak, in order


def test_the_permitted_stand_by_verdict_then_by_name() -> None:
    at = contoso(*INDIRECT, holds(AZURE), bills(MICROSOFT, AZURE), resells("partner:abc", OFFICE), administers("partner:zed"))
    listed = {category: permitted_communicators(at, category, POLICY) for category in ALL}

    assert [(each.communicator.partition(":")[2], each.verdict) for each in listed[Category.SUBSCRIPTION]] == [
        ("abc", E),
        ("fabrikam", E),
        ("northwind", P),
        ("microsoft", MIXED),
    ]
    assert [(each.communicator.partition(":")[2], each.verdict) for each in listed[Category.OPERATIONAL]] == [
        ("abc", E),
        ("fabrikam", E),
        ("microsoft", E),
        ("northwind", P),
        ("zed", P),
    ]


def test_nobody_is_permitted_who_has_no_standing() -> None:
    at = contoso(*DIRECT, provides(NORTHWIND, FABRIKAM), provides(LITWARE, FABRIKAM))

    assert candidates(at) == (FABRIKAM, MICROSOFT)
    assert {each.communicator for category in ALL for each in permitted_communicators(at, category, POLICY)} == {FABRIKAM, MICROSOFT}


WORLDS = {
    "direct": DIRECT,
    "indirect": PROVIDED,
    "elsewhere": ELSEWHERE,
    "both channels": BOTH,
    "unbilled": (holds(OFFICE), resells(FABRIKAM, OFFICE)),
    "former": (holds(OFFICE), ENDED, bills(NORTHWIND, OFFICE, since=LATELY)),
    "related": (reseller_for(FABRIKAM),),
    "provided": (*map(reseller_for, (FABRIKAM, NORTHWIND)), provides(NORTHWIND, FABRIKAM)),
    "governed": GOVERNED,
    "gone": (GONE, bills(FABRIKAM, OFFICE)),
    "agreement": (party(CONTOSO), party(MICROSOFT)),
    "nothing": (),
}


@pytest.mark.parametrize("around", WORLDS.values(), ids=WORLDS)
def test_access_never_moves_an_answer_about_subscriptions_or_billing(around: tuple[Relationship, ...]) -> None:
    """Whoever administers or supports: also everyone at once, by every kind."""
    everyone = (FABRIKAM, NORTHWIND, LITWARE, MICROSOFT, VIANET)
    held = [each.end for each in around if each.type is RelationshipType.HOLDS]
    access = [administers(who, kind) for who in everyone[:3] for kind in AdminKind]
    access += [supports(who, subscription) for who in everyone[:3] for subscription in held]
    without, with_ = contoso(*around), contoso(*around, *access)

    assert [verdicts(with_, who, OWNERSHIP) for who in everyone] == [verdicts(without, who, OWNERSHIP) for who in everyone]
    for category in OWNERSHIP:
        lists = [[each.communicator for each in permitted_communicators(at, category, POLICY)] for at in (without, with_)]
        assert lists[0] == lists[1]
    assert verdicts(with_, LITWARE, [Category.SUPPORT]) == [P]


@pytest.mark.parametrize("around", WORLDS.values(), ids=WORLDS)
def test_no_partner_is_ever_prohibited(around: tuple[Relationship, ...]) -> None:
    at = contoso(*around, administers(LITWARE))

    assert not {X, MIXED} & {verdict for who in (FABRIKAM, NORTHWIND, LITWARE) for verdict in verdicts(at, who)}
