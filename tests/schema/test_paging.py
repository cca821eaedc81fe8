"""Pages of customers and partners: one order, whole and without gaps, whoever writes meanwhile; what search and filters find."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from resolvers.load_folder import load_book
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

# by folded name, then by id: the order of every list
IN_ORDER = [
    ("c-04", "3M"),
    ("c-01", "Ábaco"),
    ("c-02", "abaco"),
    ("c-03", "ABACO"),
    ("c-00", "Abaco Dos"),
    ("c-11", "abacos"),
    ("c-10", "Éclair & Söhne"),
    ("c-09", "eclipse"),
    ("c-05", "key-only"),  # has no name: its key stands for it
    ("c-08", "Ñandú"),
    ("c-07", "nandu"),
    ("c-14", "Ørsted"),
    ("c-06", "Straße"),
    ("c-12", "STRASSE B"),
    ("c-16", "Trade™"),
    ("c-13", "Zoë"),
    ("c-15", "株式会社"),
]
KEYS = {"c-05": "key-only", "c-07": "c-10b", "c-08": "c-10a"}  # Ñandú and nandu fold alike, so that their ids decide
NODES = [(KEYS.get(key, key), "" if key == "c-05" else name) for key, name in IN_ORDER]
LISTS = ("customers", "partners")

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $search: String, $asOf: AsOf) {
  page: %s(first: $first, after: $after, last: $last, before: $before, search: $search, asOf: $asOf) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id name } }
  }
}"""
CUSTOMERS = """query ($filter: CustomerFilter, $search: String, $asOf: AsOf) {
  page: customers(filter: $filter, search: $search, asOf: $asOf) { totalCount edges { node { id } } }
}"""

Page = dict[str, Any]
Ask = Callable[..., Any]


def book_of(nodes: list[tuple[str, str]]) -> Book:
    """Customers and partners of the same keys and names."""
    return Book(
        customers=[row_of("customers", key=key, name=name) for key, name in nodes],
        partners=[row_of("partners", key=key, name=name) for key, name in nodes],
    )


async def add(service: RunningService, folder: Path, book: Book) -> None:
    """Load a book into a store that keeps what it has."""
    book.write(folder)
    loaded = await load_book(service.graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
    assert loaded.rejected == 0


async def page_of(service: RunningService, list_: str, **arguments: object) -> Page:
    page: Page = (await service.query(PAGE % list_, **arguments))["page"]
    return page


def keys(page: Page) -> list[str]:
    return [edge["node"]["id"].partition(":")[2] for edge in page["edges"]]


async def forward(service: RunningService, list_: str, size: int, **arguments: object) -> list[Page]:
    """All pages of that size, from the first on."""
    pages = [await page_of(service, list_, first=size, **arguments)]
    while pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(await page_of(service, list_, first=size, after=pages[-1]["pageInfo"]["endCursor"], **arguments))
    return pages


async def backward(service: RunningService, list_: str, size: int, **arguments: object) -> list[Page]:
    """All pages of that size, from the last back, in the order of the list."""
    pages = [await page_of(service, list_, last=size, **arguments)]
    while pages[0]["pageInfo"]["hasPreviousPage"]:
        pages.insert(0, await page_of(service, list_, last=size, before=pages[0]["pageInfo"]["startCursor"], **arguments))
    return pages


def expect_whole(pages: list[Page], size: int) -> None:
    """The list in order, each page but the first or last one full, and pageInfo right at both ends and between."""
    assert [key for page in pages for key in keys(page)] == [key for key, _ in NODES]
    assert {page["totalCount"] for page in pages} == {len(NODES)}
    assert sum(len(page["edges"]) < size for page in pages) <= 1
    for place, page in enumerate(pages):
        info, cursors = page["pageInfo"], [edge["cursor"] for edge in page["edges"]]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (place > 0, place < len(pages) - 1)
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])


