"""A field that fails shows where it stands, and nowhere else: with compiled selections and without, whatever is remembered."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from itertools import product
from random import Random
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLOutputType

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from schema.context import Context
from schema.errors import INTERNAL
from schema.schema import VoceroSchema
from schema.time_limit import executor_within
from tests.running_index import indexed_book
from tests.schema.asked_by import OPERATOR, POLICY
from tests.schema.faulty import MESSAGE, Documents, Fault, Faults, Path, faults, made_faulty, place_of_null, with_null
from tests.schema.test_isolation import book

DOCUMENTS = int(os.environ.get("VOCERO_BROKEN_DOCUMENTS", "5"))
MOST_FIELDS, AT_ONCE = 10, 6
SECONDS = 60
"""Longer than anything takes here, also on a Neo4j that plans its first queries beside other work."""
ROOTS = [
    'customer(id: "customer:contoso")',
    'partner(id: "partner:fabrikam")',
    'node(id: "subscription:s1")',
    'node(id: "agreement:a1")',
    'nodes(ids: ["customer:contoso", "partner:tailspin", "operator:microsoft", "customer:adatum"])',
    "customers(first: 2)",
    "partners(first: 2)",
    'permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal")',
    'permittedCommunicators(customer: "customer:contoso", topic: "renewal")',
    'permissions(questions: [{communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal"}])',
    'outreach(topic: "renewal")',
    "findings(first: 2)",
    "findingCounts",
    "customerStatistics(by: [BILLER])",
    "policy",
    "topics(category: BILLING)",
    "revision",
]
ARGUMENTS = {"topic": '"renewal"'}
OF_NOW = frozenset({"Permission.asOf", "Policy.rules"})
"""What is another one in each answer, and what is too long."""


# the driver leaves a connection behind whose opening is cancelled, and graphql-core the coroutines of others beside a field that fails
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


class Answer(NamedTuple):
    """What an operation came to, as it would be sent."""

    data: Any
    errors: list[tuple[Path, str, str]]


@pytest.fixture(scope="module")
async def index(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    """A few customers and partners that share subscriptions."""
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("broken")) as index:
        yield index


@pytest.fixture(scope="module")
def schemas() -> Iterator[dict[bool, VoceroSchema]]:
    """The schema by whether its selections are compiled; any resolver of it can be made to fail."""
    found = {}
    for is_compiled in (False, True):
        found[is_compiled] = schema = VoceroSchema(lambda _: None)
        if not is_compiled:
            schema.execution_context_class = executor_within(SECONDS)
        made_faulty(schema.graphql)
    yield found
    gc.collect()  # whatever was left behind is warned of here, and not in another test


async def answered(index: LocalIndex, schema: VoceroSchema, document: str, at: dict[Path, Fault]) -> tuple[Answer, Faults]:
    """The answer, within a time that nothing takes which doesn't hang."""
    with faults(at) as put:
        context = Context(index, POLICY, OPERATOR)
        result = await asyncio.wait_for(schema.execute(document, context_value=context), SECONDS)
    errors = [(tuple(each.path or ()), each.message, (each.extensions or {})["code"]) for each in result.errors or ()]
    return Answer(result.data, errors), put


def one_of_each(chance: Random, asked: dict[Path, GraphQLOutputType]) -> list[Path]:
    """Every field of the document, each at one place of the answer; of many, some."""
    by_field: dict[Path, list[Path]] = {}
    for path in sorted(asked, key=str):
        by_field.setdefault(tuple(key for key in path if isinstance(key, str)), []).append(path)
    places = [chance.choice(paths) for paths in by_field.values()]
    return places if len(places) <= MOST_FIELDS else chance.sample(places, MOST_FIELDS)


@pytest.mark.parametrize("seed", range(DOCUMENTS))
async def test_a_field_that_fails_is_the_one_null_and_the_one_error_of_its_answer(
    index: LocalIndex, schemas: dict[bool, VoceroSchema], seed: int
) -> None:
    """Each field of random documents in turn raises, at once or after the others began, is slow, or finds itself cancelled."""
    chance = Random(seed)  # noqa: S311 - no secret
    document = Documents(schemas[False].graphql, ROOTS, ARGUMENTS, OF_NOW).one(chance)
    whole, put = await answered(index, schemas[False], document, {})
    assert whole.errors == []
    asked = put.asked

    async def attempt(path: Path, fault: Fault, *, is_compiled: bool) -> None:
        answer, made = await answered(index, schemas[is_compiled], document, {path: fault})
        expected = whole
        if fault is not Fault.SLOW and path in made.asked:  # what is plain is compiled without its resolver
            message = (MESSAGE, "BAD_INPUT") if fault.value.startswith("raises") else (INTERNAL, "INTERNAL")
            expected = Answer(with_null(whole.data, place_of_null(path, asked)), [(path, *message)])
        assert answer == expected, (document, path, fault, is_compiled)

    attempts = [
        attempt(path, fault, is_compiled=is_compiled)
        for path, fault, is_compiled in product(one_of_each(chance, asked), faults_of(chance), (False, True))
    ]
    for first in range(0, len(attempts), AT_ONCE):
        await asyncio.gather(*attempts[first : first + AT_ONCE])


