"""Documents and variables that are too much, refused before they cost anything."""

import asyncio
import time
from statistics import median
from typing import Any

import pytest
import strawberry
from graphql import get_introspection_query
from strawberry.types import ExecutionResult

from policy.errors import BadInput
from schema.changes import PutPartner, TransferBilling
from schema.inputs import CustomerFilter, TextFilter, customer_test
from schema.limits import Limits
from schema.scalars import DateTime
from schema.schema import VoceroSchema
from service.log import report

MOST_MILLISECONDS = 10.0
TURNS = 1_000_000
"""Turns of a loop that does nothing, in ten milliseconds, with as much again to spare: the two are not measured in the same moment."""
TIMES = 20
LEVELS = "partners { providers { " * 30 + "id" + " } }" * 30


def bomb(doublings: int) -> str:
    """A document of a few lines with 2 ** doublings fields."""
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(doublings))
    return f"{{ ...F0 }} {fragments} fragment F{doublings} on Query {{ revision }}"


def through_fragments(levels: int) -> str:
    """A document that is deep, though each of its parts is flat."""
    fragments = " ".join(f"fragment F{n} on Partner {{ providers {{ ...F{n + 1} }} }}" for n in range(levels))
    return f'{{ partner(id: "partner:p") {{ ...F0 }} }} {fragments} fragment F{levels} on Partner {{ id }}'


def aliased(number: int) -> str:
    return f"{{ {' '.join(f'a{n}: revision' for n in range(number))} }}"


SPREAD = "those of a fragment counted wherever it is spread; 2500 at most are taken (VOCERO_MOST_FIELDS)"
ATTACKS = {
    "deep": (
        f"{{ customers {{ edges {{ node {{ {LEVELS} }} }} }} }}",
        "the document has more than 20 levels of fields; 20 at most are taken (VOCERO_MOST_DEPTH)",
    ),
    "deep through fragments": (through_fragments(40), "the document has 42 levels of fields; 20 at most are taken (VOCERO_MOST_DEPTH)"),
    "wide by many aliases": (aliased(1600), "the document has 1600 aliases; 500 at most are taken (VOCERO_MOST_ALIASES)"),
    "wide by many fields": (f"{{ topics {{ {'id ' * 4900} }} }}", f"the document has more than 2500 fields, {SPREAD}"),
    "deeper than can be parsed": (
        f"{'{ partners ' * 1000}{'}' * 1000}",
        "the document has more than 20 levels of fields; 20 at most are taken (VOCERO_MOST_DEPTH)",
    ),
    "a little too deep": (
        f"{{ policy {{ {'a { ' * 23} b {'}' * 23} }} }}",
        "the document has 25 levels of fields; 20 at most are taken (VOCERO_MOST_DEPTH)",
    ),
    "wide by aliases": (aliased(550), "the document has 550 aliases; 500 at most are taken (VOCERO_MOST_ALIASES)"),
    "wide at the root": (aliased(300), "an operation has more than 250 root fields; 250 at most are taken (VOCERO_MOST_ROOT_FIELDS)"),
    "wide at the root, without names": (
        f"{{ {'revision ' * 900} }}",
        "an operation has more than 250 root fields; 250 at most are taken (VOCERO_MOST_ROOT_FIELDS)",
    ),
    "wide at the root through fragments": (
        f"{{ {' '.join(f'...F{n}' for n in range(10))} }} "
        + " ".join(f"fragment F{n} on Query {{ {' '.join(f'a{n}{m}: revision' for m in range(30))} }}" for n in range(10)),
        "an operation has 300 root fields; 250 at most are taken (VOCERO_MOST_ROOT_FIELDS)",
    ),
    "a bomb of fragments": (
        bomb(30),
        f"the document has 3221225471 fields, {SPREAD}",
    ),
    "many fragments": (
        "{ revision } " + " ".join(f"fragment F{n} on Query {{ revision }}" for n in range(60)),
        "the document has 60 fragments; 50 at most are taken (VOCERO_MOST_FRAGMENTS)",
    ),
    "many directives": (
        f"{{ revision {'@include(if: true) ' * 200} }}",
        "the document has 200 directives; 100 at most are taken (VOCERO_MOST_DIRECTIVES)",
    ),
    "a megabyte of tokens": (f"{{ {'a ' * 500_000} }}", "the document has 1000004 bytes; 300000 at most are taken (VOCERO_MOST_DOCUMENT)"),
    "as many tokens as bytes": (
        f"{{ {'a ' * 50_000} }}",
        "the document has more than 20000 tokens and comments; 20000 at most are taken (VOCERO_MOST_TOKENS)",
    ),
    "overlapping fields": (
        f"{{ {'customers { edges { node { id } } } ' * 150} }}",
        "the document asks 51 times for one field of the same object; 50 at most are taken (VOCERO_MOST_REPEATS)",
    ),
    "overlapping fields through fragments": (
        f"{{ topics {{ {'...T ' * 300} }} }} fragment T on Topic {{ {'id ' * 60} }}",
        f"the document has 18301 fields, {SPREAD}",
    ),
    "dear": (
        (
            "{ customers(first: 1000) { edges { node { partners { "
            'contactable(topic: "renewal", first: 1000) { totalCount edges { node { id } } } } } } } }'
        ),
        "the operation costs 16410001 and may cost 10000000; ask for smaller pages, or for less at once (VOCERO_MOST_COST)",
    ),
}


