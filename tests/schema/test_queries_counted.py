"""Questions of facts read the local index and nothing of the graph; where there is none yet, they are read together."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from graph.embedded import Running
from graph.index.local_index import LocalIndex
from graph.store import newest_revision
from policy.caller import ANYBODY
from policy.policy_file import shipped_policy
from resolvers.audit import Sent
from resolvers.permission import Question
from resolvers.record_communications import record_communications
from schema.context import Context
from schema.schema import VoceroSchema
from tests.counting_graph import CountingGraph
from tests.oracle.book import Book, row_of
from tests.running_index import indexed_book, reading_through

FEW, MANY = 5, 50
POLICY = shipped_policy()


def ties(number: int) -> list[tuple[str, str, str]]:
    """A customer of its own provider and reseller, with two subscriptions and an agreement, as the most usual ones are."""
    customer, partner, provider = f"customer:c{number}", f"partner:p{number}", f"partner:d{number}"
    subscriptions = [f"subscription:s{number}{letter}" for letter in "ab"]
    return [
        *(("HOLDS", customer, subscription) for subscription in subscriptions),
        *(("BILLS", provider, subscription) for subscription in subscriptions),
        *(("RESELLS", partner, subscription) for subscription in subscriptions),
        ("SUPPORTS", partner, subscriptions[0]),
        ("PROVIDES_FOR", provider, partner),
        ("RESELLER_FOR", partner, customer),
        ("PARTY_TO", customer, f"agreement:a{number}"),
        ("PARTY_TO", "operator:microsoft", f"agreement:a{number}"),
    ]


def book() -> Book:
    """More customers than are asked about, so that nothing is known only because everything was read."""
    numbers = range(2 * MANY)
    return Book(
        customers=[row_of("customers", key=f"c{number}", name=f"Customer {number:03}") for number in numbers],
        partners=[row_of("partners", key=f"{kind}{number}", name=f"Partner {number:03}{kind}") for number in numbers for kind in "pd"],
        subscriptions=[row_of("subscriptions", key=f"s{number}{letter}", offer="Office 365 E3") for number in numbers for letter in "ab"],
        agreements=[row_of("agreements", key=f"a{number}", type="Enterprise", channel="DIRECT") for number in numbers],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=end, valid_from="2024-01-01")
            for number in numbers
            for type_, start, end in ties(number)
        ],
    )


@pytest.fixture(scope="module")
async def counted(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIndex]:
    """The graph with that book."""
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("counted"), kind=CountingGraph) as index:
        yield index


async def readings(index: LocalIndex, document: str, **variables: object) -> tuple[dict[str, Any], Mapping[str, int]]:
    """The data of the answer, and how often each query was read for it."""
    graph = index.graph
    assert isinstance(graph, CountingGraph)
    unexpected: list[BaseException] = []
    await newest_revision(graph)  # the first reading of a revision is made twice
    graph.readings.clear()
    result = await VoceroSchema(unexpected.append).execute(
        document, variable_values=variables, context_value=Context(index, POLICY, ANYBODY)
    )
    assert not result.errors
    assert result.data is not None
    for look in ("store", "touched_after"):  # which revision is the newest, and what it touched
        del graph.readings[look]
    return result.data, dict(graph.readings)


FULL = """verdict permitted explanation communicator { id name ... on Partner { country } } customer { id name }
  permittedIn { __typename ... on Node { id } }
  rulings { verdict standing scope { ... on ProductSubscription { offer } ... on Agreement { type } ... on Customer { name } }
            path { type from { id } to { id } } }"""
WHOLE = """query ($first: Int!) { customers(first: $first) { edges { node { id name
  subscriptions { id channel billedBy { id name } resellers { id name } customer { id name } history { id } }
  agreements { id customers { id name } }
  partners { id name roles providers { id name } resellers { id name } }
  permissionMatrix { communicators { id name } verdicts revision }
  permittedCommunicators(topic: "renewal") { %s }
  ownership { id from { id } to { id } } relationships { id } events { at relationship { from { id } to { id } } }
} } } }""".replace("%s", FULL)
NOTHING: dict[str, int] = {}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_whole_customers_read_nothing_however_many_they_are(counted: LocalIndex, first: int) -> None:
    data, count = await readings(counted, WHOLE, first=first)

    edges = data["customers"]["edges"]
    assert len(edges) == first
    assert all(len(edge["node"]["partners"]) == 2 and edge["node"]["permittedCommunicators"] for edge in edges)
    assert count == NOTHING


@pytest.mark.parametrize("how_many", [1, 100])
async def test_many_questions_read_nothing(counted: LocalIndex, how_many: int) -> None:
    questions = [
        {"communicator": f"partner:p{number % 100}", "customer": f"customer:c{number % 100}", "topic": "renewal"}
        for number in range(how_many)
    ]
    document = f"query ($questions: [Question!]!) {{ permissions(questions: $questions) {{ {FULL} revision }} }}"
    data, count = await readings(counted, document, questions=questions)

    assert {answer["verdict"] for answer in data["permissions"]} == {"EXPECTED"}
    assert count == NOTHING

    again, count = await readings(reading_through(counted.graph), document, questions=questions)

    assert again == data
    assert count == {"histories_of_customers": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_strangers_among_many_questions_are_no_reading(counted: LocalIndex, how_many: int) -> None:
    questions = [
        {"communicator": f"partner:p{number + 1}", "customer": f"customer:c{number}", "topic": "renewal"} for number in range(how_many)
    ]
    document = f"query ($questions: [Question!]!) {{ permissions(questions: $questions) {{ {FULL} }} }}"
    data, count = await readings(counted, document, questions=questions)

    assert {answer["verdict"] for answer in data["permissions"]} == {"NOT_STATED"}
    assert count == NOTHING


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_aliases_read_nothing(counted: LocalIndex, how_many: int) -> None:
    asked = "".join(f'a{n}: permittedCommunicators(customer: "customer:c{n}", topic: "renewal") {{ {FULL} }} ' for n in range(how_many))
    data, count = await readings(counted, f"{{ {asked} }}")

    assert len(data) == how_many
    assert all(data.values())
    assert count == NOTHING


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_customers_by_alias_read_nothing(counted: LocalIndex, how_many: int) -> None:
    asked = "".join(f'a{n}: customer(id: "customer:c{n}") {{ name partners {{ name }} }} ' for n in range(how_many))
    data, count = await readings(counted, f"{{ {asked} }}")

    assert len(data) == how_many
    assert count == NOTHING


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_nodes_of_every_kind_read_nothing(counted: LocalIndex, how_many: int) -> None:
    ids = [f"{kind}{number}" for number in range(how_many) for kind in ("customer:c", "partner:p", "agreement:a")]
    ids += [f"subscription:s{number}a" for number in range(how_many)] + ["operator:microsoft", "topic:renewal"]
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { name } ... on Partner { name roles }
      ... on ProductSubscription { customer { name } channel } ... on Agreement { customers { name } } } }"""
    data, count = await readings(counted, document, ids=ids)

    assert [node["id"] for node in data["nodes"]] == ids
    assert count == NOTHING


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_partners_read_nothing(counted: LocalIndex, first: int) -> None:
    document = "query ($first: Int!) { partners(first: $first) { edges { node { id roles providers { name } resellers { name } } } } }"
    data, count = await readings(counted, document, first=first)

    assert len(data["partners"]["edges"]) == first
    assert count == NOTHING


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_a_total_is_no_reading(counted: LocalIndex, first: int) -> None:
    data, count = await readings(
        counted, "query ($first: Int!) { customers(first: $first) { totalCount edges { node { id } } } }", first=first
    )

    assert data["customers"]["totalCount"] == 2 * MANY
    assert count == NOTHING


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_whom_an_operator_may_speak_to_reads_nothing(counted: LocalIndex, first: int) -> None:
    document = f"""query ($first: Int!) {{ node(id: "operator:microsoft") {{ ... on Operator {{
      contactable(topic: "incident", first: $first) {{ edges {{ node {{ name }} permission {{ {FULL} }} }} }} }} }} }}"""
    data, count = await readings(counted, document, first=first)

    assert len(data["node"]["contactable"]["edges"]) == first
    assert count == NOTHING


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_communications_are_one_reading_with_all_that_is_known_of_them_today(counted: LocalIndex, first: int) -> None:
    sent = [
        Sent(Question(f"partner:p{number}", f"customer:c{number}", "renewal", f"subscription:s{number}a"), 1_750_000_000_000_000, "")
        for number in range(MANY)
    ]
    await record_communications(counted, POLICY, sent, caller="test", key="sent")
    document = f"""query ($first: Int!) {{ communications(first: $first) {{ edges {{ node {{ changed today {{ {FULL} }}
      communicator {{ id name }} customer {{ id name }} scope {{ ... on ProductSubscription {{ id offer }} }} }} }} }} }}"""
    data, count = await readings(counted, document, first=first)

    edges = data["communications"]["edges"]
    assert [edge["node"]["changed"] for edge in edges] == [False] * first
    assert {edge["node"]["today"]["verdict"] for edge in edges} == {"EXPECTED"}
    assert count == {"page_of_communications": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_several_instants_read_nothing(counted: LocalIndex, how_many: int) -> None:
    """Facts are read whole, on both time axes, so that another instant costs no other reading."""
    question = 'communicator: "partner:p0", customer: "customer:c0", topic: "renewal"'
    asked = "".join(
        f'a{n}: permission({question}, asOf: {{ validAt: "20{n + 10}-01-01T00:00:00Z" }}) {{ verdict }} ' for n in range(how_many)
    )
    data, count = await readings(counted, f"{{ {asked} }}")

    assert {answer["verdict"] for answer in data.values()} <= {"EXPECTED", "NOT_STATED"}
    assert count == NOTHING
