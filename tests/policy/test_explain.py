"""The spoken explanation: complete, in both languages, and telling apart what is policy and what is reading."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from policy.decision import Decision, Ruling
from policy.explain import Asked, explain
from policy.facts import History, Relationship, Version
from policy.instant import instant_of
from policy.phrases import phrases
from policy.policy import Cell, Interpretation, Policy
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.terms import AdminKind, Category, Language, RelationshipType, Standing, Verdict

NOW = instant_of(datetime(2026, 11, 23, 14, tzinfo=UTC))
CONTOSO, FABRIKAM, NORTHWIND, MICROSOFT = "customer:contoso", "partner:fabrikam", "partner:northwind", "operator:microsoft"
OFFICE, AZURE, ENTERPRISE = "subscription:sub-1", "subscription:sub-2", "agreement:ea-1"
NAMES = {
    CONTOSO: "Contoso",
    FABRIKAM: "Fabrikam",
    NORTHWIND: "Northwind",
    MICROSOFT: "Microsoft",
    OFFICE: "Office 365 E3",
    AZURE: "Azure plan",
    ENTERPRISE: "Enterprise Agreement",
}


def edge(start: str, type_: RelationshipType, end: str, kind: AdminKind | None = None, until: int | None = None) -> Relationship:
    return Relationship(type_, start, end, kind, 0, until, 0, None, "test")


def bills(who: str, subscription: str, until: int | None = None) -> Relationship:
    return edge(who, RelationshipType.BILLS, subscription, until=until)


def resells(who: str, subscription: str) -> Relationship:
    return edge(who, RelationshipType.RESELLS, subscription)


def holds(subscription: str) -> Relationship:
    return edge(CONTOSO, RelationshipType.HOLDS, subscription)


def provides(who: str, reseller: str) -> Relationship:
    return edge(who, RelationshipType.PROVIDES_FOR, reseller)


def reseller_for(who: str) -> Relationship:
    return edge(who, RelationshipType.RESELLER_FOR, CONTOSO)


ENDED = instant_of(datetime(2024, 7, 1, tzinfo=UTC))

# standing -> communicator, scope, path as policy.md section 8 lists it
CASES: dict[Standing, tuple[str, str, tuple[Relationship, ...]]] = {
    Standing.DIRECT_BILLER: (FABRIKAM, OFFICE, (bills(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.RESELLER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), holds(OFFICE))),
    Standing.PROVIDER: (NORTHWIND, OFFICE, (bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.RELATED: (FABRIKAM, CONTOSO, (reseller_for(FABRIKAM),)),
    Standing.RELATED_PROVIDER: (NORTHWIND, CONTOSO, (reseller_for(NORTHWIND), provides(NORTHWIND, FABRIKAM))),
    Standing.SUPPORT_CONTACT: (FABRIKAM, OFFICE, (edge(FABRIKAM, RelationshipType.SUPPORTS, OFFICE), holds(OFFICE))),
    Standing.ADMINISTRATOR: (FABRIKAM, OFFICE, (edge(FABRIKAM, RelationshipType.ADMINISTERS, CONTOSO, AdminKind.GDAP),)),
    Standing.FORMER_BILLER: (FABRIKAM, OFFICE, (bills(FABRIKAM, OFFICE, ENDED), holds(OFFICE))),
    Standing.FORMER_RESELLER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE)._replace(valid_to=ENDED), holds(OFFICE))),
    Standing.CLOSING_PARTNER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE)._replace(valid_to=ENDED), holds(OFFICE))),
    Standing.OTHER_PARTNER: (FABRIKAM, OFFICE, (bills(FABRIKAM, AZURE), holds(AZURE))),
    Standing.UNBILLED_RESELLER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.RELATED_UNRECORDED: (FABRIKAM, OFFICE, (reseller_for(FABRIKAM),)),
    Standing.RELATED_BESIDES: (FABRIKAM, OFFICE, (reseller_for(FABRIKAM),)),
    Standing.OPERATOR_OF_CSP: (MICROSOFT, OFFICE, (bills(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.OPERATOR_DIRECT: (MICROSOFT, OFFICE, (bills(MICROSOFT, OFFICE), holds(OFFICE))),
    Standing.OPERATOR_UNBILLED: (MICROSOFT, OFFICE, (holds(OFFICE),)),
    Standing.OPERATOR_ONLY: (MICROSOFT, CONTOSO, ()),
    Standing.OPERATOR_FORMER: (MICROSOFT, OFFICE, (bills(MICROSOFT, OFFICE, ENDED), holds(OFFICE))),
    Standing.OPERATOR_CLOSING: (MICROSOFT, OFFICE, (bills(MICROSOFT, OFFICE), holds(OFFICE)._replace(valid_to=ENDED))),
    Standing.NONE: (FABRIKAM, OFFICE, ()),
}


def readings_of(cell: Cell) -> tuple[str, ...]:
    return (cell.interpretation,) if cell.interpretation else ()


def ruling(standing: Standing, category: Category = Category.SUBSCRIPTION, scope: str = "", path: tuple[Relationship, ...] = ()) -> Ruling:
    """The ruling of the shipped table, with the case's scope and path unless others are given."""
    cell = shipped_policy().table[standing, category]
    _, its_scope, its_path = CASES[standing]
    return Ruling(scope or its_scope, cell.verdict, standing, cell.statements, readings_of(cell), path or its_path)


