"""What an explanation says of the facts: when, what was known, which of several, in what state; each of these was false once."""

from datetime import UTC, datetime

import pytest

from policy.decide import decide
from policy.explain import Asked, explain
from policy.facts import History, Relationship, Version
from policy.instant import instant_of
from policy.named import Names
from policy.phrases import phrases
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.spoken_time import spoken_end
from policy.terms import Language, RelationshipType, Standing
from tests.oracle.book import moment

EN, ES = Language.EN, Language.ES
CONTOSO, ADATUM = "customer:contoso", "partner:adatum"
NAMES = {"contoso": CONTOSO, "adatum": ADATUM, "iris": "partner:iris", "microsoft": "operator:microsoft", "21vianet": "operator:21vianet"}


def node(name: str) -> str:
    return NAMES.get(name) or (f"agreement:{name}" if name.startswith("ea") else f"subscription:{name}")


def instant(text: str) -> int:
    found = moment(text)
    assert found is not None
    return instant_of(found)


def edge(tie: str) -> Relationship:
    """`adatum BILLS office 2024-01-01 2024-10-21`."""
    start, type_, end, *validity = tie.split()
    since, until = (*validity, None, None)[:2]
    valid = instant(since or "2020-01-01"), instant(until) if until else None
    return Relationship(RelationshipType(type_), node(start), node(end), None, *valid, 0, None, "")


def contoso(*ties: str, at: str = "2026-03-14", status: str = "active") -> Situation:
    edges = tuple(edge(tie) for each in ties for tie in each.split("; "))
    known = {CONTOSO, *NAMES.values(), *(end for each in edges for end in (each.start, each.end))}
    properties = {
        each: {"name": each.partition(":")[2].title(), "cloud": "PUBLIC", "status": status, "channel": "DIRECT"} for each in known
    }
    found = situation(
        History(CONTOSO, edges, {each: (Version(0, None, values),) for each, values in properties.items()}),
        instant(at),
        2**60,
        shipped_policy().rules,
    )
    assert found is not None
    return found


def said(
    at: Situation, language: Language = EN, who: str = ADATUM, topic: str = "invoice", scope: str | None = None, **asked: object
) -> str:
    policy = shipped_policy()
    about = policy.topics[topic]
    decision = decide(at, who, about.category, policy, scope)
    return explain(decision, Asked(at, at.names(), about, policy, **asked), language)  # type: ignore[arg-type]


FIVE = [f"contoso HOLDS {each}; adatum BILLS {each}" for each in ("a1", "b2", "c3", "d4", "e5")]
OTHER = "contoso HOLDS office; iris BILLS office"


def test_a_partner_that_bills_five_is_not_told_to_bill_one() -> None:
    at = contoso(*FIVE, OTHER)

    assert "it bills the subscription A1, among others." in said(at, scope="subscription:office")
    assert "Adatum es ajeno: factura la suscripción A1, entre otras." in said(at, ES, scope="subscription:office")
    assert "it bills the subscription A1." in said(contoso(FIVE[0], OTHER), scope="subscription:office")


def test_agreements_are_not_counted_as_subscriptions() -> None:
    scopes = [*(f"subscription:s{place}" for place in range(5)), "agreement:x", "agreement:z"]
    named = {each: each.partition(":")[2] for each in scopes}

    assert Names(scopes, named, EN).scopes(scopes) == "the subscriptions s0, s1, s2 and 2 more, and 2 agreements"
    assert Names(scopes, named, ES).scopes(scopes[3:]) == "las suscripciones s3 y s4, así como los contratos x y z"


def test_an_agreement_called_so_is_not_called_so_twice() -> None:
    assert Names(["agreement:ea"], {"agreement:ea": "Enterprise Agreement"}, EN).scopes(["agreement:ea"]) == "the Enterprise Agreement"
    assert (
        Names(["agreement:ea"], {"agreement:ea": "Enterprise Agreement"}, ES).scopes(["agreement:ea"]) == "el contrato Enterprise Agreement"
    )


def test_what_was_known_when_is_said_where_it_was_asked_about() -> None:
    at, known = contoso(FIVE[0]), instant("2026-03-01T10:00:00")

    assert "invoices, as of 14 March 2026 (UTC), as it was known on 1 March 2026 (UTC). " in said(at, known_at=known)
    assert "según la situación a 14 de marzo de 2026 (UTC), tal como se conocía a 1 de marzo de 2026 (UTC). " in said(
        at, ES, known_at=known
    )
    assert "known" not in said(at)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2024-10-20T12:00:00", "as of 20 October 2024 (UTC)."),
        ("2024-10-21T12:29:00", "as of 21 October 2024, 12:29 (UTC)."),
        ("2024-10-21T12:30:00", "as of 21 October 2024, 12:30 (UTC)."),
        ("2024-10-21T12:30:45", "as of 21 October 2024, 12:30:45 (UTC)."),
        ("2024-10-21T12:30:45.000007", "as of 21 October 2024, 12:30:45.000007 (UTC)."),
        ("2024-10-22", "as of 22 October 2024 (UTC)."),
    ],
)
def test_the_time_is_said_on_a_day_on_which_something_begins_or_ends(at: str, told: str) -> None:
    """So exactly that the answers before and after it are told apart."""
    ends = "2024-10-21T12:30:45.000005" if "." in at else "2024-10-21T12:30:30" if ":45" in at else "2024-10-21T12:30:00"

    assert told in said(contoso("contoso HOLDS office", f"adatum BILLS office 2024-01-01 {ends}", f"iris BILLS office {ends}", at=at))


