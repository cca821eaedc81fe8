"""
How often one question, one change and one event of a watch cross the border between two rooms: the next layer shows here.

The bounds are what was measured, and some more where it depends on what is ready by then. The goal for a permission is 12. What is above
it: `give_way` is called for each field and each list, and what becomes of a head is asked again by an answer that found none.
"""

from asyncio import wait_for
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from graphql import ExecutionResult, execute_sync, parse

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from schema.context import Context
from schema.schema import VoceroSchema
from tests.crossings import traced
from tests.running_index import indexed_book
from tests.schema.asked_by import ANALYST, OPERATOR, POLICY
from tests.schema.test_isolation import book

PERMISSION = """{ permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal") {
  verdict permitted rulings { verdict standing statements { code } } } }"""
WHO = """{ permittedCommunicators(customer: "customer:contoso", topic: "renewal") { verdict communicator { id name } } }"""
APPLY = """mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied } }"""
WATCH = "subscription ($since: Revision) { changes(since: $since) { revision summary customers { id name } } }"
REVISION = "{ revision }"
SECONDS = 60


@pytest.fixture(scope="module")
async def index(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("crossings"), staleness=3600) as index:
        yield index


@pytest.fixture(scope="module")
def schema() -> VoceroSchema:
    return VoceroSchema(lambda error: pytest.fail(repr(error)))


@pytest.mark.parametrize(("document", "most"), [(PERMISSION, 20), (WHO, 41)], ids=["permission", "permittedCommunicators"])
async def test_a_question_crosses_few_borders(index: LocalIndex, schema: VoceroSchema, document: str, most: int) -> None:
    """As it is executed for the third time: what is compiled for a document is made for the first."""
    parsed = parse(document)

    def ask() -> None:
        context = Context(index, POLICY, ANALYST)
        result = execute_sync(schema.graphql, parsed, context_value=context, executor_class=schema.execution_context_class)
        assert isinstance(result, ExecutionResult)
        assert result.errors is None

    ask()
    ask()
    with traced() as found:
        ask()

    assert 0 < len(found) <= most, "\n".join(found)


async def apply(index: LocalIndex, schema: VoceroSchema, change: dict[str, Any]) -> None:
    variables = {"changes": [change], "key": uuid4().hex}
    result = await schema.execute(APPLY, variable_values=variables, context_value=Context(index, POLICY, OPERATOR))
    assert not result.errors


async def test_a_change_crosses_few_borders(index: LocalIndex, schema: VoceroSchema) -> None:
    await apply(index, schema, {"putCustomer": {"key": "first", "name": "First"}})
    with traced() as found:
        await apply(index, schema, {"putCustomer": {"key": "second", "name": "Second"}})

    assert 0 < len(found) <= 25, "\n".join(found)


async def test_an_event_of_a_watch_crosses_few_borders(index: LocalIndex, schema: VoceroSchema) -> None:
    """The second, for which all is there already but the event itself."""
    now = await schema.execute(REVISION, context_value=Context(index, POLICY, ANALYST))
    assert now.data
    for key in ("third", "fourth"):
        await apply(index, schema, {"putCustomer": {"key": key, "name": key.title()}})
    events = await schema.subscribe(WATCH, variable_values={"since": now.data["revision"]}, context_value=Context(index, POLICY, ANALYST))
    assert isinstance(events, AsyncGenerator)
    try:
        first = await wait_for(anext(events), SECONDS)
        with traced() as found:
            second = await wait_for(anext(events), SECONDS)
    finally:
        await events.aclose()

    assert (first.errors, second.errors) == (None, None)
    assert 0 < len(found) <= 30, "\n".join(found)
