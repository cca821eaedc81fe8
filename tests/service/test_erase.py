"""Erasure: what identifies a customer is gone from every version and every way to ask; what relates it to others stays."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from uuid import uuid4

import pytest
from neo4j import GraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from resolvers.load_folder import load_book
from tests.oracle.book import Book, row_of
from tests.service.asking import on_server
from tests.service.vocero import Served, Vocero

DONE, NOT_FOUND, WRONG = 0, 1, 2
SECRETS = ("Zaphod", "zaphod", "Beeblebrox", "beeblebrox")
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { applied revision } }"
CUSTOMER = (
    '{ customer(id: "customer:t-1") { name domain country partners { id } permittedCommunicators(topic: "renewal") { explanation } } }'
)
FOUND = """query ($search: String, $filter: CustomerFilter, $asOf: AsOf) {
  customers(search: $search, filter: $filter, asOf: $asOf) { edges { node { id name } } } }"""


@pytest.fixture(scope="module")
def command(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Vocero:
    return Vocero(tmp_path_factory.mktemp("erase"), **on_server(neo4j.address))


@pytest.fixture(scope="module")
def served(command: Vocero) -> Iterator[Served]:
    with command.application() as served:
        yield served


@pytest.fixture
async def vocero(command: Vocero, graph: Graph, tmp_path: Path) -> Vocero:
    """The command, on a store where one customer had three names and has a partner."""
    book = Book(
        customers=[row_of("customers", key="t-2", name="Contoso")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam")],
        subscriptions=[row_of("subscriptions", key="s-1", offer="Office")],
    )
    ties = [
        row_of("relationships", type="HOLDS", from_="customer:t-1", to="subscription:s-1", valid_from="2024-01-01"),
        row_of("relationships", type="BILLS", from_="partner:fabrikam", to="subscription:s-1", valid_from="2024-01-01"),
    ]
    names = (("Zaphod Ltd", "zaphod.example"), ("Zaphod Beeblebrox", "beeblebrox.example"), ("Beeblebrox SA", "zaphod.example"))
    versions = [Book(customers=[row_of("customers", key="t-1", name=name, domain=domain, country="ES")]) for name, domain in names]
    for number, each in enumerate((book, *versions, Book(relationships=ties))):
        each.write(tmp_path / f"book-{number}")
        await load_book(graph, tmp_path / f"book-{number}", tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    assert not (tmp_path / "rejected.csv").exists()
    return command


def ask(served: Served, document: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    return served.client.post("/graphql", json={"query": document, "variables": variables}).json()


def apply(served: Served, change: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = ask(served, APPLY, changes=[change], key=uuid4().hex)
    return answer


def stored(neo4j: Running) -> str:
    """Everything that the store holds, as text; properties by name, for their order says nothing."""
    address = neo4j.address
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        nodes = driver.execute_query("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties").records
        ties = driver.execute_query("MATCH ()-[r]->() RETURN type(r) AS type, properties(r) AS properties").records
    found = [{**record.data(), "properties": dict(sorted(record["properties"].items()))} for record in [*nodes, *ties]]
    return "\n".join(map(repr, found))


def erased(vocero: Vocero, customer: str = "customer:T-1") -> CompletedProcess[str]:
    done = vocero("erase", customer, "--yes")
    assert (done.returncode, done.stderr) == (DONE, "")
    return done


def found(served: Served, **variables: object) -> list[str]:
    return [edge["node"]["id"] for edge in ask(served, FOUND, **variables)["data"]["customers"]["edges"]]


def test_nothing_that_is_stored_says_the_name_any_more(vocero: Vocero, neo4j: Running) -> None:
    before = stored(neo4j)
    erased(vocero)
    after = stored(neo4j)

    assert [secret for secret in SECRETS if secret in before] == list(SECRETS)
    assert [secret for secret in SECRETS if secret in after] == []


def test_no_way_to_ask_finds_the_name_now_or_in_the_past(vocero: Vocero, served: Served) -> None:
    past = ask(served, '{ permission(communicator: "operator:microsoft", customer: "customer:t-1", topic: "tax") { asOf { knownAt } } }')
    known_at = past["data"]["permission"]["asOf"]["knownAt"]
    asked: list[dict[str, object]] = []
    for word in ("zaphod", "beeblebrox"):
        asked += [{"search": word}, {"filter": {"name": {"contains": word}}}, {"filter": {"domain": {"startsWith": word}}}]
    instants = [None, {"knownAt": known_at}]
    before = [found(served, **each, asOf=at) for each in asked for at in instants]
    erased(vocero)
    after = [found(served, **each, asOf=at) for each in asked for at in instants]
    shown = ask(served, FOUND, asOf={"knownAt": known_at})["data"]["customers"]["edges"]
    answer = ask(served, CUSTOMER)["data"]["customer"]

    assert sum(len(each) for each in before) >= 6
    assert [each for each in after if each] == []
    assert {"node": {"id": "customer:t-1", "name": "t-1"}} in shown
    assert (answer["name"], answer["domain"], answer["country"]) == ("t-1", None, "ES")
    assert [secret for secret in SECRETS if secret in json.dumps(answer)] == []


def test_the_relationships_stay_and_the_customer_is_found_by_its_key(vocero: Vocero, served: Served) -> None:
    erased(vocero)
    answer = ask(served, CUSTOMER)["data"]["customer"]
    by_key = found(served, search="t-1")

    assert answer["partners"] == [{"id": "partner:fabrikam"}]
    assert "t-1" in answer["permittedCommunicators"][0]["explanation"]
    assert by_key == ["customer:t-1"]


def test_it_is_logged_as_one_change_and_a_second_time_changes_nothing(vocero: Vocero, neo4j: Running) -> None:
    first = erased(vocero)
    once = stored(neo4j)
    again = erased(vocero)

    assert (first.stdout, again.stdout) == ("customer:t-1 is erased\n", "customer:t-1 was erased before; nothing changed\n")
    assert stored(neo4j) == once
    assert once.count("'actor': 'vocero erase'") == 1
    assert "'summary': 'erase: customer:t-1'" in once


def test_who_watches_is_told_which_customer_it_was(vocero: Vocero, served: Served) -> None:
    document = "subscription { changes { actor summary customers { id name } } }"
    headers = {"accept": "text/event-stream"}
    with served.client.stream("POST", "/graphql", json={"query": document}, headers=headers) as answer:
        lines = answer.iter_lines()
        erased(vocero)
        event = next(json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:") and "actor" in line)

    assert event["data"]["changes"] == {
        "actor": "vocero erase",
        "summary": "erase: customer:t-1",
        "customers": [{"id": "customer:t-1", "name": "t-1"}],
    }


def test_a_later_load_does_not_bring_the_name_back(vocero: Vocero, neo4j: Running) -> None:
    """The rest of its row is taken."""
    erased(vocero)
    rows = [row_of("customers", key="t-1", name="Zaphod again", domain="zaphod.example", country="PT")]
    done = vocero("load", vocero.write("later", Book(customers=rows)))
    again = vocero("load", vocero.write("later", Book(customers=rows)))

    assert (done.returncode, done.stdout) == (DONE, "1 nodes and 0 relationships loaded, 0 rows were there already\n")
    assert again.stdout == "0 nodes and 0 relationships loaded, 1 rows were there already\n"
    text = stored(neo4j)
    assert "'country': 'PT'" in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_apply_refuses_the_name_and_takes_the_rest(vocero: Vocero, served: Served, neo4j: Running) -> None:
    erased(vocero)
    refused = [apply(served, {"putCustomer": {"key": "t-1", name: "Zaphod"}}) for name in ("name", "domain")]
    taken = [apply(served, {"putCustomer": {"key": "t-1", **given}}) for given in ({"country": "PT"}, {"name": None, "cloud": "CHINA"})]

    for each in refused:
        [error] = each["errors"]
        assert error["extensions"]["code"] == "CONFLICT"
        assert error["message"] == "`customer:t-1` was erased: its name and domain are not kept again; leave them out"
    assert [each["data"]["apply"]["applied"] for each in taken] == [1, 1]
    assert [secret for secret in SECRETS if secret in stored(neo4j)] == []


def test_a_book_keeps_the_blanks_and_loads_again(vocero: Vocero, tmp_path: Path) -> None:
    erased(vocero)
    for name in ("first", "second"):
        assert vocero("export", "book", tmp_path / name).returncode == DONE
        assert vocero("load", tmp_path / name).stdout.startswith("0 nodes and 0 relationships loaded")
    with (tmp_path / "first" / "customers.csv").open(encoding="utf-8", newline="") as file:
        [row] = [row for row in csv.DictReader(file) if row["key"] == "t-1"]

    assert row == {"key": "t-1", "name": "", "domain": "", "country": "ES", "cloud": "PUBLIC"}
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
        assert [secret for secret in SECRETS if secret in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("customer:nobody", "--yes"), NOT_FOUND, "no customer `customer:nobody` in the graph"),
        (("partner:fabrikam", "--yes"), WRONG, "`partner:fabrikam` is the id of a partner; here the kind is customer"),
        (("nobody", "--yes"), NOT_FOUND, "no customer `customer:nobody` in the graph"),
        (("Zapho", "--yes"), NOT_FOUND, "no customer `customer:zapho` in the graph"),
        (("customer:t-1",), WRONG, "nobody is there to ask; give --yes"),
    ],
)
def test_what_cannot_be_erased_is_said(  # noqa: PLR0917 - fixtures
    vocero: Vocero, neo4j: Running, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    """The service runs in this process, which may have its index open once: the command has a folder of its own."""
    assert vocero
    before = stored(neo4j)
    done = Vocero(tmp_path / "elsewhere", **on_server(neo4j.address))("erase", *arguments)

    assert (done.returncode, done.stderr) == (status, f"vocero: {said}\n")
    assert stored(neo4j) == before


def test_decisions_about_an_erased_customer_are_replayed(vocero: Vocero, neo4j: Running, tmp_path: Path) -> None:
    """The log holds ids only, and the ids stay."""
    logging = Vocero(tmp_path, **on_server(neo4j.address), VOCERO_DECISION_LOG=str(tmp_path / "decisions"))
    with logging.application() as served:
        ask(served, CUSTOMER)
    erased(vocero)
    done = logging("replay", tmp_path / "decisions")

    assert (done.returncode, done.stdout) == (DONE, "1 lines: 0 differ, 0 can't be read, 0 were decided by a policy that is not here\n")
    assert [secret for secret in SECRETS if secret in (tmp_path / "decisions").read_text("utf-8")] == []
