"""One value given to every door: all take it as the same, or all refuse it in the same words."""

import os
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.partner_center.told import PLACEHOLDER
from policy.values.properties import faults_of
from schema.changes import PutPartner
from tests.values.doors import (
    FIELDS,
    Field,
    Outcome,
    Refused,
    Taken,
    as_answered,
    by_answer,
    by_apply,
    by_book,
    key_by_answer,
    key_by_apply,
    key_by_book,
    mpn_id_by_answer,
)

FORMS = (".csv", ".ndjson", ".parquet")
ODD = "\x00\x01\t\n\r\x1f\x7f\x85\x9f\u00a0\u061c\u200e\u200f\u2028\u202a\u202e\u2066\u2069\ufeff|:,\"'=İıßﬁΣςé\u0301\u0344K"
CHARACTERS = st.sampled_from(ODD + "abzAZ019-_. ") | st.characters(exclude_categories=["Cs"])
TIMES = st.sampled_from([49, 51, 200, 201, 253, 254, 1000, 1001, 8200])
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12) | st.builds(
    lambda text, times: (text * times)[:times], st.text(CHARACTERS, min_size=1, max_size=3), TIMES
)
NEAR = st.sampled_from(
    [
        *(
            "ES",
            "es",
            "Spain",
            "España",
            "XK",
            "ZZ",
            "ß",
            "active",
            "Deleted",
            "DELETED",
            "past due",
            "contoso.example",
            "Contoso..example",
        ),
        *(".a", "müller.example", "operator:microsoft", "customer:a", "another", "a:b", "a|b", "1111|2222", "12 34"),
        *("1" * 20, "1" * 21, "abc-1", "ABC-1", "-", "e\u0301"),
    ]
)
VALUES = TEXTS | NEAR
patiently = settings(deadline=None, derandomize="CI" in os.environ, max_examples=150)


def is_said_alone(value: str) -> bool:
    """Is it a value to files and answers too, of which the empty one says nothing?"""
    return bool(value.strip())


@patiently
@given(st.sampled_from(sorted(FIELDS)), VALUES.filter(is_said_alone))
@example("customer.name", "n" * 8_200)
@example("customer.country", "Spain")
@example("subscription.status", "Deleted")
def test_a_property_is_taken_by_all_doors_or_refused_by_all_in_the_same_words(name: str, value: str) -> None:
    field = FIELDS[name]
    expected = by_apply(field, value)

    for form in FORMS:
        agree(expected, by_book(field, value, form))
    answered = as_answered(field, value)
    if answered:
        agree(by_apply(field, answered), by_answer(field, value))
    stays(field, expected)


@patiently
@given(VALUES.filter(is_said_alone))
@example("operator:microsoft")
@example("subscription:x")
def test_a_key_is_taken_by_all_doors_or_refused_by_all_in_the_same_words(value: str) -> None:
    expected = key_by_apply(value)

    for form in FORMS:
        agree(expected, key_by_book(value, form))
    if not PLACEHOLDER.fullmatch(value.strip()):  # of a saved answer that is an example: nobody gives it to anything else
        agree(expected, key_by_answer(value))


@patiently
@given(VALUES.filter(lambda value: len(value.split()) == 1))
@example("1111|2222")
def test_an_mpn_id_is_taken_by_all_doors_or_refused_by_all_in_the_same_words(value: str) -> None:
    partner = FIELDS["partner.name"]._replace(put=PutPartner, property="mpnIds", column="mpn_ids")
    expected = by_apply(partner, [value])

    for form in FORMS:
        agree(expected, by_book(partner, [value], form))
    agree(expected, mpn_id_by_answer(value))
    stays(partner, expected)


def test_an_mpn_id_with_a_space_is_not_two_of_them() -> None:
    partner = FIELDS["partner.name"]._replace(put=PutPartner, property="mpnIds", column="mpn_ids")

    found = [by_apply(partner, ["a b", "c"]), by_book(partner, ["a b", "c"], ".ndjson"), by_book(partner, ["a b", "c"], ".parquet")]

    assert len(set(found)) == 1
    assert isinstance(found[0], Refused)


@pytest.mark.parametrize("name", ["customer.name", "subscription.offer"])
def test_half_a_character_is_refused_and_left_out_of_a_saved_answer(name: str) -> None:
    """Neither CSV nor Parquet can spell it."""
    field = FIELDS[name]
    refused = by_apply(field, "Con\ud800toso")

    assert isinstance(refused, Refused)
    assert by_book(field, "Con\ud800toso", ".ndjson") == refused
    assert by_answer(field, "Con\u202etoso\x07") == Taken("Contoso")


def agree(expected: Outcome, found: Outcome) -> None:
    if isinstance(expected, Taken):
        assert found == expected
    else:
        assert isinstance(found, Refused)
        assert expected.reason in found.reason


def stays(field: Field, outcome: Outcome) -> None:
    """What is stored would be taken again, as the same."""
    if isinstance(outcome, Taken):
        assert faults_of({field.property: outcome.value}) == []
        assert by_apply(field, outcome.value) == outcome  # type: ignore[arg-type]
        assert not isinstance(outcome.value, str) or unicodedata.is_normalized("NFC", outcome.value)
