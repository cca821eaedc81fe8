"""The Cypher files: each keeps the contract in its header, is used, and finds by index what it is asked for by key."""

import ast
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph.embedded import Running
from graph.graph import Graph
from graph.store import open_store

ROOM = Path(__file__).parents[2] / "graph"
FILES = {path.stem: path.read_text("utf-8") for path in sorted((ROOM / "queries").glob("*.cypher"))}
PARAMETER_LINE = re.compile(r"// ((?:\$\w+(?:, )?)+) {2,}\S", re.MULTILINE)
RUNNERS = {"read", "read_marked", "run", "read_steadily"}
SCANS = {"AllNodesScan", "NodeByLabelScan", "NodeIndexScan"}
FEW = {"store:Store", "operator:Operator", "partner:Partner"}
"""One node, two, and the partners where a load wants the MPN ids of all: a scan of their label is as good as an index."""
EVERYTHING = {"readable_nodes", "readable_relationships", "forget_derived"}
"""What counts all that can be read has to read all, and so has what brings up an older store: seldom, and nobody waits for it."""

Plan = dict[str, Any]

queries = pytest.mark.parametrize("name", FILES)


@queries
def test_a_header_names_the_parameters_that_the_query_takes(name: str) -> None:
    lines = FILES[name].splitlines()
    header = "\n".join(line for line in lines if line.startswith("//"))
    body = "\n".join(line for line in lines if not line.startswith("//"))

    promised = [parameter for line in PARAMETER_LINE.findall(header) for parameter in line.split(", ")]

    assert sorted(promised) == sorted(set(re.findall(r"\$\w+", body)))


@queries
def test_a_header_begins_with_a_sentence_and_stands_before_all_else(name: str) -> None:
    lines = FILES[name].splitlines()
    header = [line for line in lines if line.startswith("//")]

    assert re.fullmatch(r"// [A-Z].*[.,:;]?", header[0])
    assert lines[: len(header)] == header


def test_every_query_is_run_by_this_room_and_every_query_that_is_run_is_there() -> None:
    run = {name for path in ROOM.rglob("*.py") for name in names_run(ast.parse(path.read_text("utf-8")))}

    assert run == set(FILES)


def test_no_other_room_runs_a_query() -> None:
    others = [path for room in ("policy", "intake", "resolvers", "schema", "service") for path in (ROOM.parent / room).rglob("*.py")]

    assert [path.name for path in others if set(names_run(ast.parse(path.read_text("utf-8")))) & set(FILES)] == []


@pytest.mark.parametrize("name", sorted(FILES.keys() - EVERYTHING))
async def test_a_query_parses_and_finds_by_index_what_is_wanted(driver: AsyncDriver, name: str) -> None:
    """Nothing but the counter of revisions and the operators is found by walking over all there is."""
    operators = list(walk(await plan_of(driver, name)))

    scans = [operator for operator in operators if kind(operator) in SCANS or "RelationshipType" in kind(operator)]
    assert [described(scan) for scan in scans if described(scan) not in FEW] == []
    # a label that is a parameter uses the index where the id is given along with it, and reads the whole label where it is not
    lookups = [described(operator) for operator in operators if kind(operator) == "DynamicLabelNodeLookup"]
    assert [each for each in lookups if not re.search(r"\.id = ", each)] == []


@pytest.mark.parametrize("name", ["export_nodes", "node_ids_after", "page_of_communications"])
async def test_a_page_takes_its_order_from_the_index(driver: AsyncDriver, name: str) -> None:
    """To sort would be to read everything after the page as well, for every page."""
    operators = list(walk(await plan_of(driver, name)))

    assert any(kind(operator).endswith("IndexSeekByRange") for operator in operators)
    sorting = [operator for operator in operators if kind(operator) in {"Sort", "PartialSort", "Top", "PartialTop"}]
    assert [kind(below) for operator in sorting for below in walk(operator) if kind(below).endswith("ByRange")] == []


async def test_no_filter_of_communications_makes_them_be_sorted(driver: AsyncDriver) -> None:
    operators = {kind(operator) for operator in walk(await plan_of(driver, "page_of_communications"))}

    assert operators & {"Sort", "PartialSort", "Top", "PartialTop"} == set()


@pytest.fixture(scope="module")
async def driver(neo4j: Running) -> AsyncIterator[AsyncDriver]:
    """Connected to an open store."""
    address = neo4j.address
    async with Graph.connect(address, read_seconds=30) as graph:
        await open_store(graph)
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password), notifications_min_severity="OFF") as driver:
        yield driver


async def plan_of(driver: AsyncDriver, name: str) -> Plan:
    """How Neo4j would answer the query."""
    parameters = dict.fromkeys(re.findall(r"\$(\w+)", FILES[name]))
    result = await driver.execute_query(f"EXPLAIN {FILES[name]}", parameters)
    plan = result.summary.plan
    assert plan is not None
    return plan


def walk(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("children", []):
        yield from walk(child)


def kind(operator: Plan) -> str:
    name: str = operator["operatorType"]
    return name.partition("@")[0]


def described(operator: Plan) -> str:
    details: str = operator["args"].get("Details", "")
    return details


def names_run(tree: ast.AST) -> Iterator[str]:
    """The names that are given to `graph.read`, `graph.read_marked`, `transaction.run` and `read_steadily`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            if function in RUNNERS:
                texts = (each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str))
                yield from (text for text in texts if text.isidentifier())