@pytest.fixture
def schema() -> VoceroSchema:
    return VoceroSchema(report)


def ten_milliseconds() -> float:
    """Ten, or as many as now go by while a processor of today's usual speed would spend ten: others may be using this one."""
    begun = time.thread_time()
    for _ in range(TURNS):
        pass
    return max(MOST_MILLISECONDS, (time.thread_time() - begun) * 1000)


async def refused(schema: VoceroSchema, document: str, **variables: object) -> ExecutionResult:
    """The answer, which has to be a refusal: nothing is there that could be read."""
    result = await schema.execute(document, variable_values=variables)
    assert result.data is None
    return result


def told(result: ExecutionResult) -> tuple[str, Any]:
    [error] = result.errors or []
    return error.message, (error.extensions or {})["code"]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_document_that_is_too_much_is_refused_with_its_measure_and_the_setting(schema: VoceroSchema, attack: str) -> None:
    document, message = ATTACKS[attack]

    assert told(await refused(schema, document)) == (message, "TOO_COMPLEX")


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_refusal_costs_less_than_ten_milliseconds_of_the_processor(schema: VoceroSchema, attack: str) -> None:
    """However often it is asked: what was refused is kept nowhere, so that each time is as the first."""
    document, _ = ATTACKS[attack]
    spent, most = [], []
    for _ in range(TIMES):
        begun = time.thread_time()
        await refused(schema, document)
        spent.append((time.thread_time() - begun) * 1000)
        most.append(ten_milliseconds())

    assert median(spent) < median(most)


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Query { ...A revision }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        '{ partner(id: "partner:p") { ...A } } fragment A on Partner { providers { ...A resellers { ...A } } }',
        "{ revision } fragment A on Query { ...A revision }",
    ],
)
async def test_a_fragment_that_contains_itself_is_refused(schema: VoceroSchema, document: str) -> None:
    assert told(await refused(schema, document)) == ("the fragment `A` contains itself; leave it out of itself", "BAD_INPUT")


@pytest.mark.parametrize(
    ("given", "message", "code"),
    [
        (["x"] * 1_000_000, "a list in the variables has 1000000 elements; give 10000 at most (VOCERO_MOST_LISTED)", "BAD_INPUT"),
        ([["x"] * 9_000] * 12, "the variables have 108013 values; 100000 at most are taken (VOCERO_MOST_VALUES)", "TOO_COMPLEX"),
        (
            {"a": dict.fromkeys(map(str, range(200_000)), 1)},
            "the variables have 200002 values; 100000 at most are taken (VOCERO_MOST_VALUES)",
            "TOO_COMPLEX",
        ),
    ],
)
async def test_variables_that_are_too_much_are_refused_before_they_are_looked_into(
    schema: VoceroSchema, given: object, message: str, code: str
) -> None:
    spent, most = [], []
    for _ in range(TIMES):
        begun = time.thread_time()
        result = await refused(schema, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=given)
        spent.append((time.thread_time() - begun) * 1000)
        most.append(ten_milliseconds())

        assert told(result) == (message, code)
    assert median(spent) < median(most)


async def test_variables_that_are_too_deep_are_refused(schema: VoceroSchema) -> None:
    given: list[Any] = []
    for _ in range(600):
        given = [given]

    message = "the variables have more than 500 levels; 500 at most are taken (VOCERO_MOST_NESTING)"
    assert told(await refused(schema, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=given)) == (message, "TOO_COMPLEX")