@pytest.fixture(scope="module")
async def listed(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service, with these customers and partners, loaded in another order than that of their names."""
    folder = tmp_path_factory.mktemp("paging")
    book_of(sorted(NODES)).write(folder)
    assert await service.replace_with(folder) == []
    return service


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, len(NODES) - 1, len(NODES), len(NODES) + 1, 1000])
@pytest.mark.parametrize("list_", LISTS)
async def test_pages_of_any_size_give_the_same_order_both_ways(listed: RunningService, list_: str, size: int) -> None:
    expect_whole(await forward(listed, list_, size), size)
    expect_whole(await backward(listed, list_, size), size)


@pytest.mark.parametrize("list_", LISTS)
async def test_a_page_is_50_unless_asked_and_may_be_empty(listed: RunningService, list_: str) -> None:
    whole, none_first, none_last = [await page_of(listed, list_, **size) for size in ({}, {"first": 0}, {"last": 0})]

    assert len(whole["edges"]) == len(NODES)
    assert whole["edges"][8]["node"]["name"] == "key-only"
    assert (none_first["edges"], none_first["pageInfo"]["endCursor"], none_first["pageInfo"]["hasNextPage"]) == ([], None, True)
    assert (none_last["edges"], none_last["pageInfo"]["startCursor"], none_last["pageInfo"]["hasPreviousPage"]) == ([], None, True)


@pytest.mark.parametrize("list_", LISTS)
async def test_a_window_lies_between_its_cursors(listed: RunningService, list_: str) -> None:
    cursors = [edge["cursor"] for edge in (await page_of(listed, list_))["edges"]]
    order = [key for key, _ in NODES]
    window = {"after": cursors[2], "before": cursors[9]}
    first, last = [await page_of(listed, list_, **window, **size) for size in ({"first": 4}, {"last": 4})]
    all_ = await page_of(listed, list_, **window)
    crossed = await page_of(listed, list_, after=cursors[9], before=cursors[2])

    assert keys(first) == order[3:7]
    assert keys(last) == order[5:9]
    assert keys(all_) == order[3:9]
    assert keys(crossed) == []
    assert {page["totalCount"] for page in (first, last, all_, crossed)} == {len(NODES)}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("abaco", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ("ÁBÁCO", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ("aba dos", ["c-00"]),
        ("dos abaco", ["c-00"]),
        ("baco", []),
        ("ecl", ["c-10", "c-09"]),
        ("sohne", ["c-10"]),
        ("éclair söh", ["c-10"]),
        ("strasse", ["c-06", "c-12"]),
        ("straße", ["c-06", "c-12"]),
        ("nandú", ["c-10a", "c-10b"]),
        ("3", ["c-04"]),
        ("株式", ["c-15"]),
        ("tradetm", ["c-16"]),
        ("TRADE™", ["c-16"]),
        ("key", ["key-only"]),
        ("only", ["key-only"]),
        ("abaco OR eclipse", []),
        ("abaco AND dos", []),
        ("NOT abaco", []),
        ("name:*", []),
        ("*", []),
        ("*:*", []),
        ("abaco*", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ("-abaco", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ('"abaco dos"', ["c-00"]),
        ('"', []),
        ("abaco~", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ("[a TO z]", []),
        ("(((", []),
        ("\\", []),
        ("abaco\\", ["c-01", "c-02", "c-03", "c-00", "c-11"]),
        ("/.*/", []),
        ("&&", []),
    ],
)
@pytest.mark.parametrize("list_", LISTS)
async def test_a_search_takes_beginnings_of_words_and_nothing_of_a_query_language(
    listed: RunningService, list_: str, search: str, found: list[str]
) -> None:
    page = await page_of(listed, list_, search=search)

    assert keys(page) == found
    assert page["totalCount"] == len(found)


@pytest.mark.parametrize("search", ["", " ", "\t\n", None])
@pytest.mark.parametrize("list_", LISTS)
async def test_a_blank_search_asks_nothing(listed: RunningService, list_: str, search: str | None) -> None:
    assert keys(await page_of(listed, list_, search=search)) == [key for key, _ in NODES]


@pytest.mark.parametrize("list_", LISTS)
async def test_what_a_search_finds_is_paged_in_the_same_order(listed: RunningService, list_: str) -> None:
    ahead = [keys(page) for page in await forward(listed, list_, 2, search="abaco")]
    back = [keys(page) for page in await backward(listed, list_, 2, search="abaco")]

    assert ahead == [["c-01", "c-02"], ["c-03", "c-00"], ["c-11"]]
    assert back == [["c-01"], ["c-02", "c-03"], ["c-00", "c-11"]]


# lists of their own, which change while they are read


@pytest.mark.parametrize("list_", LISTS)
async def test_rows_that_come_between_two_pages_neither_double_nor_hide_any(service: RunningService, list_: str, tmp_path: Path) -> None:
    book_of([("d", "Delta"), ("g", "Golf"), ("k", "Kilo"), ("o", "Oscar")]).write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    first = await page_of(service, list_, first=2)
    last = await page_of(service, list_, last=2)
    more = [("a", "Alfa"), ("f", "Foxtrot"), ("g2", "Golf"), ("h", "Hotel"), ("z", "Zulu")]
    await add(service, tmp_path / "second", book_of(more))
    after = await page_of(service, list_, first=10, after=first["pageInfo"]["endCursor"])
    before = await page_of(service, list_, last=10, before=last["pageInfo"]["startCursor"])

    assert keys(first) == ["d", "g"]
    assert keys(after) == ["g2", "h", "k", "o", "z"]
    assert after["totalCount"] == 9
    assert keys(last) == ["k", "o"]
    assert keys(before) == ["a", "d", "f", "g", "g2", "h"]


@pytest.mark.parametrize("list_", LISTS)
async def test_a_list_of_the_past_has_who_was_known_by_the_name_that_was_known(service: RunningService, list_: str, tmp_path: Path) -> None:
    book_of([("a", "Alfa"), ("b", "Bravo")]).write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    then = datetime.now(UTC).isoformat()
    await add(service, tmp_path / "second", book_of([("a", "Yankee"), ("c", "Charlie")]))
    past = await page_of(service, list_, asOf={"knownAt": then})
    old_name_now = await page_of(service, list_, search="alfa")
    old_name_then = await page_of(service, list_, search="alfa", asOf={"knownAt": then})
    new_name_then = await page_of(service, list_, search="yankee", asOf={"knownAt": then})
    present = await page_of(service, list_)
    nobody = await page_of(service, list_, asOf={"knownAt": "2001-01-01T00:00:00Z"})

    assert sorted(keys(past)) == ["a", "b"]
    assert past["totalCount"] == 2
    assert keys(old_name_now) == []
    assert keys(old_name_then) == ["a"]
    assert old_name_then["edges"][0]["node"]["name"] == "Yankee", "asOf governs who is listed, not what a field answers"
    assert keys(new_name_then) == []
    assert keys(present) == ["b", "c", "a"]
    assert (keys(nobody), nobody["totalCount"]) == ([], 0)


def filtered_book() -> Book:
    """Alfa moves from Fabrikam to Northwind at the middle of 2024; Bravo buys from Microsoft; Charlie's subscription is deleted."""
    customers = [
        ("a", "Álfa Uno", "US", "", "uno.alfa.example"),
        ("b", "Bravo", "us", "PUBLIC", "bravo.example"),
        ("c", "Charlie", "CI", "CHINA", ""),
        ("d", "Delta 100%", "", "US_GOVERNMENT", "mail.delta-one.example"),
        ("e", "alfa dos", "DE", "GERMANY", ""),
    ]
    ties = [
        ("HOLDS", "customer:a", "subscription:a", "2024-01-01", ""),
        ("BILLS", "partner:fabrikam", "subscription:a", "2024-01-01", "2024-07-01"),
        ("BILLS", "partner:northwind", "subscription:a", "2024-07-01", ""),
        ("HOLDS", "customer:b", "subscription:b", "2024-01-01", ""),
        ("BILLS", "operator:microsoft", "subscription:b", "2024-01-01", ""),
        ("HOLDS", "customer:c", "subscription:c", "2024-01-01", ""),
        ("BILLS", "partner:fabrikam", "subscription:c", "2024-01-01", ""),
        ("HOLDS", "customer:d", "subscription:d", "2024-01-01", "2025-01-01"),
        ("BILLS", "partner:fabrikam", "subscription:d", "2024-01-01", ""),
    ]
    return Book(
        customers=[row_of("customers", key=k, name=n, country=c, cloud=o, domain=d) for k, n, c, o, d in customers],
        partners=[row_of("partners", key=key, name=key) for key in ("fabrikam", "northwind")],
        subscriptions=[row_of("subscriptions", key=key, offer=key, status="deleted" if key == "c" else "") for key in "abcd"],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=end, valid_from=begin, valid_to=until)
            for type_, start, end, begin, until in ties
        ],
    )


