"""The spoken explanation: complete, in both languages, and telling apart what is policy and what is reading."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from policy.decision import Decision, Ruling
from policy.explain import explain
from policy.facts import Relationship
from policy.instant import instant_of
from policy.policy import Policy
from policy.policy_file import shipped_policy
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


ENDED = instant_of(datetime(2024, 7, 1, tzinfo=UTC))

# standing -> communicator, scope, path as policy.md section 8 lists it
CASES: dict[Standing, tuple[str, str, tuple[Relationship, ...]]] = {
    Standing.DIRECT_BILLER: (FABRIKAM, OFFICE, (bills(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.RESELLER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), holds(OFFICE))),
    Standing.PROVIDER: (NORTHWIND, OFFICE, (bills(NORTHWIND, OFFICE), resells(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.RELATED: (FABRIKAM, CONTOSO, (edge(FABRIKAM, RelationshipType.RESELLER_FOR, CONTOSO),)),
    Standing.SUPPORT_CONTACT: (FABRIKAM, OFFICE, (edge(FABRIKAM, RelationshipType.SUPPORTS, OFFICE), holds(OFFICE))),
    Standing.ADMINISTRATOR: (FABRIKAM, OFFICE, (edge(FABRIKAM, RelationshipType.ADMINISTERS, CONTOSO, AdminKind.GDAP),)),
    Standing.FORMER_BILLER: (FABRIKAM, OFFICE, (bills(FABRIKAM, OFFICE, ENDED), holds(OFFICE))),
    Standing.OTHER_PARTNER: (FABRIKAM, OFFICE, (bills(FABRIKAM, AZURE), holds(AZURE))),
    Standing.UNBILLED_RESELLER: (FABRIKAM, OFFICE, (resells(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.OPERATOR_OF_CSP: (MICROSOFT, OFFICE, (bills(FABRIKAM, OFFICE), holds(OFFICE))),
    Standing.OPERATOR_DIRECT: (MICROSOFT, OFFICE, (bills(MICROSOFT, OFFICE), holds(OFFICE))),
    Standing.OPERATOR_UNBILLED: (MICROSOFT, OFFICE, (holds(OFFICE),)),
    Standing.OPERATOR_ONLY: (MICROSOFT, CONTOSO, ()),
    Standing.NONE: (FABRIKAM, OFFICE, ()),
}


def ruling(standing: Standing, category: Category = Category.SUBSCRIPTION, scope: str = "", path: tuple[Relationship, ...] = ()) -> Ruling:
    """The ruling of the shipped table, with the case's scope and path unless others are given."""
    cell = shipped_policy().table[standing, category]
    _, its_scope, its_path = CASES[standing]
    return Ruling(scope or its_scope, cell.verdict, standing, cell.statements, cell.interpretation, path or its_path)


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
    return explain(Decision(communicator, CONTOSO, verdict, rulings), names, policy.topics[about], policy, language, NOW)


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

    assert re.findall(r"\((S\d)\)", text) == list(cell.statements)
    readings = [name for name, reading in policy.interpretations.items() if reading.text[language].removesuffix(".") in text]
    assert readings == ([cell.interpretation] if cell.interpretation else [])


def test_the_reseller_of_record_is_expected_to_speak() -> None:
    path = (resells(FABRIKAM, OFFICE), bills(NORTHWIND, OFFICE), provides(NORTHWIND, FABRIKAM), holds(OFFICE))

    text = told(FABRIKAM, Verdict.EXPECTED, ruling(Standing.RESELLER, path=path))

    assert text == (
        "Yes: Fabrikam is expected to speak to Contoso about renewals, as of 23 November 2026 (UTC). "
        "Fabrikam resells the subscription Office 365 E3, which its indirect provider Northwind bills. "
        "The policy says, in our words: “In general, all communication with the customer is expected to come from the Cloud Solution "
        "Provider partner” (S1), as published on 20 November 2019. "
        "Where the policy is silent, Vocero reads it so: “Where one partner resells a subscription that another one bills, the partner "
        "whom S1 expects to speak is the reseller, because it is the one that sells to the customer”."
    )


def test_microsoft_is_told_in_spanish_that_a_partner_bills() -> None:
    text = told(MICROSOFT, Verdict.PROHIBITED, ruling(Standing.OPERATOR_OF_CSP), language=Language.ES)

    assert text == (
        "No: Microsoft no debe hablar con Contoso sobre renovaciones, según la situación a 23 de noviembre de 2026 (UTC). "
        "Quien factura la suscripción Office 365 E3 es el partner Fabrikam, no Microsoft. "
        "La política dice, en nuestras palabras: «Como el partner es el titular de la relación de facturación con el cliente, Microsoft "
        "no escribirá al cliente acerca de sus suscripciones» (S2), según se publicó el 20 de noviembre de 2019."
    )


def mixed(language: Language) -> str:
    direct = ruling(Standing.OPERATOR_DIRECT, scope=ENTERPRISE)
    return told(MICROSOFT, Verdict.MIXED, ruling(Standing.OPERATOR_OF_CSP), direct, language=language)


