"""What the shipped policy holds: its table, its topics and its texts."""

import re
from datetime import UTC, datetime

import pytest

from policy.instant import instant_of
from policy.phrases import phrases
from policy.policy import Text
from policy.policy_file import shipped_policy
from policy.terms import Boundary, Category, Cloud, Language
from tests.oracle.table import TOPICS, VERDICTS

# policy.md, section 5, by hand; `~` repeats the interpretation before it. Columns, after the standing:
# SUBSCRIPTION | ACQUISITION | BILLING | ENDING | OPERATIONAL | RELATIONSHIP | ADMINISTRATION | SUPPORT | GENERAL | MARKETING
TABLE = """
DIRECT_BILLER      : E S1 S2 | E S1 S2 | E S1 S2 | E S1 S2 | E S1 | E S1 | E S1 | E S1 | E S1 | E S1 *all-communication-includes-marketing
RESELLER           : E S1 *reseller-faces-customer | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~
PROVIDER           : P S1 S2 *provider-behind-reseller | P S1 S2 ~ | P S1 S2 ~ | P S1 S2 ~ | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ \
                   | P S1 ~ | N ~
RELATED            : E S1 *relationship-before-purchase | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~ | E S1 ~
RELATED_PROVIDER   : P S1 *provider-behind-reseller | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ | P S1 ~ | N ~
SUPPORT_CONTACT    : N | N | N | N | P *support-contact-helps | N | N | P ~ | N | N
ADMINISTRATOR      : N | N | N | N | P *administrator-operates | N | P *administrator-own-access | P *administrator-operates | N | N
FORMER_BILLER      : N | N | P *closing-invoices | N | N | N | N | N | N | N
FORMER_RESELLER    : N | N | P *closing-invoices | N | N | N | N | N | N | N
CLOSING_PARTNER    : N | N | P *closing-invoices | P *closing-matters | N | N | N | N | N | N
OTHER_PARTNER      : N *own-subscriptions-only | N ~ | N ~ | N ~ | N ~ | N ~ | N ~ | N ~ | N ~ | N ~
UNBILLED_RESELLER  : U *billing-not-recorded | U ~ | U ~ | U ~ | U ~ | U ~ | U ~ | U ~ | U ~ | U ~
RELATED_UNRECORDED : U *billing-not-recorded | P S1 *related-partner-speaks-of-itself | U *billing-not-recorded | U ~ | U ~ \
                   | P S1 *related-partner-speaks-of-itself | P S1 ~ | U *billing-not-recorded | U ~ | U ~
RELATED_BESIDES    : N *own-subscriptions-only | P S1 *related-partner-speaks-of-itself | N *own-subscriptions-only | N ~ | N ~ \
                   | P S1 *related-partner-speaks-of-itself | P S1 ~ | N *own-subscriptions-only | N ~ | N ~
OPERATOR_OF_CSP    : X S2 | X S2 *acquisition-about-a-subscription | X S2 | X S2 | P S3 | P S3 *relationship-mail-is-operational | P S3 ~ \
                   | N *s1-in-general | N ~ | X S2 *marketing-about-a-subscription
OPERATOR_DIRECT    : E S4 | E S4 | E S4 | E S4 | E S3 S4 | E S4 | P S3 *relationship-mail-is-operational | E S4 | E S4 \
                   | P S4 *continuing-is-no-duty-to-offer
OPERATOR_UNBILLED  : U *billing-not-recorded | U ~ | U ~ | U ~ | P S3 | P S3 *relationship-mail-is-operational | P S3 ~ \
                   | U *billing-not-recorded | U ~ | U ~
OPERATOR_ONLY      : N *s1-in-general | N ~ | N ~ | N ~ | P S3 | P S3 *relationship-mail-is-operational | P S3 ~ \
                   | N *s1-in-general | N ~ | N ~
OPERATOR_FORMER    : N | N | P S4 *closing-invoices | N | N | N | N | N | N | N
OPERATOR_CLOSING   : N | N | P S4 *closing-invoices | P S4 *closing-matters | N | N | N | N | N | N
NONE               : N | N | N | N | N | N | N | N | N | N
"""


def test_the_shipped_table_is_the_one_of_the_policy() -> None:
    """Every standing and category, its verdict, its statements and its interpretation."""
    expected = {}
    for row in TABLE.strip().splitlines():
        standing, cells = row.split(":")
        reading = None
        for category, cell in zip(Category, cells.split("|"), strict=True):
            letter, *rest = cell.split()
            reading = next((word[1:] for word in rest if word.startswith("*")), reading)
            has_reading = any(word[0] in "*~" for word in rest)
            statements = tuple(word for word in rest if word[0] == "S")
            expected[standing.strip(), category] = (VERDICTS[letter], statements, reading if has_reading else None)

    assert shipped_policy().table == expected


def test_the_shipped_topics_are_those_of_the_policy_in_its_order() -> None:
    expected = [(code, category) for category, codes in TOPICS.items() for code in codes.split()]

    assert [(topic.code, topic.category) for topic in shipped_policy().topics.values()] == expected


def test_the_head_of_the_shipped_policy_says_what_it_applies_to_and_since_when() -> None:
    ours = shipped_policy()

    assert ours.clouds == {Cloud.PUBLIC, Cloud.US_GOVERNMENT}
    assert ours.effective_from == instant_of(datetime(2019, 11, 20, tzinfo=UTC))
    assert ours.boundaries == {True: Boundary.INSTANT, False: Boundary.NEXT_UTC_DAY}
    assert list(ours.statements) == ["S1", "S2", "S3", "S4"]
    assert shipped_policy() is ours


SOURCE = "Customer communication from Microsoft, Partner Center documentation, 11/20/2019, asset id EE52153B-6B91-4A9C-8F26-8ECAC3391D4B"


@pytest.mark.parametrize(
    ("code", "paragraph"),
    [("S1", "paragraph 1, sentence 1"), ("S2", "paragraph 1, sentence 2"), ("S3", "paragraph 2"), ("S4", "paragraph 3")],
)
def test_a_statement_names_the_document_its_date_and_the_paragraph(code: str, paragraph: str) -> None:
    assert shipped_policy().statements[code].source == f"{SOURCE}, {paragraph}"


def sentences() -> list[Text]:
    ours = shipped_policy()
    return [
        *(statement.text for statement in ours.statements.values()),
        *(reading.text for reading in ours.interpretations.values()),
        *(topic.description for topic in ours.topics.values()),
    ]


@pytest.mark.parametrize("language", Language)
def test_every_text_is_a_sentence_of_its_own(language: Language) -> None:
    """So that it can be quoted."""
    texts = [text[language] for text in sentences()]

    assert [text for text in texts if not (text[0].isupper() and text.endswith(".") and "  " not in text)] == []
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", Language)
def test_the_name_of_a_topic_reads_on_from_about(language: Language) -> None:
    """Lower case, no full stop; no two topics have the same."""
    names = [topic.name[language] for topic in shipped_policy().topics.values()]

    assert [name for name in names if not name[0].islower() or name.endswith(".")] == []
    assert len(set(names)) == len(names)


def test_no_text_stands_in_the_language_of_the_other() -> None:
    assert [text for text in sentences() if text[Language.EN] == text[Language.ES]] == []


def test_every_phrase_has_the_same_gaps_in_both_languages() -> None:
    def gaps(template: str) -> set[str]:
        return set(re.findall(r"\{(\w*)\}", template))

    texts = phrases()

    assert {name for name, text in texts.items() if set(text) != set(Language)} == set()
    assert {name for name, text in texts.items() if gaps(text[Language.EN]) != gaps(text[Language.ES])} == set()