def test_what_begins_or_ends_at_midnight_parts_no_day() -> None:
    assert "as of 21 October 2024 (UTC)." in said(contoso(OTHER, "adatum RESELLER_FOR contoso 2024-10-21", at="2024-10-21T15:00:00"))


def test_what_ends_at_midnight_held_until_the_end_of_the_day_before() -> None:
    former = contoso("contoso HOLDS office", "adatum BILLS office 2024-01-01 2024-10-21", "iris BILLS office 2024-10-21", at="2024-12-01")

    assert "Adatum billed the subscription Office until the end of 20 October 2024." in said(former)
    assert "Adatum facturó la suscripción Office hasta el 20 de octubre de 2024, inclusive." in said(former, ES)
    noon = instant_of(datetime(2024, 10, 20, 12, tzinfo=UTC))
    assert (spoken_end(noon, EN), spoken_end(noon, ES)) == (
        "until 20 October 2024, 12:00 (UTC)",
        "hasta el 20 de octubre de 2024, 12:00 h (UTC)",
    )


def test_a_statement_that_a_reading_rests_on_is_quoted() -> None:
    text = said(contoso("contoso HOLDS office"), who="operator:microsoft")

    assert "(S2)" in text
    assert "makes no statement" not in text


@pytest.mark.parametrize(
    ("ties", "told"),
    [
        ("adatum RESELLER_FOR contoso", "Adatum is an accepted reseller of Contoso, but does not sell the subscription Office."),
        (
            "iris RESELLER_FOR contoso",
            "Adatum does not bill, resell or support the subscription Office, and has no admin access to Contoso.",
        ),
    ],
)
def test_whom_the_policy_does_not_mean_is_told_with_what_is_on_record(ties: str, told: str) -> None:
    assert told in said(contoso(OTHER, ties))


def test_who_resells_what_the_operator_sells_is_told_so() -> None:
    at = contoso("contoso HOLDS office", "microsoft BILLS office", "adatum RESELLS office")

    assert "Adatum is on record as reseller of the subscription Office, which Microsoft sells directly." in said(at)


def test_a_yes_for_some_scopes_names_them_in_the_first_sentence() -> None:
    at = contoso(*FIVE[:2], OTHER)

    assert said(at).startswith("Yes, in part: Adatum is expected to speak to Contoso about invoices for the subscriptions A1 and B2, as of")
    assert " For the subscription Office, the policy does not say. " in said(at)
    assert said(at, ES).startswith(
        "Sí, en parte: se espera que Adatum hable con Contoso sobre las facturas respecto de las suscripciones A1 y B2, según"
    )
    assert said(contoso(*FIVE)).startswith("Yes: Adatum is expected to speak to Contoso about invoices, as of")


@pytest.mark.parametrize(
    ("status", "english", "spanish"),
    [
        ("suspended", "Office (suspended)", "Office (suspendida)"),
        ("Expired", "Office (expired)", "Office (vencida)"),
        ("disabled", "Office (disabled)", "Office (deshabilitada)"),
        ("active", "Office,", "Office,"),
    ],
)
def test_the_status_of_a_subscription_is_said(status: str, english: str, spanish: str) -> None:
    at = contoso("contoso HOLDS office; adatum BILLS office", status=status)

    assert english in said(at)
    assert spanish in said(at, ES)


def test_a_name_that_was_another_one_then_is_told_once() -> None:
    text = said(contoso(FIVE[0]), then={ADATUM: "Adatum AG", CONTOSO: "Contoso"}, known_at=instant("2026-03-14"))

    assert text.startswith("Yes: Adatum, then called Adatum AG, is expected to speak to Contoso about invoices, as of")
    assert text.count("Adatum AG") == 1


def test_a_day_before_the_policy_was_published_is_told_so() -> None:
    at = contoso("contoso HOLDS office 2018-01-01", "adatum BILLS office 2018-01-01", at="2019-01-01")

    assert "The page that is applied was published only later, on 20 November 2019." in said(at)
    assert "only later" not in said(contoso(FIVE[0]))


@pytest.mark.parametrize("topic", shipped_policy().topics)
def test_a_topic_takes_its_article(topic: str) -> None:
    assert phrases()[f"topic.{topic}"][ES].split()[0] in {"el", "la", "los", "las"}
    assert f" sobre {phrases()[f'topic.{topic}'][ES]}, según" in said(contoso(FIVE[0]), ES, topic=topic)


def test_every_standing_statement_and_reading_has_its_words() -> None:
    policy = shipped_policy()

    assert {f"short.{name}" for name in (*policy.statements, *policy.interpretations)} <= set(phrases())
    assert [each for each in Standing if not any(name.startswith(f"standing.{each}") for name in phrases())] == []