def test_a_mixed_answer_says_where_speaking_is_allowed_and_where_it_is_not() -> None:
    assert mixed(Language.EN).startswith(
        "In part: Microsoft may speak to Contoso about renewals with regard to the agreement Enterprise Agreement, but must not with "
        "regard to the subscription Office 365 E3, as of 23 November 2026 (UTC). "
        "Contoso is party to the agreement Enterprise Agreement, made directly with Microsoft. There, Microsoft is expected to speak. "
        "The partner Fabrikam, not Microsoft, bills the subscription Office 365 E3. There, Microsoft must not speak. "
        "The policy says, in our words: “Because the partner"
    )
    assert mixed(Language.ES).startswith(
        "En parte: Microsoft puede hablar con Contoso sobre renovaciones en relación con el contrato Enterprise Agreement, pero no debe "
        "hacerlo en relación con la suscripción Office 365 E3, según la situación a 23 de noviembre de 2026 (UTC). "
        "Contoso es parte en el contrato Enterprise Agreement, por una relación directa con Microsoft. Ahí se espera que Microsoft hable. "
        "Quien factura la suscripción Office 365 E3 es el partner Fabrikam, no Microsoft. Ahí Microsoft no debe hablar. "
        "La política dice, en nuestras palabras: «Como el partner"
    )


def test_a_cloud_that_is_not_covered_is_said_and_the_standing_still_told() -> None:
    china = ruling(Standing.OPERATOR_OF_CSP)._replace(verdict=Verdict.NOT_COVERED, statements=(), interpretation=None)

    text = told(MICROSOFT, Verdict.NOT_COVERED, china)

    assert text == (
        "The cloud of Contoso is not covered by the policy, so the policy neither allows nor forbids Microsoft to speak to Contoso about "
        "renewals, as of 23 November 2026 (UTC). The partner Fabrikam, not Microsoft, bills the subscription Office 365 E3."
    )


def test_a_reading_that_the_operator_of_the_service_changed_is_said_to_be_changed() -> None:
    ours = shipped_policy()
    changed = {name: reading._replace(changed=True) for name, reading in ours.interpretations.items()}
    theirs = replace(ours, interpretations=changed)
    contact = ruling(Standing.SUPPORT_CONTACT, Category.SUPPORT)

    english = told(FABRIKAM, Verdict.PERMITTED, contact, by=theirs)
    spanish = told(FABRIKAM, Verdict.PERMITTED, contact, by=theirs, language=Language.ES)

    assert "”; but the operator of this service has changed this reading, and its version of the policy decided here." in english
    assert "»; pero el operador de este servicio ha cambiado esta lectura, y aquí ha decidido su versión de la política." in spanish
    assert "has changed" not in told(FABRIKAM, Verdict.PERMITTED, contact)


def test_many_scopes_alike_are_told_once_and_told_apart_by_their_keys() -> None:
    subscriptions = [f"subscription:m-{place}" for place in range(15)]
    rulings = [ruling(Standing.DIRECT_BILLER, scope=each, path=(bills(FABRIKAM, each), holds(each))) for each in subscriptions]

    text = told(FABRIKAM, Verdict.EXPECTED, *rulings)

    names = "Microsoft 365 E5 (m-0), Microsoft 365 E5 (m-1), Microsoft 365 E5 (m-2) and 12 more"
    assert f"Fabrikam bills the subscriptions {names}, with no other partner on record as reseller." in text


def test_many_owners_are_told_in_a_few_sentences() -> None:
    subscriptions = [f"subscription:m-{place}" for place in range(15)]
    rulings = [ruling(Standing.OPERATOR_OF_CSP, scope=each, path=(bills(f"partner:p-{each[-2:]}", each),)) for each in subscriptions]

    text = told(MICROSOFT, Verdict.PROHIBITED, *rulings)

    assert text.count("The partner p-") == 3
    assert "Much the same goes for 12 more." in text


def test_scopes_of_both_kinds_stand_in_one_list() -> None:
    administrator = [ruling(Standing.ADMINISTRATOR, scope=scope) for scope in (OFFICE, AZURE, ENTERPRISE)]

    text = told(FABRIKAM, Verdict.NOT_STATED, *administrator, language=Language.ES)

    assert (
        "Para las suscripciones Office 365 E3, Azure plan y el contrato Enterprise Agreement, Fabrikam tiene acceso de administración "
        "(GDAP) a Contoso, lo que no equivale a la titularidad." in text
    )


def test_a_provider_is_told_with_those_it_provides_for() -> None:
    resellers = ("partner:fabrikam", "partner:iberia")
    path = (bills(NORTHWIND, OFFICE), *(resells(who, OFFICE) for who in resellers), provides(NORTHWIND, FABRIKAM), holds(OFFICE))

    text = told(NORTHWIND, Verdict.PERMITTED, ruling(Standing.PROVIDER, path=path), language=Language.ES)

    assert (
        "Northwind, proveedor indirecto de Fabrikam, factura la suscripción Office 365 E3, cuya reventa corresponde a Fabrikam e iberia."
        in text
    )


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
    decision = Decision(FABRIKAM, CONTOSO, Verdict.NOT_STATED, (ruling(Standing.NONE, scope=CONTOSO),))

    text = explain(decision, NAMES | {CONTOSO: name}, policy.topics["renewal"], policy, Language.EN, NOW)

    assert told_as in text
    assert ".." not in text


@pytest.mark.parametrize("language", Language)
def test_a_name_from_right_to_left_stands_isolated_and_turns_nothing_round(language: Language) -> None:
    policy, decision = shipped_policy(), Decision(FABRIKAM, CONTOSO, Verdict.EXPECTED, (ruling(Standing.DIRECT_BILLER),))
    names = NAMES | {FABRIKAM: "شركة\u202e", CONTOSO: "\u202eContoso", OFFICE: "Office \u2067365 E3"}

    text = explain(decision, names, policy.topics["renewal"], policy, language, NOW)

    plain = told(FABRIKAM, Verdict.EXPECTED, ruling(Standing.DIRECT_BILLER), language=language)
    assert text == plain.replace("Fabrikam", "\u2068شركة\u2069")
