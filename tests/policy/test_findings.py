"""What is wrong with the data around one customer, told over plain values, and in words."""

import re
from collections.abc import Iterable

import pytest

from policy.facts import History, Relationship, Version
from policy.finding_text import finding_text, what_to_do
from policy.findings import FINDERS, YEAR, Finding, FindingKind, findings_of
from policy.instant import instant_of
from policy.phrases import phrases
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.terms import AdminKind, Language, RelationshipType
from tests.oracle.book import moment

NAMES = {
    "contoso": "customer:contoso",
    "microsoft": "operator:microsoft",
    "vianet": "operator:21vianet",
    "ea": "agreement:ea",
    **{name: f"partner:{name}" for name in ("fabrikam", "northwind", "litware", "tailspin")},
    **{name: f"subscription:{name}" for name in ("office", "azure")},
}


def instant(day: str) -> int:
    found = moment(day)
    assert found is not None
    return instant_of(found)


NOW = instant("2026-03-14")


def edge(tie: str, source: str = "") -> Relationship:
    """`northwind BILLS office 2024-01-01 2025-01-01`, from 2022 on where it doesn't say; a kind stands behind a dot: `ADMINISTERS.DAP`."""
    start, type_, end, *validity = tie.split()
    name, _, kind = type_.partition(".")
    since, until = [*validity, "2022-01-01", None][:2] if len(validity) != 1 else [validity[0], None]
    return Relationship(
        RelationshipType(name),
        NAMES[start],
        NAMES[end],
        AdminKind(kind) if kind else None,
        instant(str(since)),
        instant(until) if until else None,
        0,
        None,
        source,
    )


def contoso(*ties: str, at: int = NOW, deleted: str = "", source: str = "") -> Situation:
    """Contoso with these ties around it."""
    relationships, plain = tuple(edge(tie, source) for tie in ties), {"cloud": "PUBLIC", "channel": "DIRECT"}
    nodes = {
        node: (Version(0, None, plain | {"name": name.title(), "status": "deleted" if name == deleted else "active"}),)
        for name, node in NAMES.items()
    }
    found = situation(History(NAMES["contoso"], relationships, nodes), at, NOW, shipped_policy().rules)
    assert found is not None
    return found


