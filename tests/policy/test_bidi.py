"""Names in sentences: none turns round what stands beside it."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.bidi import isolated
from policy.named import Names
from policy.terms import Language

ARABIC = "شركة"
OPENING, CLOSING = set("\u2066\u2067\u2068"), "\u2069"
TURNING = {"R", "AL", "AN"}
FORMATTING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize("name", ["Contoso", "Łódź Sp. z o.o.", "微软中国", "Ελλάς (3)", "Party 🎉", "\u200eContoso\u200e"])
def test_a_name_that_runs_from_left_to_right_stands_as_it_is(name: str) -> None:
    assert isolated(name) == name


@pytest.mark.parametrize("name", [ARABIC, f"Contoso {ARABIC} 365", "מיקרוסופט", "\u0661\u0662", "Contoso\u200f", "\u061cContoso"])
def test_a_name_with_characters_that_run_the_other_way_is_isolated(name: str) -> None:
    assert isolated(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u202c"])
def test_a_name_can_not_turn_or_isolate_what_follows_it(mark: str) -> None:
    assert isolated(f"Con{mark}toso") == "Contoso"
    assert isolated(f"{ARABIC}{mark}x") == f"\u2068{ARABIC}x\u2069"


def test_whatever_runs_from_right_to_left_is_isolated() -> None:
    """Every character of which Python's Unicode says so."""
    turning = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.bidirectional(chr(code)) in TURNING]

    assert [hex(ord(each)) for each in turning if isolated(each) == each] == []


@given(st.text())
def test_outside_of_isolates_nothing_is_left_that_could_turn_a_sentence(name: str) -> None:
    shown = isolated(name)
    inside = shown[1:-1] if shown.startswith("\u2068") else ""
    outside = "" if inside else shown

    assert {unicodedata.bidirectional(each) for each in inside} & FORMATTING == set()
    assert {unicodedata.bidirectional(each) for each in outside} & (FORMATTING | TURNING) == set()


def test_names_and_keys_are_isolated_each_for_itself_in_a_list() -> None:
    names = Names(["partner:a", "partner:ب", "partner:c"], {"partner:a": ARABIC, "partner:ب": ARABIC, "partner:c": "Contoso"}, Language.EN)

    isolate = f"\u2068{ARABIC}\u2069"
    assert names.nodes(["partner:a", "partner:ب", "partner:c"]) == f"{isolate} (a), {isolate} (\u2068ب\u2069) and Contoso"


@pytest.mark.parametrize("name", ["\u202e", "\u2067 \u2069", ""])
def test_a_name_of_nothing_but_formatting_is_told_by_its_key(name: str) -> None:
    assert Names(["partner:a"], {"partner:a": name}, Language.EN).nodes(["partner:a"]) == "a"


def test_a_long_name_is_cut_inside_its_isolate() -> None:
    shown = Names(["partner:a"], {"partner:a": ARABIC * 1_000}, Language.EN).nodes(["partner:a"])

    assert shown.startswith("\u2068")
    assert shown.endswith(f"…{CLOSING}")
    assert sum(each in OPENING for each in shown) == shown.count(CLOSING) == 1