@pytest.mark.parametrize("is_literal", [True, False])
async def test_a_filter_of_thousands_of_tests_is_refused_before_it_is_coerced(schema: VoceroSchema, *, is_literal: bool) -> None:
    """Whatever its tests are: these are none."""
    if is_literal:
        result = await refused(schema, f"{{ customers(filter: {{or: [{'{nothing: 5} ' * 2_000}]}}) {{ totalCount }} }}")
    else:
        given = {"not": {"or": [{"nothing": 5}] * 9_999}}
        result = await refused(schema, "query ($f: CustomerFilter) { customers(filter: $f) { totalCount } }", f=given)

    message = "the filter comes to more than 1600 parts; give 200 tests at most, `in` takes many values as one"
    assert told(result) == (message, "BAD_INPUT")


async def test_the_answer_to_a_plain_introspection_is_kept(schema: VoceroSchema) -> None:
    document = get_introspection_query()
    first = await schema.execute(document)
    again = await schema.execute(document)
    other = await schema.execute(document.replace("queryType { name }", "queryType { name kind }", 1))

    assert first.data is not None
    assert again.data is first.data
    assert again.extensions == first.extensions
    assert other.data is not None
    assert other.data["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}


async def test_introspection_costs_what_it_takes(schema: VoceroSchema) -> None:
    dear = f"{{ {' '.join(f'a{n}: __schema {{ types {{ fields {{ args {{ type {{ name }} }} }} }} }}' for n in range(240))} }}"
    result = await schema.execute(dear)

    assert (result.extensions or {})["cost"]["cost"] > 1_000_000


async def test_a_refused_document_takes_no_place_among_those_that_are_kept() -> None:
    schema = VoceroSchema(report)
    kept = "{ __typename }"
    await schema.execute(kept)
    for number in range(600):
        await refused(schema, f"{{ a{number}: revision }} {ATTACKS['many fragments'][0]}")

    assert list(schema.gate.kept) == [kept]


async def test_a_refusal_is_told_inside_a_stream_too(schema: VoceroSchema) -> None:
    for document, message in ATTACKS.values():
        results = [result async for result in await schema.stream(document)]

        assert [told(result) for result in results if isinstance(result, ExecutionResult)] == [(message, "TOO_COMPLEX")]


async def test_introspection_is_refused_where_it_is_off_and_type_names_are_told() -> None:
    schema = VoceroSchema(report, limits=Limits(introspection=False))
    message = "introspection is off here; ask whoever runs the service for its schema (VOCERO_INTROSPECTION)"
    hidden = 'query { ...A } fragment A on Query { ... { other: __type(name: "Query") { name } } }'

    assert told(await refused(schema, get_introspection_query())) == (message, "FORBIDDEN")
    assert told(await refused(schema, hidden)) == (message, "FORBIDDEN")
    assert schema.faults_in(hidden) == [message]
    assert (await schema.execute("{ __typename }")).data == {"__typename": "Query"}


async def test_the_introspection_of_tools_is_within_the_limits(schema: VoceroSchema) -> None:
    result = await schema.execute(get_introspection_query(input_value_deprecation=True, schema_description=True, specified_by_url=True))

    assert result.errors is None


def test_the_limits_hold_for_operations_side_by_side(schema: VoceroSchema) -> None:
    """A document may have several operations, of which one is run: all are validated, so all are counted."""
    several = " ".join(f"query Q{n} {{ {' '.join(f'a{m}: revision' for m in range(51))} }}" for n in range(10))

    message, code = told(asyncio.run(schema.execute(several, operation_name="Q0")))
    assert (message, code) == ("the document has 510 aliases; 500 at most are taken (VOCERO_MOST_ALIASES)", "TOO_COMPLEX")


def test_lists_without_a_limit_of_their_own_have_one() -> None:
    """The others have theirs where they are answered."""
    many = [strawberry.ID(f"subscription:{n}") for n in range(1001)]
    transfer = TransferBilling(subscriptions=many, to=strawberry.ID("partner:p"), completed_at=DateTime(0))
    with pytest.raises(BadInput, match="`subscriptions` has 1001 elements; give 1000 at most"):
        transfer.change()
    with pytest.raises(BadInput, match="`mpnIds` has 1001 elements; give 1000 at most"):
        PutPartner(key="p", name=None, country=None, mpn_ids=strawberry.Some(list(many))).change()
    with pytest.raises(BadInput, match="`in` has 1001 elements; give 1000 at most"):
        customer_test(CustomerFilter(not_=CustomerFilter(name=TextFilter(in_=list(many)))))