def faults_of(chance: Random) -> list[Fault]:
    """One of each kind, before the others have begun or after."""
    return [chance.choice([Fault.RAISES, Fault.RAISES_LATE]), Fault.SLOW, chance.choice([Fault.CANCELLED, Fault.CANCELLED_LATE])]


SHARING = """{
  a: customer(id: "customer:contoso") { partners { CONTACTS roles(asOf: ROLES) resellers { id } } }
  b: partner(id: "partner:fabrikam") { name roles resellers { id } providers { id } }
  c: customer(id: "customer:contoso") { subscriptions { resellers { id roles resellers { id } providers { id } } } }
}"""
FAILING = ['topic: "nope"', 'topic: "renewal", first: 5000', 'topic: "renewal", after: "x"']
SHARED = [SHARING.replace("CONTACTS", f"contactable({each}) {{ totalCount }}").replace("(asOf: ROLES)", "") for each in FAILING]
SHARED.append(SHARING.replace("CONTACTS", "id").replace("ROLES", '{knownAt: "2099-01-01T00:00:00Z"}'))
UNBROKEN = SHARING.replace("CONTACTS", "id").replace("(asOf: ROLES)", "")


@pytest.mark.parametrize("is_compiled", [False, True], ids=["plain", "compiled"])
@pytest.mark.parametrize("document", SHARED, ids=["a topic", "a page", "a cursor", "an instant"])
async def test_what_two_fields_wait_for_is_still_there_for_the_one_when_the_other_failed(
    index: LocalIndex, schemas: dict[bool, VoceroSchema], document: str, *, is_compiled: bool
) -> None:
    whole, _ = await answered(index, schemas[False], UNBROKEN, {})

    answer, _ = await answered(index, schemas[is_compiled], document, {})

    assert answer.data == {**whole.data, "a": None}
    [(path, _, code)] = answer.errors
    assert (path[:2], code) == (("a", "partners"), "NOT_FOUND" if "nope" in document else "BAD_INPUT")


SEVERAL = """{
  last: permission(communicator: "partner:fabrikam", customer: "customer:nobody", topic: "renewal") { verdict }
  good: partner(id: "partner:fabrikam") { name }
  first: permission(communicator: "partner:nobody", customer: "customer:contoso", topic: "renewal") { verdict }
  deep: customer(id: "customer:contoso") { id ...Inner domain }
  many: permissions(questions: [
    {communicator: "partner:fabrikam", customer: "customer:x", topic: "renewal"},
    {communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal"},
    {communicator: "partner:fabrikam", customer: "customer:contoso", topic: "x"}]) { verdict }
}
fragment Inner on Customer { permittedCommunicators(topic: "x") { verdict } name }"""
LATE = [("last",), ("good",), ("first",), ("deep",), ("many",), ("deep", "permittedCommunicators"), ("deep", "name")]


@pytest.mark.parametrize("is_compiled", [False, True], ids=["plain", "compiled"])
async def test_errors_stand_in_the_order_of_the_document_however_long_each_field_took(
    index: LocalIndex, schemas: dict[bool, VoceroSchema], *, is_compiled: bool
) -> None:
    expected: list[Path] = [("last",), ("first",), ("many", 0), ("many", 2), ("deep", "permittedCommunicators")]

    for late in LATE:
        answer, _ = await answered(index, schemas[is_compiled], SEVERAL, {late: Fault.SLOW})

        assert [path for path, *_ in answer.errors] == expected


@pytest.mark.parametrize("is_compiled", [False, True], ids=["plain", "compiled"])
@pytest.mark.parametrize("late", LATE)
async def test_of_the_errors_below_a_null_only_that_which_made_it_is_told(
    index: LocalIndex, schemas: dict[bool, VoceroSchema], late: Path, *, is_compiled: bool
) -> None:
    """Whether the others had come before it is a race."""
    document = SEVERAL.replace("good: partner", "broken: customers(first: -1) { totalCount } good: partner")

    at = {late: Fault.SLOW, ("broken",): Fault.RAISES_LATE, ("deep", "name"): Fault.RAISES}
    answer, _ = await answered(index, schemas[is_compiled], document, at)

    assert answer == Answer(None, [(("broken",), MESSAGE, "BAD_INPUT")])
