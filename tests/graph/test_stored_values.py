"""What an older store holds beyond today's rules: found by a check, exported as it is and named; and what is taken today lasts."""

import csv
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph.check import Fault, check
from graph.embedded import Running
from graph.graph import Graph
from graph.load import load
from graph.load_batch import Terms
from graph.rows import Located, NodeRow, Rejection
from policy.errors import BadInput
from policy.facts import Property
from policy.policy_file import shipped_policy
from policy.values.key import key
from policy.values.properties import storable
from resolvers.export_book import export_book
from resolvers.export_zip import export_zip
from resolvers.load_folder import load_book, load_partner_center
from tests.intake.bodies import PROVIDER, customer, save
from tests.running_service import emptied

BOOK = {
    "customers": ["key,name,domain,country", "contoso,Contoso,contoso.example,ES", "adatum,Adatum,,"],
    "partners": ["key,name,mpn_ids", "fabrikam,Fabrikam,7 11", "northwind,Northwind,", "tailspin,Tailspin,"],
    "subscriptions": ["key,offer,status", "s1,Azure plan,active"],
    "relationships": [
        "type,from,to,valid_from,source",
        "HOLDS,customer:contoso,subscription:s1,2024-01-01,crm",
        "BILLS,partner:fabrikam,subscription:s1,2024-01-01,crm",
    ],
}
SPOILT = """
MATCH (c:Customer {id: 'customer:contoso'}) SET c.country = 'Spain', c.name = 'Con\\u202etoso\\nLtd', c.domain = 'a b'
WITH c MATCH (p:Partner {id: 'partner:tailspin'}) SET p.mpnIds = ['1111|2222', 'a b']
WITH c MATCH (n:Partner {id: 'partner:northwind'}), (s:Subscription {id: 'subscription:s1'}) SET s.status = 'Deleted'
WITH n, s MATCH (c:Customer)-[h:HOLDS]->(s) SET h.validTo = 253402300800000000
WITH n, s CREATE (n)-[:BILLS {validFrom: 1735689600000000, recordedAt: 1, source: 'x'}]->(s)
CREATE (:Customer {id: 'customer:operator:microsoft', name: 'Microsoft', cloud: 'PUBLIC', recordedAt: 1})
"""
"""What 0.1.0 took, in one store."""
REASONS = {
    "customers.csv": ["holds a control character", "`operator:microsoft` is an operator, which always exists"],
    "partners.csv": ["`1111|2222` is no MPN id"],
    "subscriptions.csv": ["status is `Deleted`, and would be stored as `deleted`"],
    "relationships.csv": ["a second BILLS of `subscription:s1`", "valid_to `+10000-01-01T00:00:00Z` is no time"],
}


@pytest.fixture
async def spoilt(graph: Graph, neo4j: Running, tmp_path: Path) -> AsyncIterator[Graph]:
    """A store that holds what is refused today."""
    await load_book(graph, written(tmp_path / "book"), tmp_path / "rejected.csv", actor="test")
    async with AsyncGraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        await spoil(driver)
    yield graph
    await emptied(graph)


async def test_a_check_lists_what_would_be_refused_today(spoilt: Graph) -> None:
    found = [(each.fault, each.about, each.text) for each in (await check(spoilt)).findings]

    values = [(about, text) for fault, about, text in found if fault is Fault.VALUE]
    assert {about for about, _ in values} == {
        "customer:contoso",
        "customer:operator:microsoft",
        "partner:tailspin",
        "subscription:s1",
    }
    texts = "\n".join(text for _, text in values)
    for words in (
        "`Spain` is no country; give the two letters of ISO 3166-1, `ES`",
        "name `Con\\u202etoso\\nLtd` holds a control character",
        "`a b` is no domain",
        "`1111|2222` is no MPN id",
        "status is `Deleted`, and would be stored as `deleted`",
        "valid_to `+10000-01-01T00:00:00Z` is outside the years 1 to 9999 in UTC",
        "`operator:microsoft` is an operator",
    ):
        assert words in texts
    assert [about for fault, about, _ in found if fault is Fault.CONFLICT] == ["subscription:s1"]


