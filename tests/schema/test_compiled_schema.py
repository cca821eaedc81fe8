"""The schema itself, with compiled selections and without: every answer is the same to the letter, errors and order of keys too."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from graphql import get_introspection_query

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from policy.caller import Caller
from schema.context import Context
from schema.schema import VoceroSchema
from schema.time_limit import executor_within
from tests.oracle.documents import EDGE, FACTS, PARTNERS, PERMISSION, PERMISSIONS
from tests.running_index import indexed_book
from tests.schema.asked_by import ANALYST, POLICY, customer, partner
from tests.schema.test_isolation import book

PARTIES = ["partner:fabrikam", "partner:tailspin", "partner:nobody", "operator:microsoft"]
CUSTOMERS = ["customer:contoso", "customer:adatum", "customer:woodgrove", "customer:nobody"]
QUESTIONS = [{"communicator": who, "customer": whom, "topic": topic} for who in PARTIES for whom in CUSTOMERS for topic in ("renewal", "x")]
VARIABLES: dict[str, Any] = {"customers": CUSTOMERS, "questions": QUESTIONS, "asOf": {"validAt": "2026-01-01T00:00:00Z"}}
FULL = PERMISSION.replace("knownAt", "")  # which is now, for a bound caller
DOCUMENTS = {
    "permissions": PERMISSIONS.replace("knownAt", ""),
    "facts": FACTS,
    "partners": PARTNERS,
    "matrix": """query ($customers: [ID!]!, $asOf: AsOf) { nodes(ids: $customers) { ... on Customer { id permissionMatrix(asOf: $asOf) {
        topics { id __typename } communicators { __typename id name ... on Partner { mpnIds } } verdicts
    } } } }""",
    "permission": """{ permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal") {
        verdict permitted explanation(language: ES) again: explanation policyVersion topic { name } permittedIn { ... on Node { id } }
        rulings { scope { __typename } standing statements { code text } interpretation { name } path { type from { id } to { id } } }
    } }""",
    "stranger": """{ permission(communicator: "partner:tailspin", customer: "customer:contoso", topic: "incident") {
        verdict communicator { name } explanation } }""",
    "unknown": '{ permission(communicator: "partner:nobody", customer: "customer:contoso", topic: "incident") { verdict } }',
    "communicators": """{ permittedCommunicators(customer: "customer:contoso", topic: "training") {
        verdict communicator { id name } rulings { verdict standing statements { code } interpretation { name text changed } } } }""",
    "questions": """query ($questions: [Question!]!) { permissions(questions: $questions) {
        verdict permitted rulings { standing statements { code } } } }""",
    "switches": """query ($on: Boolean = true, $off: Boolean = false) {
        a: customers(first: 2) { edges { cursor @skip(if: $on) node { ...C @include(if: $on) again: id } } pageInfo { hasNextPage } }
        b: customers { edges { cursor @skip(if: $off) node { id name @include(if: $off) } } }
    }
    fragment C on Customer { name ... on Node { id } called: name cloud }""",
    "contacts": f"""query ($asOf: AsOf) {{ partner(id: "partner:fabrikam") {{ contactable(topic: "renewal", asOf: $asOf) {{
        edges {{ cursor node {{ id name }} permission {{ ...Full }} }} totalCount pageInfo {{ startCursor endCursor }}
    }} }} }} {FULL}""",
    "policy": """{ policy { version clouds effectiveFrom rules {
        standing category verdict statements { code text(language: ES) } interpretation { name changed text }
    } } topics(category: BILLING) { id code category name } }""",
    "histories": f'{{ node(id: "customer:contoso") {{ __typename ... on Customer {{ relationships {{ id {EDGE} validTo source }} }} }} }}',
    "findings": "{ findings { edges { node { kind text customer { name } } } } findingCounts { kind customers findings } }",
    "customer": """{ customer(id: "customer:contoso") { id name ...Held partners { name providers { id } resellers { id } } } }
    fragment Held on Customer { subscriptions {
        id offer billedBy { __typename id name } resellers { id name providers { id name country } } }
        agreements { id type channel } }""",
    "then": """query ($asOf: AsOf) { customer(id: "customer:contoso") { subscriptions(asOf: $asOf) { id resellers(asOf: $asOf) {
        id providers(asOf: $asOf) { name } } billedBy(asOf: $asOf) { id } } agreements(asOf: $asOf) { id } } }""",
    "nodes": """query ($customers: [ID!]!) { nodes(ids: $customers) { id ... on Customer { name cloud
        renewal: permittedCommunicators(topic: "renewal") { communicator { id name } verdict }
        subscriptions { id billedBy { name } } agreements { id } } } }""",
    "kinds": """{ nodes(ids: ["customer:adatum", "partner:fabrikam", "operator:microsoft", "customer:contoso"]) { __typename id
        ... on Communicator { name } ... on Partner { providers { id } } ... on Customer { partners { id } } } }""",
    "node": '{ node(id: "customer:adatum") { __typename id ... on Customer { name subscriptions { id resellers { name } } } } }',
    "any case": '{ customer(id: "Customer:CONTOSO") { id subscriptions { id } } }',
    "no such": '{ customer(id: "customer:nobody") { id } }',
    "another kind": '{ customer(id: "partner:fabrikam") { id } }',
    "errors": """{ node(id: "partner:fabrikam") { id } wrong: customer(id: "nonsense") { id }
        permission(communicator: "x", customer: "y", topic: "z") { verdict } }""",
    "introspection": get_introspection_query(),
}


@pytest.fixture(scope="module")
async def index(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    """The book in which partners have something to hide from each other."""
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("compiled")) as index:
        yield index


@pytest.mark.parametrize("caller", [ANALYST, partner("fabrikam"), customer("contoso")], ids=lambda caller: caller.role)
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_an_answer_is_the_same_with_compiled_selections_and_without(index: LocalIndex, caller: Caller, name: str) -> None:
    """Asked twice: the second time by what was compiled the first time."""
    schemas = {is_compiled: schema_that(is_compiled=is_compiled) for is_compiled in (False, True)}
    document = DOCUMENTS[name]
    variables = {name: value for name, value in VARIABLES.items() if f"${name}:" in document}

    async def body(*, is_compiled: bool) -> bytes:
        context = Context(index, POLICY, caller)
        result = await schemas[is_compiled].execute(document, variable_values=variables, context_value=context)
        return orjson.dumps({"data": result.data, "errors": [each.formatted for each in result.errors or ()]})

    plainly = await body(is_compiled=False)
    assert [await body(is_compiled=True), await body(is_compiled=True)] == [plainly, plainly]
    assert plainly.startswith(b'{"data":{')


def schema_that(*, is_compiled: bool) -> VoceroSchema:
    schema = VoceroSchema(lambda error: pytest.fail(repr(error)))
    if not is_compiled:
        schema.execution_context_class = executor_within(30)
    return schema
