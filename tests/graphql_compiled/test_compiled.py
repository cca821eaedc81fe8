"""Compiled selections against graphql-core alone: the same data, the same errors, and the same done to the objects."""

import asyncio
import gc
import os
import re
from collections.abc import Iterator
from inspect import isawaitable
from typing import Any

import pytest
from graphql import DocumentNode, ExecutionResult, GraphQLAbstractType, GraphQLObjectType, execute, parse
from graphql.execution import Executor
from graphql.execution.incremental import IncrementalExecutor
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_compiled import Attributes, Mode, compiled
from tests.graphql_compiled.generated import Case, Chance, case_of
from tests.graphql_compiled.recipes import CLASSES, Log, in_mode
from tests.test_random_books import by_chance

CASES = int(os.environ.get("VOCERO_COMPILED_CASES", "300"))
ADDRESS = re.compile(" at 0x[0-9a-f]+")


class Told(Attributes):
    """Says of the classes of plain data of which type they are."""

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        name = next((name for name, each in CLASSES.items() if each is class_), None)
        if isinstance(type_, GraphQLObjectType):
            return name if name == type_.name else None
        return name


pytestmark = [  # a field that fails leaves the coroutines of others behind, unasked
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


@pytest.fixture(autouse=True, scope="module")
def collected() -> Iterator[None]:
    """Coroutines left behind in cycles are collected here, where the marks above hold, and not in a test of another module."""
    yield
    gc.collect()


@settings(by_chance, max_examples=CASES)
@given(st.integers(0, 2**32))
def test_data_errors_and_effects_are_those_of_graphql_core(seed: int) -> None:
    """By chance: schemas, fragments, aliases, switches, lists in lists; wrong values, properties, awaitables, what raises."""
    case = case_of(Chance(seed))
    document = parse(case.document)
    faster = compiled(IncrementalExecutor, Told(), fallbacks=in_mode(Mode.ON))

    for variables in [*case.ways, *case.ways]:
        assert executed(case, document, variables, faster) == executed(case, document, variables, IncrementalExecutor)


def executed(case: Case, document: DocumentNode, variables: dict[str, bool], executor: type[Executor[Any]]) -> list[str]:
    """All that can be told apart, in words."""
    log: Log = []
    root = case.root(log)

    async def run() -> ExecutionResult:
        found: Any = execute(case.schema, document, root, log, variables, executor_class=executor)
        result: ExecutionResult = await found if isawaitable(found) else found
        while others := asyncio.all_tasks() - {asyncio.current_task()}:  # what graphql-core goes on with beside an error
            await asyncio.wait(others)
        return result

    result = asyncio.run(run())
    errors = [repr((each.message, each.path, each.locations, each.extensions, repr(each.original_error))) for each in result.errors or ()]
    return [ADDRESS.sub("", each) for each in (repr(result.data), *errors, *log)]
