"""Text as it is compared: what people take for one text has one form, whatever characters it has."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.collation.folding import folded
from tests.policy.collation.letters import FILE, letters, text

UNICODE = "14.0.0"
"""Of the oldest Python that there is support for; a younger one knows more letters, which the file need not have."""
CODE_POINTS = [*range(0x20000), *range(0x2F800, 0x2FA20), *range(0x31350, 0x31360), *range(0xDFFF0, 0xE1010), 0xF0000, 0x10FFFF]
IOTA_BELOW = "\u0345"
"""An accent whose upper case is a letter."""
LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Nd", "Zs", "Po", "Sm", "So"]))
"""Names of which no character joins another one."""


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("CONTOSO", "contoso"),
        ("Łódź Sp. z o.o.", "lodz sp. z o.o."),
        ("Søren Ærø A/S", "soren aero a/s"),
        ("Þórður Guðmundsson", "thordur gudmundsson"),
        ("Đặng & Œuvre", "dang & oeuvre"),
        ("STRAẞE Straße", "strasse strasse"),
        ("İstanbul Isı", "istanbul isi"),
        ("Azərbaycan", "azerbaycan"),
        ("Ħamrun Ŧŋ", "hamrun tng"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ｿﾆｰ ｶﾞｽ", "ソニー ガス"),
        ("ﬁne™ ² ㍿", "finetm 2 株式会社"),
        ("O'Neil", "oneil"),
        ("O\u2019Neil O\u02bcNeil O`Neil O\u00b4Neil O\u2032Neil Hawai\u02bbi", "oneil oneil oneil oneil oneil hawaii"),
        ("\u043c\u2019\u044f\u0442\u0430", "\u043c\u044f\u0442\u0430"),
        ("Jean\u2013Luc Jean\u2010Luc Jean\u2212Luc Jean\u2014Luc", "jean-luc jean-luc jean-luc jean-luc"),
        ("\u00abX\u00bb \u201cX\u201d \u201eX\u201c", '"x" "x" "x"'),
        ("Con\u00adto\u200bso\u202e \ufeffAG", "contoso ag"),
        ("Con\u0001toso\tAG\u00a0x", "contoso ag x"),
        ("Ελλάς Οδυσσεύς", "ελλασ οδυσσευσ"),
        ("Ёлка Йод", "елка иод"),
        ("אָדָם", "אדם"),
        ("شَرِكَة شـركة", "شركة شركة"),
    ],
)
def test_a_text_is_compared_as_people_type_it(name: str, typed: str) -> None:
    assert folded(name) == typed == folded(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "Party 🎉"),
        (" ", "\u00a8"),
        ("か", "が"),
        ("하", "한"),
        ("มา", "ม้า"),
        ("Coop", "Co-op"),
        ("2", "\u01a8"),
        ("क्", "क"),
    ],
)
def test_texts_that_people_tell_apart_stay_apart(one: str, other: str) -> None:
    """Nor is one of them found in the other: characters beyond the Basic Multilingual Plane were once written in digits."""
    assert folded(one) not in folded(other)


def test_every_code_point_has_one_form_without_case_and_accents() -> None:
    wrong = []
    for character in map(chr, CODE_POINTS):
        form = folded(character)
        same = {folded(form), folded(character.lower()), folded(unicodedata.normalize("NFD", character))}
        if IOTA_BELOW not in unicodedata.normalize("NFD", character):
            same.add(folded(character.upper()))
        if same != {form}:
            wrong.append((character, form, same))

    assert wrong == []


def test_no_code_point_is_folded_to_a_control_character_or_to_white_space_but_a_space() -> None:
    forms = {folded(chr(code)) for code in CODE_POINTS}

    assert {each for form in forms for each in form if unicodedata.category(each) == "Cc" or (each.isspace() and each != " ")} == set()


def test_nothing_but_a_digit_is_folded_to_digits() -> None:
    """Of decimal ones; what has a number for its value, such as a number in a circle, is what people type for it."""
    digits = set("0123456789")
    found = {chr(code) for code in CODE_POINTS if digits & set(folded(chr(code)))}

    assert {each for each in found if not digits & set(unicodedata.normalize("NFKD", each))} == set()


def test_every_letter_of_a_latin_alphabet_is_typed_by_a_to_z() -> None:
    """Of the alphabets in which names are written; below are the blocks up to Latin Extended-B, and that of Vietnamese."""
    alphabets = (chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    kept = {each for each in alphabets if unicodedata.category(each) in {"Lu", "Ll"} and not (folded(each).isascii())}

    # an l with the middle dot of Catalan, which stays, and letters for tones, which nobody types by others
    assert kept == set("ĿŀƧƨƼƽƄƅ")


def test_the_letters_are_those_of_the_library() -> None:
    kept, made = json.loads(FILE.read_text("utf-8")), letters()
    if unicodedata.unidata_version != UNICODE:
        known = set("".join(kept.values()))
        made = {typed: found for typed, each in made.items() if (found := "".join(sorted(known & set(each))))}

    assert FILE.read_text("utf-8") == text(made)


@given(st.text())
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(st.text())
def test_equivalent_spellings_in_unicode_have_one_form(name: str) -> None:
    assert folded(unicodedata.normalize("NFC", name)) == folded(unicodedata.normalize("NFD", name)) == folded(name)


@given(LETTERS, LETTERS, LETTERS)
def test_a_text_contains_its_parts_and_starts_with_its_beginning(before: str, part: str, after: str) -> None:
    whole = folded(before + part + after)

    assert whole == folded(before) + folded(part) + folded(after)
    assert folded(part) in whole
    assert whole.startswith(folded(before))


@given(LETTERS, LETTERS, st.text(st.sampled_from("\u0301\u0308\u0323\u00ad\u200b\u200f\u202e\u2069\u0001'\u2019\ufe0f\U000e0041")))
def test_what_does_not_count_changes_nothing_wherever_it_stands(before: str, after: str, nothing: str) -> None:
    assert folded(before + nothing + after) == folded(before + after)