def told(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """The kind of each, and the key of what it is about."""
    return [(each.kind, each.about.partition(":")[2]) for each in findings]


HELD = "contoso HOLDS office"
FORMER = (HELD, "fabrikam BILLS office 2022-01-01 2025-03-13", "litware BILLS office 2025-03-13")
DIRECT = (HELD, "microsoft BILLS office")
INDIRECT = (HELD, "northwind BILLS office", "fabrikam RESELLS office")
SEVERAL = (*INDIRECT, "litware RESELLS office", "northwind PROVIDES_FOR fabrikam", "northwind PROVIDES_FOR litware")
RELATED = "fabrikam RESELLER_FOR contoso"
GOVERNED = (HELD, "contoso PARTY_TO ea", "ea GOVERNS office")
PROVIDED = (HELD, "northwind BILLS office", "northwind PROVIDES_FOR fabrikam", RELATED)
INVOICED = ("contoso HOLDS office", "northwind BILLS office")
AROUND = {
    "held": HELD,
    "sold": f"{HELD}; fabrikam BILLS office",
    "former": "; ".join(FORMER),
    "direct": "; ".join(DIRECT),
    "indirect": "; ".join(INDIRECT),
    "several": "; ".join(SEVERAL),
    "related": RELATED,
    "aobo": "litware ADMINISTERS.AOBO contoso",
    "dap": "fabrikam ADMINISTERS.DAP contoso",
    "azure": "contoso HOLDS azure",
    "governed": "; ".join(GOVERNED),
    "provided": "; ".join(PROVIDED),
}
FOUND = """
contoso HOLDS office                                         -> UNBILLED_SUBSCRIPTION office: contoso HOLDS office
{held}; fabrikam RESELLS office                              -> UNBILLED_SUBSCRIPTION office: contoso HOLDS office
{held}; fabrikam BILLS office 2022-01-01 2026-03-14          -> UNBILLED_SUBSCRIPTION office: contoso HOLDS office
{held}; fabrikam BILLS office 2026-03-15                     -> UNBILLED_SUBSCRIPTION office: contoso HOLDS office
{held}; fabrikam BILLS office 2026-03-14                     ->
{held}; microsoft BILLS office                               ->
contoso HOLDS office 2022-01-01 2026-03-14                   ->
{direct}; fabrikam RESELLS office                            -> RESELLER_ON_DIRECT_SUBSCRIPTION office: microsoft BILLS office; \
                                                                fabrikam RESELLS office
{direct}; fabrikam RESELLS office 2022-01-01 2026-03-14      ->
{several}                                                    -> SEVERAL_RESELLERS office: fabrikam RESELLS office; litware RESELLS office
{sold}; fabrikam RESELLS office                              ->
litware ADMINISTERS.DAP contoso                              -> ADMINISTRATOR_WITHOUT_RELATIONSHIP litware: litware ADMINISTERS.DAP contoso
{sold}; litware ADMINISTERS.GDAP contoso; {aobo}             -> ADMINISTRATOR_WITHOUT_RELATIONSHIP litware: {aobo}; \
                                                                litware ADMINISTERS.GDAP contoso
{sold}; fabrikam ADMINISTERS.DAP contoso                     ->
{aobo}; litware RESELLER_FOR contoso                         ->
{aobo}; litware RESELLER_FOR contoso 2022-01-01 2026-03-14   -> ADMINISTRATOR_WITHOUT_RELATIONSHIP litware: {aobo}
litware ADMINISTERS.DAP contoso 2022-01-01 2026-03-14        ->
{former}; {related}; fabrikam SUPPORTS office                -> STALE_RELATIONSHIP fabrikam: {related}; fabrikam SUPPORTS office
{former}; {related}; fabrikam BILLS azure 2027-01-01         -> STALE_RELATIONSHIP fabrikam: {related}
{former}; {dap}                                              -> ADMINISTRATOR_WITHOUT_RELATIONSHIP fabrikam: {dap} \
                                                                + STALE_RELATIONSHIP fabrikam: {dap}
{former}; fabrikam RESELLER_FOR contoso 2022-01-01 2026-01-01\
                                                             ->
{former}; tailspin RESELLER_FOR contoso                      ->
{former}; {related}; {azure}; fabrikam BILLS azure           ->
{former}; {related}; {azure}; litware BILLS azure; fabrikam RESELLS azure; litware PROVIDES_FOR fabrikam \
                                                             -> RESELLER_NOT_RECORDED office: litware BILLS office 2025-03-13; \
                                                                litware PROVIDES_FOR fabrikam; fabrikam RESELLER_FOR contoso
tailspin RESELLER_FOR contoso                                ->
{indirect}; northwind PROVIDES_FOR fabrikam                  ->
{indirect}                                                   -> PROVIDER_MISSING fabrikam: fabrikam RESELLS office; northwind BILLS office
{indirect}; litware PROVIDES_FOR fabrikam                    -> PROVIDER_MISSING fabrikam: fabrikam RESELLS office; northwind BILLS office
{indirect}; northwind PROVIDES_FOR fabrikam 2022-01-01 2026-03-14 \
                                                             -> PROVIDER_MISSING fabrikam: fabrikam RESELLS office; northwind BILLS office
{indirect}; {azure}; litware BILLS azure; fabrikam RESELLS azure \
                                                             -> PROVIDER_MISSING fabrikam: fabrikam RESELLS azure; \
                                                                fabrikam RESELLS office; litware BILLS azure; northwind BILLS office
contoso HOLDS office; vianet BILLS office                    -> UNBILLED_SUBSCRIPTION office: contoso HOLDS office \
                                                                + OPERATOR_OF_ANOTHER_CLOUD office: vianet BILLS office
{governed}                                                   ->
{governed}; fabrikam BILLS office                            -> GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER office: fabrikam BILLS office; \
                                                                ea GOVERNS office
{governed}; fabrikam RESELLS office                          -> RESELLER_ON_DIRECT_SUBSCRIPTION office: fabrikam RESELLS office
{held}; ea GOVERNS office; fabrikam BILLS office             ->
{provided}                                                   -> RESELLER_NOT_RECORDED office: northwind BILLS office; \
                                                                northwind PROVIDES_FOR fabrikam; fabrikam RESELLER_FOR contoso
{provided}; litware RESELLS office; northwind PROVIDES_FOR litware ->
"""
"""What there is around Contoso -> each finding, what it is about, and the relationships concerned."""


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_a_finding_is_told_with_what_it_is_about_and_the_relationships_concerned(line: str) -> None:
    ties, _, expected = line.format(**AROUND).partition("->")
    findings = findings_of(contoso(*ties.split(";")))
    told_of = [each.partition(":") for each in expected.split("+") if each.strip()]

    assert told(findings) == [tuple(head.split()) for head, _, _ in told_of]
    assert [each.relationships for each in findings] == [tuple(map(edge, concerned.split(";"))) for _, _, concerned in told_of]


def test_a_deleted_subscription_has_no_finding_and_never_was_held() -> None:
    ties = (*FORMER, RELATED, "litware RESELLS office", "tailspin RESELLS office")

    assert told(findings_of(contoso(*ties, deleted="office"))) == []
    ended = [tie.replace("HOLDS office", "HOLDS office 2022-01-01 2026-01-01") for tie in ties]
    assert told(findings_of(contoso(*ended, deleted="office"))) == [("STALE_RELATIONSHIP", "fabrikam")]


def test_what_a_partner_sold_to_the_holder_before_does_not_count_for_the_one_who_holds_it_now() -> None:
    ties = ("contoso HOLDS office 2025-06-01", *FORMER[1:], RELATED)

    assert told(findings_of(contoso(*ties))) == []


def test_a_relationship_is_stale_once_more_than_a_year_has_passed() -> None:
    ties = (*FORMER, RELATED)
    ended = instant("2025-03-13")

    assert told(findings_of(contoso(*ties, at=ended + YEAR))) == []
    assert told(findings_of(contoso(*ties, at=ended + YEAR + 1))) == [("STALE_RELATIONSHIP", "fabrikam")]


@pytest.mark.parametrize(("source", "expected"), [("invoice:march.csv", 1), ("usage:march.csv", 1), ("partner-center:x", 0), ("", 0)])
def test_a_subscription_of_which_only_invoices_or_usage_tell_is_named(source: str, expected: int) -> None:
    found = told(findings_of(contoso(*INVOICED, source=source)))

    assert found == [("KNOWN_FROM_INVOICES_ALONE", "office")] * expected


def test_each_kind_has_one_finder_and_its_texts() -> None:
    assert list(FINDERS) == list(FindingKind)
    assert {f"{group}.{kind}" for group in ("finding", "remedy") for kind in FindingKind} <= set(phrases())


IN_WORDS = [
    (
        (HELD,),
        "Nobody is on record as billing the subscription Office of Contoso.",
        "No consta quién factura la suscripción Office de Contoso.",
        "Find out who bills it and record that; if the subscription is gone, record when Contoso ceased to hold it.",
    ),
    (
        (*DIRECT, "fabrikam RESELLS office"),
        "Microsoft itself bills the subscription Office of Contoso, yet a reseller is on record for it: Fabrikam.",
        "Microsoft factura directamente la suscripción Office de Contoso y, sin embargo, consta como revendedor: Fabrikam.",
        (
            "If a partner has taken over the billing, record the transfer; "
            "if not, end the resale on record, or retract it if there never was one."
        ),
    ),
    (
        SEVERAL,
        "Several partners are on record as resellers of the subscription Office of Contoso: Fabrikam and Litware.",
        "Varios partners constan como revendedores de la suscripción Office de Contoso: Fabrikam y Litware.",
        "Find out which of them sells it to the customer and end the resale of the others on record; if all of them do, leave it.",
    ),
    (
        ("litware ADMINISTERS.DAP contoso", "litware ADMINISTERS.GDAP contoso"),
        (
            "Litware has admin access (DAP and GDAP) to Contoso, but no reseller relationship with it, "
            "and neither bills nor resells any of its subscriptions."
        ),
        (
            "Litware tiene acceso de administración (DAP y GDAP) a Contoso, pero ninguna relación de revendedor, "
            "y no factura ni revende ninguna de sus suscripciones."
        ),
        (
            "If Litware is to serve Contoso, have the reseller relationship accepted and record it; "
            "if not, have the access removed and end it on record too."
        ),
    ),
    (
        (*FORMER, RELATED, "fabrikam ADMINISTERS.GDAP contoso", "fabrikam SUPPORTS office"),
        (
            "Fabrikam has neither billed nor resold any subscription of Contoso for more than a year, yet this still holds: "
            "the reseller relationship, admin access (GDAP) and the designation as support contact for the subscription Office."
        ),
        (
            "Hace más de un año que Fabrikam no factura ni revende ninguna suscripción de Contoso, pero sigue vigente: "
            "la relación de revendedor, el acceso de administración (GDAP) "
            "y la designación como contacto de soporte para la suscripción Office."
        ),
        "Ask Contoso whether it is still wanted; if not, have it removed and end it on record too.",
    ),
    (
        INDIRECT,
        (
            "Fabrikam resells the subscription Office of Contoso, "
            "but its indirect provider is not on record there: the billing is by Northwind."
        ),
        ("Fabrikam revende la suscripción Office de Contoso, pero ahí no consta su proveedor indirecto: la facturación es de Northwind."),
        "If the biller is the indirect provider of Fabrikam, record that; if not, correct who bills or who resells.",
    ),
    (
        (*GOVERNED, "fabrikam BILLS office"),
        (
            "Fabrikam bills the subscription Office of Contoso, which is still governed by the agreement Ea, "
            "made directly with the operator of the cloud."
        ),
        (
            "Fabrikam factura la suscripción Office de Contoso, que todavía se rige por el contrato Ea, "
            "por una relación directa con el operador de la nube."
        ),
        "If Fabrikam has taken it over, end the coverage by the agreement where its billing began; if not, correct who bills.",
    ),
    (
        PROVIDED,
        (
            "Northwind bills the subscription Office of Contoso with no reseller on record, though it is the indirect provider of "
            "Fabrikam, which has an accepted reseller relationship with Contoso."
        ),
        (
            "Northwind factura la suscripción Office de Contoso sin que conste ningún revendedor, aunque es proveedor indirecto de "
            "Fabrikam, que tiene una relación de revendedor aceptada con Contoso."
        ),
        "If Fabrikam sells it to Contoso, record it as the reseller; if Northwind does so itself, leave it.",
    ),
]


@pytest.mark.parametrize(("ties", "english", "spanish", "remedy"), IN_WORDS)
def test_a_finding_is_said_with_the_names_of_all_concerned(ties: tuple[str, ...], english: str, spanish: str, remedy: str) -> None:
    at = contoso(*ties)
    [finding] = findings_of(at)

    assert finding_text(finding, Language.EN, at.names()) == english
    assert finding_text(finding, Language.ES, at.names()) == spanish
    assert what_to_do(finding, Language.EN, at.names()) == remedy
    assert not re.search(r"[{}]|[A-Z]_|BILLS|RESELLS|HOLDS|ADMINISTERS", what_to_do(finding, Language.ES, at.names()))