def told(
    communicator: str,
    verdict: Verdict,
    *rulings: Ruling,
    about: str = "renewal",
    language: Language = Language.EN,
    by: Policy | None = None,
) -> str:
    policy = by or shipped_policy()
    names = NAMES | {each.scope: NAMES.get(each.scope, "Microsoft 365 E5") for each in rulings}
    asked = Asked(around(rulings), names, policy.topics[about], policy)
    return explain(Decision(communicator, CONTOSO, verdict, rulings, everywhere=True), asked, language)


def around(rulings: Iterable[Ruling], *others: Relationship, at: int = NOW) -> Situation:
    """The situation in which just the edges of these paths are on record, and others."""
    edges = tuple(dict.fromkeys([*(each for ruling in rulings for each in ruling.path), *others]))
    nodes = {CONTOSO, MICROSOFT, *(node for each in edges for node in (each.start, each.end)), *(each.scope for each in rulings)}
    found = situation(
        History(
            CONTOSO, edges, {node: (Version(0, None, {"cloud": "PUBLIC", "status": "active", "channel": "DIRECT"}),) for node in nodes}
        ),
        at,
        at,
        shipped_policy().rules,
    )
    assert found is not None
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.MIXED])
@pytest.mark.parametrize("standing", Standing)
def test_every_standing_and_verdict_is_told_in_every_language(standing: Standing, verdict: Verdict, language: Language) -> None:
    communicator, *_ = CASES[standing]

    text = told(communicator, verdict, ruling(standing)._replace(verdict=verdict), language=language)

    assert text[0].isupper()
    assert text.endswith(".")
    assert text == " ".join(text.split())
    assert not re.search(r"[{}]|\.\.|None|:[a-z]|[A-Z]_", text)
    assert NAMES[communicator] in text
    assert "Contoso" in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("standing", Standing)
def test_every_cell_is_told_with_its_statements_and_its_reading(standing: Standing, category: Category, language: Language) -> None:
    policy = shipped_policy()
    cell = policy.table[standing, category]

    text = told(CASES[standing][0], cell.verdict, ruling(standing, category), language=language)

    reading = policy.interpretations[cell.interpretation].text[language] if cell.interpretation else ""
    assert re.findall(r"\((S\d)\)", text) == sorted({*cell.statements, *re.findall(r"S\d", reading)})
    readings = [name for name, each in policy.interpretations.items() if any(quoted in text for quoted in spoken(name, each, language))]
    assert readings == ([cell.interpretation] if cell.interpretation else [])


def spoken(name: str, reading: Interpretation, language: Language) -> list[str]:
    """A reading in all of its words, and in short."""
    return [text[language].removesuffix(".") for text in (reading.text, phrases()[f"short.{name}"])]


