"""No question is asked once for each row: the readings of a request are counted, and stay as many for 50 customers as for 5."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

import pytest

from graph.embedded import Running
from graph.graph import Graph, Row
from graph.store import newest_revision
from graph.tail import Tail
from policy.caller import ANYBODY
from policy.policy_file import shipped_policy
from resolvers.audit import Sent
from resolvers.load_folder import load_book
from resolvers.permission import Question
from resolvers.record_communications import record_communications
from schema.context import Context, batched
from schema.schema import VoceroSchema
from tests.oracle.book import Book, row_of
from tests.running_service import emptied

FEW, MANY = 5, 50
POLICY = shipped_policy()


class CountingGraph(Graph):
    """The graph itself, which keeps count of what is read."""

    readings: Counter[str]

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        self.readings[name] += 1
        return await super().read_marked(bookmarks, name, **parameters)


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
async def counted(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CountingGraph]:
    """The graph with that book."""
    folder = tmp_path_factory.mktemp("counted")
    book().write(folder)
    async with CountingGraph.connect(neo4j.address, read_seconds=30) as graph:
        graph.readings = Counter()
        await emptied(graph)
        loaded = await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
        assert loaded.rejected == 0
        yield graph


async def readings(graph: CountingGraph, document: str, **variables: object) -> tuple[dict[str, Any], Mapping[str, int]]:
    """The data of the answer, and how often each query was read for it."""
    unexpected: list[BaseException] = []
    await newest_revision(graph)  # the first reading of a revision is made twice
    graph.readings.clear()
    result = await VoceroSchema(unexpected.append).execute(
        document, variable_values=variables, context_value=Context(graph, POLICY, Tail(graph), ANYBODY)
    )
    assert not result.errors
    assert result.data is not None
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
WHOLE_READINGS = {
    "store": 1,  # which revision to answer at
    "page_of_customers": 1,
    "histories_of_customers": 1,  # subscriptions, agreements, partners, permissions, paths: all out of the same facts
    "chains_of_subscriptions": 1,
    "customers_of_agreements": 1,
    "ties_of_partners": 1,  # for their roles
    "providers_of_partners": 1,
    "resellers_of_partners": 1,
}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_whole_customers_are_read_in_a_query_a_question_however_many_they_are(counted: CountingGraph, first: int) -> None:
    data, count = await readings(counted, WHOLE, first=first)

    edges = data["customers"]["edges"]
    assert len(edges) == first
    assert all(len(edge["node"]["partners"]) == 2 and edge["node"]["permittedCommunicators"] for edge in edges)
    assert count == WHOLE_READINGS


@pytest.mark.parametrize("how_many", [1, 100])
async def test_many_questions_are_one_reading(counted: CountingGraph, how_many: int) -> None:
    questions = [
        {"communicator": f"partner:p{number % 100}", "customer": f"customer:c{number % 100}", "topic": "renewal"}
        for number in range(how_many)
    ]
    document = f"query ($questions: [Question!]!) {{ permissions(questions: $questions) {{ {FULL} revision }} }}"
    data, count = await readings(counted, document, questions=questions)

    assert {answer["verdict"] for answer in data["permissions"]} == {"EXPECTED"}
    assert count == {"histories_of_customers": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_strangers_among_many_questions_are_one_reading_more(counted: CountingGraph, how_many: int) -> None:
    """A partner without any tie to the customer is looked up, all of them at once."""
    questions = [
        {"communicator": f"partner:p{number + 1}", "customer": f"customer:c{number}", "topic": "renewal"} for number in range(how_many)
    ]
    document = f"query ($questions: [Question!]!) {{ permissions(questions: $questions) {{ {FULL} }} }}"
    data, count = await readings(counted, document, questions=questions)

    assert {answer["verdict"] for answer in data["permissions"]} == {"NOT_STATED"}
    assert count == {"histories_of_customers": 1, "nodes": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_aliases_share_their_readings(counted: CountingGraph, how_many: int) -> None:
    asked = "".join(f'a{n}: permittedCommunicators(customer: "customer:c{n}", topic: "renewal") {{ {FULL} }} ' for n in range(how_many))
    data, count = await readings(counted, f"{{ {asked} }}")

    assert len(data) == how_many
    assert all(data.values())
    assert count == {"histories_of_customers": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_customers_by_alias_are_read_together(counted: CountingGraph, how_many: int) -> None:
    asked = "".join(f'a{n}: customer(id: "customer:c{n}") {{ name partners {{ name }} }} ' for n in range(how_many))
    data, count = await readings(counted, f"{{ {asked} }}")

    assert len(data) == how_many
    assert count == {"nodes": 1, "histories_of_customers": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_nodes_of_every_kind_are_read_together(counted: CountingGraph, how_many: int) -> None:
    ids = [f"{kind}{number}" for number in range(how_many) for kind in ("customer:c", "partner:p", "agreement:a")]
    ids += [f"subscription:s{number}a" for number in range(how_many)] + ["operator:microsoft", "topic:renewal"]
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { name } ... on Partner { name roles }
      ... on ProductSubscription { customer { name } channel } ... on Agreement { customers { name } } } }"""
    data, count = await readings(counted, document, ids=ids)

    assert [node["id"] for node in data["nodes"]] == ids
    assert count == {"nodes": 1, "chains_of_subscriptions": 1, "customers_of_agreements": 1, "ties_of_partners": 1}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_partners_are_read_in_a_query_a_question(counted: CountingGraph, first: int) -> None:
    document = "query ($first: Int!) { partners(first: $first) { edges { node { id roles providers { name } resellers { name } } } } }"
    data, count = await readings(counted, document, first=first)

    assert len(data["partners"]["edges"]) == first
    assert count == {"store": 1, "page_of_partners": 1, "ties_of_partners": 1, "providers_of_partners": 1, "resellers_of_partners": 1}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_a_total_is_counted_only_where_it_is_asked_for(counted: CountingGraph, first: int) -> None:
    data, count = await readings(
        counted, "query ($first: Int!) { customers(first: $first) { totalCount edges { node { id } } } }", first=first
    )

    assert data["customers"]["totalCount"] == 2 * MANY
    assert count == {"store": 1, "page_of_customers": 2}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_whom_an_operator_may_speak_to_is_read_page_by_page(counted: CountingGraph, first: int) -> None:
    document = f"""query ($first: Int!) {{ node(id: "operator:microsoft") {{ ... on Operator {{
      contactable(topic: "incident", first: $first) {{ edges {{ node {{ name }} permission {{ {FULL} }} }} }} }} }} }}"""
    data, count = await readings(counted, document, first=first)

    assert len(data["node"]["contactable"]["edges"]) == first
    assert count == {"nodes": 1, "contacts_of_operator": 1, "histories_of_customers": 1}


