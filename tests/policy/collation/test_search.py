"""What a search finds: names, domains, keys, MPN ids, in any script and as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.collation.folding import spelled
from policy.collation.search import LONGEST_SEARCH, MOST_JOINED, matches_search, search_for, search_words

GUID = "4ec3f2d0-1111-2222-3333-44445555666f"
CONTOSO = ("Contoso Deutschland", "contoso.onmicrosoft.com", GUID)
WORD = st.text("abcxyz0189", min_size=1, max_size=4)
NAME = st.lists(WORD, max_size=4).map(" ".join)
DENSE = st.text("微软中国公司삼성전자ソニー", min_size=1, max_size=8)


def finds(search: str, *texts: str) -> bool:
    return matches_search(search_for(search), search_words(*texts))


@pytest.mark.parametrize(
    ("search", "texts"),
    [
        ("cont", CONTOSO),
        ("deutsch CONTOSO", CONTOSO),
        ("contoso.onmicrosoft.com", CONTOSO),
        ("onmicrosoft", CONTOSO),
        (GUID, CONTOSO),
        (GUID.upper(), CONTOSO),
        (f"{{{GUID}}}", CONTOSO),
        (GUID.replace("-", ""), CONTOSO),
        (GUID[:11], CONTOSO),
        (f"contoso {GUID[:8]}", CONTOSO),
        (GUID, [GUID.replace("-", "")]),
        ("contoso-eu_1", ["Contoso", "contoso-eu_1"]),
        ("4567", ["Fabrikam", "4567890"]),
        ("lodz", ["Łódź Sp. z o.o."]),
        ("sp. z o. o.", ["Łódź Sp. z o.o."]),
        ("oneil", ["O'Neil"]),
        ("o'neil", ["ONeil"]),
        ("o neil", ["O\u2019Neil"]),
        ("neil", ["O\u2019Neil"]),
        ("oreal", ["L\u2019Oréal"]),
        ("l'oreal", ["L\u2019Oréal"]),
        ("email", ["E\u2013Mail AG"]),
        ("e-mail", ["Email AG"]),
        ("e-mail", ["E Mail AG"]),
        ("mail", ["e-mail"]),
        ("att", ["AT&T"]),
        ("sa", ["Contoso S.A."]),
        ("collegi", ["Col\u00b7legi"]),
        ("中国", ["微软中国"]),
        ("微", ["微软中国"]),
        ("国", ["微软中国"]),
        ("软中国", ["微软中国"]),
        ("中国 微软", ["微软中国"]),
        ("ミュージック", ["ソニー・ミュージック"]),
        ("ｿﾆｰﾐｭｰ", ["ソニー・ミュージック"]),
        ("삼성전자", ["삼성 전자"]),
        ("전자", ["삼성전자"]),
        ("ตาล", ["น้ำตาล"]),
        ("ั", ["ไทย ั"]),
        ("abc会社", ["ABC株式会社"]),
        ("कंप", ["हिन्दी कंपनी"]),
        ("компания", ["ООО \u00abКомпания\u00bb"]),
        ("شركة", ["شَرِكَة"]),
        ("party", ["Party 🎉"]),
        ("🎉 party", ["Party"]),
        ("", ["Contoso"]),
        (" \t", ["🎉"]),
    ],
)
def test_a_search_finds(search: str, texts: list[str]) -> None:
    assert finds(search, *texts)


@pytest.mark.parametrize(
    ("search", "texts"),
    [
        ("ontoso", CONTOSO),
        ("contoso france", CONTOSO),
        ("4ec", CONTOSO),  # of a GUID: else whoever types the beginning of a name would get GUIDs
        ("1111", CONTOSO),
        ("中国", ["中 x 国"]),
        ("国中", ["微软中国"]),
        ("か", ["が"]),
        ("1", ["Party 🎉"]),
        ("🎉", ["Contoso"]),
        ("'", ["O'Neil"]),
        ("-", ["e-mail"]),
        ("#", CONTOSO),
    ],
)
def test_a_search_does_not_find(search: str, texts: list[str]) -> None:
    assert not finds(search, *texts)


@given(NAME, NAME)
def test_plain_words_are_found_by_their_beginnings(search: str, name: str) -> None:
    there = re.findall(r"\w+", name)

    assert finds(search, name) == all(any(each.startswith(word) for each in there) for word in re.findall(r"\w+", search))


@given(DENSE, DENSE)
def test_a_script_without_spaces_is_found_by_its_pairs_of_letters(search: str, name: str) -> None:
    wanted = [search[place : place + 2] for place in range(max(1, len(search) - 1))]

    assert finds(search, name) == all(each in name for each in wanted)


@given(DENSE, DENSE, DENSE)
def test_a_script_without_spaces_is_found_by_any_part(before: str, part: str, after: str) -> None:
    assert finds(part, before + part + after)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_text_breaks_a_search(search: str, texts: list[str]) -> None:
    assert finds(search, *texts) in {True, False}


@given(st.text())
def test_whatever_has_a_word_finds_itself(name: str) -> None:
    assert finds(name, name) or not search_words(name)


@given(st.text(), st.text(), st.text())
def test_a_search_of_two_texts_finds_what_both_find(one: str, other: str, name: str) -> None:
    if ((),) not in {search_for(one), search_for(other)}:
        assert finds(f"{one} {other}", name) == (finds(one, name) and finds(other, name))


@pytest.mark.parametrize("text", ["".join(f"{number}-" for number in range(5_000)), "中国公司" * 5_000, "ﷺ" * 5_000, "a'" * 5_000])
def test_the_words_of_a_long_text_grow_no_faster_than_it_does(text: str) -> None:
    assert len(search_words(text)) <= (MOST_JOINED + 1) * len(spelled(text))


@pytest.mark.parametrize("piece", ["a-", "a ", "中", "中-", "ﷺ ", "'", "a'b", "🎉", "e\u0301-"])
def test_the_longest_search_has_no_more_words_than_characters(piece: str) -> None:
    search = search_for((piece * LONGEST_SEARCH)[:LONGEST_SEARCH])

    assert sum(len(spelling) for term in search for spelling in term) <= LONGEST_SEARCH