async def test_an_export_writes_what_is_there_and_names_what_a_load_would_refuse(spoilt: Graph, tmp_path: Path) -> None:
    exported = await export_book(spoilt, tmp_path / "out", progress=lambda _: None)

    warnings = rows(tmp_path / "out" / "warnings.csv")
    assert exported.warnings == len(warnings) == sum(map(len, REASONS.values()))
    for file, reasons in REASONS.items():
        found = sorted(row["reason"] for row in warnings if row["file"] == file)
        assert all(any(reason in each for each in found) for reason in reasons), found
    assert "Con\u202etoso\nLtd" in (tmp_path / "out" / "customers.csv").read_text("utf-8")
    assert await zipped(spoilt) == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    rejected = tmp_path / "again.csv"
    await emptied(spoilt)
    await load_book(spoilt, tmp_path / "out", rejected, actor="test")
    lines = {(row["file"], row["line"]) for row in rows(rejected)}
    assert {(row["file"], row["line"]) for row in warnings if "would be stored" not in row["reason"]} <= lines


async def test_an_mpn_id_that_is_none_ends_no_load_of_saved_answers(spoilt: Graph, tmp_path: Path) -> None:
    folder = save(tmp_path / "saved", c=customer())

    loaded = await load_partner_center(spoilt, folder, PROVIDER, tmp_path / "r.csv", policy=shipped_policy(), actor="test")

    assert (loaded.nodes, loaded.rejected) == (2, 0)


async def test_a_row_that_the_store_itself_cannot_take_costs_that_row_and_no_other(graph: Graph) -> None:
    """The driver has no integer of more than 64 bits."""
    sound = [Located(NodeRow(f"customer:c{number}", {"name": "x"}), "customers.csv", number, "") for number in range(2, 40)]
    broken = Located(NodeRow("customer:broken", {"name": 2**70}), "customers.csv", 40, "broken,…")  # type: ignore[dict-item]
    refused: list[Rejection] = []

    loaded = await load(
        graph, [*sound[:20], broken, *sound[20:]], Terms("digest", restores=False, boundaries={}, actor="test"), reject=refused.append
    )

    assert (loaded.nodes, loaded.rejected) == (len(sound), 1)
    assert [(each.file, each.line) for each in refused] == [("customers.csv", 40)]
    assert "by a fault of this program" in refused[0].reason


VALUES = st.text(
    st.sampled_from("abAZ09-_.,\"' ßİΣé\u0301\u00a0\u200b'=🎉") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20
)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(VALUES, VALUES, VALUES, st.sampled_from(["es", "XK", "Spain"])), max_size=15))
async def test_what_is_taken_is_exported_loaded_and_exported_as_the_same(
    graph: Graph, tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("values")
    taken = [row for number, each in enumerate(drawn) for row in nodes(number, *each)]
    await emptied(graph)
    located = [Located(row, "", 1, "") for row in taken]
    refused: list[Rejection] = []
    await load(graph, located, Terms("values", restores=False, boundaries={}, actor="test"), reject=refused.append)

    first = await export_book(graph, folder / "first", progress=lambda _: None)
    await emptied(graph)
    again = await load_book(graph, folder / "first", folder / "rejected.csv", actor="test")
    await export_book(graph, folder / "second", progress=lambda _: None)

    assert (refused, first.warnings, again.rejected) == ([], 0, 0)
    assert contents(folder / "first") == contents(folder / "second")


def nodes(number: int, own_key: str, name: str, domain: str, country: str) -> list[NodeRow]:
    """A customer and a subscription of whatever of these values is taken."""
    try:
        id_ = f"customer:{key('customer', own_key)}"
    except BadInput:
        id_ = f"customer:c{number}"
    properties = [{"name": name}, {"domain": domain}, {"country": country}]
    subscription = NodeRow(f"subscription:s{number}", accepted([{"offer": name}, {"status": own_key}]))
    return [NodeRow(id_, accepted(properties)), subscription]


def accepted(properties: list[dict[str, str]]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for each in properties:
        try:
            found |= storable(each)
        except BadInput:
            continue
    return found


async def spoil(driver: AsyncDriver) -> None:
    await driver.execute_query(SPOILT)


async def zipped(graph: Graph) -> dict[str, bytes]:
    with ZipFile(BytesIO(b"".join([piece async for piece in export_zip(graph)]))) as book:
        return {name: book.read(name) for name in book.namelist()}


def written(folder: Path) -> Path:
    folder.mkdir()
    for name, lines in BOOK.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}