@pytest.mark.parametrize("first", [FEW, MANY])
async def test_communications_are_read_in_four_queries_with_all_that_is_known_of_them_today(counted: CountingGraph, first: int) -> None:
    sent = [
        Sent(Question(f"partner:p{number}", f"customer:c{number}", "renewal", f"subscription:s{number}a"), 1_750_000_000_000_000, "")
        for number in range(MANY)
    ]
    await record_communications(counted, POLICY, sent, caller="test", key="sent", batched=batched)
    document = f"""query ($first: Int!) {{ communications(first: $first) {{ edges {{ node {{ changed today {{ {FULL} }}
      communicator {{ id name }} customer {{ id name }} scope {{ ... on ProductSubscription {{ id offer }} }} }} }} }} }}"""
    data, count = await readings(counted, document, first=first)

    edges = data["communications"]["edges"]
    assert [edge["node"]["changed"] for edge in edges] == [False] * first
    assert {edge["node"]["today"]["verdict"] for edge in edges} == {"EXPECTED"}
    assert count == {"store": 1, "page_of_communications": 1, "nodes": 1, "histories_of_customers": 1}


@pytest.mark.parametrize("how_many", [FEW, MANY])
async def test_several_instants_are_one_reading_of_the_same_facts(counted: CountingGraph, how_many: int) -> None:
    """Facts are read whole, on both time axes, so that another instant costs no other reading."""
    question = 'communicator: "partner:p0", customer: "customer:c0", topic: "renewal"'
    asked = "".join(
        f'a{n}: permission({question}, asOf: {{ validAt: "20{n + 10}-01-01T00:00:00Z" }}) {{ verdict }} ' for n in range(how_many)
    )
    data, count = await readings(counted, f"{{ {asked} }}")

    assert {answer["verdict"] for answer in data.values()} <= {"EXPECTED", "NOT_STATED"}
    assert count == {"histories_of_customers": 1}