def test_the_reseller_of_record_is_expected_to_speak() -> None:
    path = (resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), provides(NORTHWIND, FABRIKAM), holds(OFFICE))

    text = told(FABRIKAM, Verdict.EXPECTED, ruling(Standing.RESELLER, path=path))

    assert text == (
        "Yes: Fabrikam is expected to speak to Contoso about renewals, as of 23 November 2026 (UTC). "
        "Fabrikam resells the subscription Office 365 E3, which its indirect provider Northwind bills. "
        "The policy says, in short: “Communication is generally expected from the CSP partner” (S1). "
        "Vocero reads the policy so: “The reseller speaks, because it sells to the customer”."
    )


def test_microsoft_is_told_in_spanish_that_a_partner_bills() -> None:
    text = told(MICROSOFT, Verdict.PROHIBITED, ruling(Standing.OPERATOR_OF_CSP), language=Language.ES)

    assert text == (
        "No: Microsoft no debe hablar con Contoso sobre las renovaciones, según la situación a 23 de noviembre de 2026 (UTC). "
        "Quien factura la suscripción Office 365 E3 es el partner Fabrikam, no Microsoft. "
        "La política de 20 de noviembre de 2019 dice, en nuestras palabras: «Como el partner es el titular de la relación de facturación "
        "con el cliente, Microsoft no escribirá al cliente acerca de sus suscripciones» (S2)."
    )


def mixed(language: Language) -> str:
    direct = ruling(Standing.OPERATOR_DIRECT, scope=ENTERPRISE)
    return told(MICROSOFT, Verdict.MIXED, ruling(Standing.OPERATOR_OF_CSP), direct, language=language)


def test_a_mixed_answer_says_where_speaking_is_allowed_and_where_it_is_not() -> None:
    assert mixed(Language.EN).startswith(
        "In part: Microsoft is expected to speak to Contoso about renewals for the Enterprise Agreement, but must not for the subscription "
        "Office 365 E3, as of 23 November 2026 (UTC). Contoso is party to the Enterprise Agreement, made directly with Microsoft. "
        "The partner Fabrikam, not Microsoft, bills the subscription Office 365 E3. The policy says, in short: “As the partner bills"
    )
    assert mixed(Language.ES).startswith(
        "En parte: se espera que Microsoft hable con Contoso sobre las renovaciones respecto del contrato Enterprise Agreement, pero no "
        "debe hacerlo respecto de la suscripción Office 365 E3, según la situación a 23 de noviembre de 2026 (UTC). "
        "Contoso es parte en el contrato Enterprise Agreement, directamente con Microsoft. La política dice, en resumen: «Como"
    )


def test_a_cloud_that_is_not_covered_is_said_and_the_standing_still_told() -> None:
    china = ruling(Standing.OPERATOR_OF_CSP)._replace(verdict=Verdict.NOT_COVERED, statements=(), interpretations=())

    text = told(MICROSOFT, Verdict.NOT_COVERED, china)

    assert text == (
        "The cloud of Contoso is not covered by the policy, which neither allows nor forbids Microsoft to speak to it about renewals, "
        "as of 23 November 2026 (UTC). The partner Fabrikam, not Microsoft, bills the subscription Office 365 E3."
    )


def test_a_reading_is_said_to_decide_by_its_changed_version_only_where_the_changed_cell_was_used() -> None:
    ours = shipped_policy()
    changed = {name: reading._replace(changed=True) for name, reading in ours.interpretations.items()}
    here = replace(ours, interpretations=changed, switched=frozenset({(Standing.SUPPORT_CONTACT, Category.SUPPORT)}))
    elsewhere = replace(here, switched=frozenset({(Standing.SUPPORT_CONTACT, Category.OPERATIONAL)}))
    contact = ruling(Standing.SUPPORT_CONTACT, Category.SUPPORT)

    assert "its version of the policy decided here: “" in told(FABRIKAM, Verdict.PERMITTED, contact, about="ticket", by=here)
    assert "has changed this reading, but not for this question: “" in told(
        FABRIKAM, Verdict.PERMITTED, contact, about="ticket", by=elsewhere
    )
    assert "has changed" not in told(FABRIKAM, Verdict.PERMITTED, contact, about="ticket")


