"""Long lists of variables are coerced as graphql-core does it, to the letter of its errors."""

from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLResolveInfo, build_schema, execute, is_input_type, parse
from graphql.execution import Executor
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_compiled import Attributes, Mode, compiled
from graphql_compiled.variables import LONG, coercion
from tests.graphql_compiled.recipes import in_mode

SCHEMA = build_schema("""
  type Query {
    ids(of: [ID!]!): String  names(of: [String]): String  nested(of: [[Boolean!]]!): String  numbers(of: [Int!]): String
    asked(of: [Asked!]!): String  deep(of: [Deep]): String  one(of: [One!]): String  two(of: [ID!]!, named: [String!], each: Int!): String
  }
  input Asked { who: ID!  topic: String!  scope: ID = null  flags: [Boolean!]  like: String = "all" }
  input Deep { below: Deep  name: String }
  input One @oneOf { id: ID  name: String }
""")
DOCUMENTS = {
    "ids": "query ($of: [ID!]!) { ids(of: $of) }",
    "names": "query ($of: [String]) { names(of: $of) }",
    "nested": "query ($of: [[Boolean!]]!) { nested(of: $of) }",
    "numbers": "query ($of: [Int!]) { numbers(of: $of) }",
    "asked": "query ($of: [Asked!]!) { asked(of: $of) }",
    "deep": "query ($of: [Deep]) { deep(of: $of) }",
    "one": "query ($of: [One!]) { one(of: $of) }",
    "two": "query ($of: [ID!]!, $named: [String!] = [], $each: Int!) { two(of: $of, named: $named, each: $each) }",
    "several": "query A ($of: [ID!]!) { ids(of: $of) } query B ($of: [String]) { names(of: $of) }",
    "unknown": "query ($of: [Nothing!]!) { ids(of: $of) }",
    "output": "query ($of: [Query!]!) { ids(of: $of) }",
}
COMPILED = compiled(Executor, Attributes(), fallbacks=in_mode(Mode.ON))
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
ASKED = st.fixed_dictionaries(
    {"who": st.text(max_size=3) | LEAVES, "topic": st.text(max_size=3)},
    optional={"scope": LEAVES, "flags": st.lists(st.booleans(), max_size=2) | LEAVES, "like": LEAVES, "nonsense": LEAVES},
)
RIGHT = st.fixed_dictionaries(
    {"who": st.text(max_size=3), "topic": st.text(max_size=3)},
    optional={"scope": st.text(max_size=3) | st.none(), "flags": st.lists(st.booleans(), max_size=2), "like": st.text(max_size=3)},
)
NAMES = st.sampled_from(("id", "name", "below"))
ITEMS = st.recursive(LEAVES | ASKED, lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each))
ALMOST = st.sampled_from(({"who": "w"}, {"who": "w", "topic": "t", "nonsense": 1}, {"who": "w", "topic": "t", "scope": 1}, "w", None))
LISTS: st.SearchStrategy[list[Any]] = st.sampled_from((st.text(max_size=3), st.booleans(), RIGHT, RIGHT | ASKED, ITEMS)).flatmap(
    lambda each: st.lists(each, min_size=LONG - 1, max_size=LONG + 3)
) | st.tuples(st.lists(RIGHT, min_size=LONG, max_size=LONG), ALMOST).map(lambda both: [*both[0], both[1]])


@pytest.fixture(autouse=True, scope="module")
def resolvers() -> None:
    def told(_: object, __: GraphQLResolveInfo[Any], **arguments: object) -> str:
        return repr(arguments)

    for field in SCHEMA.query_type.fields.values() if SCHEMA.query_type else ():
        field.resolve = told


def ask(named: str, variables: dict[str, Any], executor: type[Executor[Any]]) -> tuple[Any, list[str]]:
    document = parse(DOCUMENTS[named])
    name = "A" if named == "several" else None
    result = execute(SCHEMA, document, variable_values=variables, operation_name=name, executor_class=executor)
    assert isinstance(result, ExecutionResult)
    return result.data, [str(error) for error in result.errors or ()]


@pytest.mark.parametrize("named", DOCUMENTS)
@settings(max_examples=150, deadline=None)
@given(of=LISTS, each=st.integers(-2, 2) | st.none() | st.just("one"))
def test_data_and_errors_are_those_of_graphql_core(named: str, of: list[Any], each: object) -> None:
    variables = {"of": of, "named": [str(each)] * LONG, "each": each}

    assert ask(named, variables, COMPILED) == ask(named, variables, Executor)


def test_types_of_plain_data_have_a_function_and_others_have_none() -> None:
    types = {name: type_ for name, type_ in SCHEMA.type_map.items() if is_input_type(type_)}

    assert {name for name, type_ in types.items() if coercion(type_) is not None} == {"ID", "String", "Boolean", "Asked"}


def test_an_operation_can_be_asked_for_its_variables_as_they_came() -> None:
    of = [f"i{number}" for number in range(LONG)]
    executor = COMPILED.build(SCHEMA, parse(DOCUMENTS["ids"]), raw_variable_values={"of": of})

    assert isinstance(executor, Executor)
    assert executor.variable_values.coerced == {"of": of}
    assert executor.variable_values.sources["of"].value is of