@pytest.fixture(scope="module")
async def filtered(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    folder = tmp_path_factory.mktemp("filters")
    filtered_book().write(folder)
    assert await service.replace_with(folder) == []
    return service


@pytest.mark.parametrize(
    ("filter_", "valid_at", "found"),
    [
        ({}, None, "eabcd"),
        ({"name": {}}, None, "eabcd"),
        ({"name": {"eq": "ALFA UNO"}}, None, "a"),
        ({"name": {"eq": "alfa"}}, None, ""),
        ({"name": {"in": ["bravo", "ALFÁ DOS", "nobody"]}}, None, "eb"),
        ({"name": {"in": []}}, None, ""),
        ({"name": {"contains": "RÁV"}}, None, "b"),
        ({"name": {"contains": ""}}, None, "eabcd"),
        ({"name": {"contains": "100%"}}, None, "d"),
        ({"name": {"contains": "%"}}, None, "d"),
        ({"name": {"contains": ".*"}}, None, ""),
        ({"name": {"startsWith": "Alfa"}}, None, "ea"),
        ({"name": {"startsWith": "fa"}}, None, ""),
        ({"name": {"startsWith": "alfa", "contains": "dos"}}, None, "e"),
        ({"name": {"startsWith": "alfa", "contains": "bravo"}}, None, ""),
        ({"country": {"eq": "Us"}}, None, "ab"),
        ({"country": {"in": ["us", "de"]}}, None, "eab"),
        ({"country": {"startsWith": "c"}}, None, "c"),
        ({"country": {"contains": "i"}}, None, "c"),
        ({"country": {"eq": ""}}, None, "d"),
        ({"cloud": "PUBLIC"}, None, "ab"),
        ({"cloud": "CHINA"}, None, "c"),
        ({"cloud": "GERMANY"}, None, "e"),
        ({"cloud": "US_GOVERNMENT", "name": {"startsWith": "d"}}, None, "d"),
        ({"cloud": "US_GOVERNMENT", "country": {"eq": "us"}}, None, ""),
        ({"billedBy": "partner:fabrikam"}, None, ""),
        ({"billedBy": "PARTNER:Fabrikam"}, "2024-06-30T23:59:59.999999Z", "ad"),
        ({"billedBy": "partner:fabrikam"}, "2024-07-01T00:00:00Z", "d"),
        ({"billedBy": "partner:northwind"}, "2024-07-01T00:00:00Z", "a"),
        ({"billedBy": "partner:northwind"}, None, "a"),
        ({"billedBy": "operator:microsoft"}, None, "b"),
        ({"billedBy": "operator:21vianet"}, None, ""),
        ({"billedBy": "partner:nobody"}, None, ""),
        ({"billedBy": "partner:fabrikam"}, "2023-12-31T00:00:00Z", ""),
        ({"billedBy": "partner:northwind", "cloud": "CHINA"}, None, ""),
    ],
)  # fmt: skip
async def test_a_filter_takes_whoever_passes_all_its_members(
    filtered: RunningService, filter_: dict[str, object], valid_at: str | None, found: str
) -> None:
    page = (await filtered.query(CUSTOMERS, filter=filter_, asOf={"validAt": valid_at}))["page"]

    assert "".join(keys(page)) == found
    assert page["totalCount"] == len(found)


@pytest.mark.parametrize(
    ("search", "found"),
    [("uno", "a"), ("alfa", "ea"), ("delta one", "d"), ("mail.delta-one.example", "d"), ("example bravo", "b"), ("example", "abd")],
)
async def test_a_search_takes_words_of_the_domain_too(filtered: RunningService, search: str, found: str) -> None:
    page = (await filtered.query(CUSTOMERS, search=search))["page"]

    assert "".join(keys(page)) == found


async def test_a_search_and_a_filter_have_both_to_be_passed(filtered: RunningService) -> None:
    page = (await filtered.query(CUSTOMERS, search="alfa", filter={"cloud": "GERMANY"}))["page"]

    assert keys(page) == ["e"]


async def test_a_filter_looks_at_what_was_known_then(service: RunningService, tmp_path: Path) -> None:
    """A country, a cloud and a biller that are learnt later are not found earlier."""
    first = Book(
        customers=[row_of("customers", key="a", name="Alfa", country="ES", cloud="GERMANY")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam")],
        subscriptions=[row_of("subscriptions", key="a", offer="Office")],
        relationships=[row_of("relationships", type="HOLDS", from_="customer:a", to="subscription:a", valid_from="2024-01-01")],
    )
    first.write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    then = datetime.now(UTC).isoformat()
    bills = row_of("relationships", type="BILLS", from_="partner:fabrikam", to="subscription:a", valid_from="2024-01-01")
    customers = [row_of("customers", key="a", name="Alfa", country="PT", cloud="PUBLIC")]
    await add(service, tmp_path / "second", Book(customers=customers, relationships=[bills]))

    async def found(known_at: str | None, **filter_: object) -> int:
        page = (await service.query(CUSTOMERS, filter=filter_, asOf={"knownAt": known_at}))["page"]
        assert len(page["edges"]) == page["totalCount"]
        return int(page["totalCount"])

    learnt: list[dict[str, object]] = [{"country": {"eq": "pt"}}, {"cloud": "PUBLIC"}, {"billedBy": "partner:fabrikam"}]
    forgotten: list[dict[str, object]] = [{"country": {"eq": "es"}}, {"cloud": "GERMANY"}]
    assert [await found(None, **each) for each in learnt] == [1, 1, 1]
    assert [await found(then, **each) for each in learnt] == [0, 0, 0]
    assert [await found(None, **each) for each in forgotten] == [0, 0]
    assert [await found(then, **each) for each in forgotten] == [1, 1]


async def test_names_beyond_the_first_plane_are_paged_without_a_gap(service: RunningService, tmp_path: Path) -> None:
    """Where UTF-16 and Unicode order differ, the store's comparison and its index have to agree at least with themselves."""
    nodes = [("a", "\ufffdx"), ("b", "😀 smile"), ("c", "\ue000y"), ("d", "\U0001d4b5eta"), ("e", "𠮷野家"), ("f", "ｱｲｳ")]
    book_of(nodes).write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    for list_ in LISTS:
        ahead = [key for page in await forward(service, list_, 1) for key in keys(page)]
        back = [key for page in await backward(service, list_, 2) for key in keys(page)]

        assert sorted(ahead) == list("abcdef")
        assert ahead == back
