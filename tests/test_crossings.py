"""How often one question crosses the border between two rooms: the next layer shows here."""

import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import FrameType

import pytest
from graphql import ExecutionResult, execute_sync, parse

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from schema.context import Context
from schema.schema import VoceroSchema
from tests.running_index import indexed_book
from tests.schema.asked_by import ANALYST, POLICY
from tests.schema.test_isolation import book

HERE = Path(__file__).parents[1]
ROOMS = ("service", "schema", "graphql_compiled", "resolvers", "graph", "policy", "intake")
PERMISSION = """{ permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal") {
  verdict permitted rulings { verdict standing statements { code } } } }"""
WHO = """{ permittedCommunicators(customer: "customer:contoso", topic: "renewal") { verdict communicator { id name } } }"""


def room_of(frame: FrameType) -> str | None:
    """The room that a function stands in; None for libraries and tests."""
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(HERE):
        return None
    first = path.relative_to(HERE).parts[0]
    return first if first in ROOMS else None


def crossings(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Each call from one room to another, whatever stands between."""
    found: list[tuple[str, str]] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (room := room_of(frame)):
            above = frame.f_back
            while above is not None and room_of(above) is None:
                above = above.f_back
            if above is not None and (caller := room_of(above)) != room and caller is not None:
                found.append((caller, room))

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


@pytest.fixture(scope="module")
async def index(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("crossings"), staleness=3600) as index:
        yield index


@pytest.mark.parametrize(("document", "most"), [(PERMISSION, 64), (WHO, 64)], ids=["permission", "permittedCommunicators"])
async def test_a_question_crosses_few_borders(index: LocalIndex, document: str, most: int) -> None:
    """As it is executed for the third time: what is compiled for a document is made for the first."""
    schema, parsed = VoceroSchema(lambda error: pytest.fail(repr(error))), parse(document)

    def ask() -> None:
        context = Context(index, POLICY, ANALYST)
        result = execute_sync(schema.graphql, parsed, context_value=context, executor_class=schema.execution_context_class)
        assert isinstance(result, ExecutionResult)
        assert result.errors is None

    ask()
    ask()
    found = crossings(ask)

    assert len(found) <= most, found
