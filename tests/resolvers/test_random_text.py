"""Lists of customers with names out of all of Unicode, beside plain Python: order, pages, counts and every test of a text."""

import unicodedata
from collections.abc import AsyncIterator
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.customer_test import CustomerTest, TextTest
from graph.embedded import Running
from graph.index.local_index import LocalIndex
from graph.time_slices import call
from policy.caller import ANYBODY
from policy.collation.folding import folded
from policy.errors import BadInput
from policy.instant import now
from policy.policy_file import shipped_policy
from resolvers.freshness import Freshness
from resolvers.lists import count_customers, customers
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging
from tests.oracle.book import Book, row_of
from tests.running_index import indexed_book

RANGES = [
    (0x21, 0x7E),
    (0xA1, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x4E00, 0x4E80),
    (0xE000, 0xE020),
    (0xFF21, 0xFF5A),
    (0x1F300, 0x1F330),
]
WORDS = ["Contoso", "ABACO", "Ábaco", "Łódź", "Ørsted", "Straße", "O'Neil", "中国", "微软中国", "ﬁne", "Å"]
CHANCE = Random(19)  # noqa: S311 - no secret


def a_name() -> str:
    """Letters of all scripts, and words that fold alike."""
    letters = [chr(CHANCE.randint(*CHANCE.choice(RANGES))) for _ in range(CHANCE.randint(1, 5))]
    parts = ["".join(each for each in letters if unicodedata.category(each)[0] != "C" or each >= "\ue000"), CHANCE.choice(WORDS)]
    CHANCE.shuffle(parts)
    return CHANCE.choice([" ", ""]).join(parts)


NAMES = {f"customer:{CHANCE.choice('ab🎉')}{number}": a_name() for number in range(80)}
PIECES = st.one_of(
    st.sampled_from([folded(name) for name in NAMES.values()] + list(NAMES.values()) + WORDS),
    st.sampled_from(list(NAMES.values())).flatmap(lambda name: st.integers(0, len(name)).map(lambda place: name[place : place + 2])),
)
TESTS = st.builds(
    TextTest,
    eq=st.none() | PIECES,
    in_=st.none() | st.lists(PIECES, max_size=4),
    contains=st.none() | PIECES,
    startsWith=st.none() | PIECES,
)


@pytest.fixture(scope="module")
async def index(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    book = Book(customers=[row_of("customers", key=key.partition(":")[2], name=name) for key, name in NAMES.items()])
    async with indexed_book(neo4j, book, tmp_path_factory.mktemp("text"), staleness=3600) as index:
        yield index


async def listed(index: LocalIndex, test: CustomerTest, paging: Paging) -> Page[Node]:
    operation = Operation(index, shipped_policy(), now(), Freshness(), ANYBODY)
    return await call(partial(customers, operation, test, None, None, paging))


def does_pass(test: TextTest, name: str) -> bool:
    text = folded(name)
    return (
        (test.eq is None or text == folded(test.eq))
        and (test.in_ is None or text in [folded(each) for each in test.in_])
        and (test.contains is None or folded(test.contains) in text)
        and (test.startsWith is None or text.startswith(folded(test.startsWith)))
    )


def in_order(ids: list[str]) -> list[str]:
    return sorted(ids, key=lambda id_: (folded(NAMES[id_]), id_))


@pytest.mark.parametrize("size", [1, 3, 7, 100])
async def test_pages_of_any_size_give_each_customer_once_in_the_order_of_names(index: LocalIndex, size: int) -> None:
    forward: list[str] = []
    after: str | None = None
    while True:
        page = await listed(index, CustomerTest(), Paging(first=size, after=after))
        forward += [node.id for _, node in page.items]
        if not page.has_next:
            break
        after = page.items[-1][0]
    backward: list[str] = []
    before: str | None = None
    while True:
        page = await listed(index, CustomerTest(), Paging(last=size, before=before))
        backward = [node.id for _, node in page.items] + backward
        if not page.has_previous:
            break
        before = page.items[0][0]

    assert forward == backward == in_order(list(NAMES))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(test=TESTS, is_not=st.booleans())
async def test_filters_of_names_take_whom_plain_python_takes(index: LocalIndex, test: TextTest, *, is_not: bool) -> None:
    filter_ = CustomerTest(not_=CustomerTest(name=test)) if is_not else CustomerTest(name=test)
    if any(part and not folded(part) for part in (test.contains, test.startsWith)):
        with pytest.raises(BadInput):
            await listed(index, filter_, Paging())
        return
    expected = in_order([id_ for id_, name in NAMES.items() if does_pass(test, name) != is_not])
    operation = Operation(index, shipped_policy(), now(), Freshness(), ANYBODY)

    page = await listed(index, filter_, Paging(first=1000))
    count = await call(partial(count_customers, operation, filter_, None, None))

    assert [node.id for _, node in page.items] == expected
    assert count == len(expected)