def test_many_scopes_alike_are_told_once_and_told_apart_by_their_keys() -> None:
    subscriptions = [f"subscription:m-{place}" for place in range(15)]
    rulings = [ruling(Standing.DIRECT_BILLER, scope=each, path=(bills(FABRIKAM, each), holds(each))) for each in subscriptions]

    text = told(FABRIKAM, Verdict.EXPECTED, *rulings)

    names = "Microsoft 365 E5 (m-0), Microsoft 365 E5 (m-1), Microsoft 365 E5 (m-2) and 12 more"
    assert f"Fabrikam bills the subscriptions {names}, with no other reseller on record." in text


def test_many_owners_are_told_in_a_few_sentences() -> None:
    subscriptions = [f"subscription:m-{place}" for place in range(15)]
    rulings = [ruling(Standing.OPERATOR_OF_CSP, scope=each, path=(bills(f"partner:p-{each[-2:]}", each),)) for each in subscriptions]

    text = told(MICROSOFT, Verdict.PROHIBITED, *rulings)

    assert text.count("The partner p-") == 3
    assert "So it is for the rest: 12 subscriptions." in text


def test_scopes_of_both_kinds_stand_in_one_list() -> None:
    administrator = [ruling(Standing.ADMINISTRATOR, scope=scope) for scope in (OFFICE, AZURE, ENTERPRISE)]

    text = told(FABRIKAM, Verdict.NOT_STATED, *administrator, language=Language.ES)

    assert (
        "Fabrikam tiene acceso de administración (GDAP) a Contoso, lo que no equivale a la titularidad de las suscripciones Office 365 E3 "
        "y Azure plan, así como el contrato Enterprise Agreement." in text
    )


def test_a_provider_is_told_with_those_it_provides_for() -> None:
    resellers = ("partner:fabrikam", "partner:iberia")
    path = (bills(NORTHWIND, OFFICE), *(resells(who, OFFICE) for who in resellers), provides(NORTHWIND, FABRIKAM), holds(OFFICE))

    text = told(NORTHWIND, Verdict.PERMITTED, ruling(Standing.PROVIDER, path=path), language=Language.ES)

    assert "Northwind, proveedor indirecto de Fabrikam, factura la suscripción Office 365 E3, con Fabrikam e iberia en la reventa." in text


def test_admin_access_to_a_customer_that_holds_nothing_is_told_without_a_scope() -> None:
    text = told(FABRIKAM, Verdict.NOT_STATED, ruling(Standing.ADMINISTRATOR, scope=CONTOSO))

    assert "(UTC). Fabrikam has admin access (GDAP) to Contoso, which is not ownership. The policy itself makes no statement" in text


@pytest.mark.parametrize(
    ("name", "told_as"),
    [("Contoso Ltd.", "Contoso Ltd. about"), (" Contoso\n GmbH ", "Contoso GmbH about"), ("{who}", "{who} about"), ("", "contoso about")],
)
def test_any_name_can_be_told(name: str, told_as: str) -> None:
    """A full stop, white space, braces; no name at all is told by the key."""
    policy = shipped_policy()
    decision = Decision(FABRIKAM, CONTOSO, Verdict.NOT_STATED, (ruling(Standing.NONE, scope=CONTOSO),), everywhere=False)

    asked = Asked(around(decision.rulings), NAMES | {CONTOSO: name}, policy.topics["renewal"], policy)
    text = explain(decision, asked, Language.EN)

    assert told_as in text
    assert ".." not in text


@pytest.mark.parametrize("language", Language)
def test_a_name_from_right_to_left_stands_isolated_and_turns_nothing_round(language: Language) -> None:
    policy, decision = shipped_policy(), Decision(FABRIKAM, CONTOSO, Verdict.EXPECTED, (ruling(Standing.DIRECT_BILLER),), everywhere=True)
    names = NAMES | {FABRIKAM: "شركة\u202e", CONTOSO: "\u202eContoso", OFFICE: "Office \u2067365 E3"}

    text = explain(decision, Asked(around(decision.rulings), names, policy.topics["renewal"], policy), language)

    plain = told(FABRIKAM, Verdict.EXPECTED, ruling(Standing.DIRECT_BILLER), language=language)
    assert text == plain.replace("Fabrikam", "\u2068شركة\u2069")
