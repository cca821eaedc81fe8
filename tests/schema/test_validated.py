"""Documents are parsed and validated once."""

import gc

from graphql import build_schema, parse, specified_rules

from schema.schema import VoceroSchema
from schema.validated import Validated

RULES = tuple(specified_rules)


SDL = build_schema("type Query { revision: String }")


def schema_made() -> VoceroSchema:
    return VoceroSchema(report=lambda _: None)


def test_what_is_wrong_is_found_once_and_known_as_long_as_the_document_is() -> None:
    validated = Validated()
    right, wrong = parse("{ revision }"), parse("{ nothing }")

    assert validated.errors(SDL, right, RULES) == []
    [error] = validated.errors(SDL, wrong, RULES)
    [again] = validated.errors(SDL, wrong, RULES)
    assert (again is error, len(validated)) == (True, 2)

    del wrong, error, again
    gc.collect()
    assert len(validated) == 1


def test_the_list_of_errors_may_be_changed_by_whoever_gets_it() -> None:
    validated, wrong = Validated(), parse("{ nothing }")
    validated.errors(SDL, wrong, RULES).clear()

    assert len(validated.errors(SDL, wrong, RULES)) == 1


async def test_a_document_with_a_fault_says_so_each_time() -> None:
    schema = schema_made()
    results = [await schema.execute("{ nothing }") for _ in range(3)]

    assert [[error.message for error in result.errors or ()] for result in results] == [
        ["Cannot query field 'nothing' on type 'Query'."]
    ] * 3


async def test_a_trusted_document_is_kept_whatever_else_is_asked() -> None:
    schema = schema_made()
    assert schema.trust("query Kept { __typename }") == []
    kept = schema.gate.read("query Kept { __typename }")
    for place in range(600):
        await schema.execute(f"{{ a{place}: __typename }}")

    assert (await schema.execute("query Kept { __typename }")).data == {"__typename": "Query"}
    assert schema.gate.read("query Kept { __typename }") is kept


def test_what_cannot_be_trusted_says_why() -> None:
    assert schema_made().trust("query {") == ["Syntax Error: Expected Name, found <EOF>."]
    assert schema_made().trust("{ nothing }") == ["Cannot query field 'nothing' on type 'Query'."]
