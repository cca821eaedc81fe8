"""The bench at its smallest: what it says of a few customers is no measurement, but every part of it has run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from bench.costs import documents
from bench.data import Data, write
from bench.floors import add_floors
from bench.loading import loading_rate
from bench.measure import Bench, measure
from bench.row import Row
from bench.table import hold_against, markdown, write_json
from bench.truth import Truth
from graph.embedded import Running
from schema.schema import VoceroSchema
from service.log import report
from tests.programs import need

FILES = ("customers.csv", "partners.csv", "subscriptions.csv", "agreements.csv", "relationships.csv")
FEW = Data(200, seed=1)
ROWS = {
    *("load", "start", "contactable-first", "contactable-first-page", "microsoft-first", "microsoft-first-page", "who-cold", "check"),
    *("check-full", "check-again", "explain", "bulk", "who", "customer", "communicators", "hundred", "contactable", "microsoft", "page"),
    *("cost", "memory"),
}


@pytest.fixture
def wrk() -> None:
    """Require the program that makes the load."""
    need("wrk")


def bench_of(folder: Path, neo4j: Running, *only: str) -> Bench:
    return Bench(FEW, 0.1, 1, frozenset(only), folder, neo4j.address, neo4j.pid, lambda _: None)


def test_the_same_count_and_seed_give_the_same_book(tmp_path: Path) -> None:
    relationships = [write(data, tmp_path / name) for name, data in (("one", FEW), ("same", FEW), ("other", Data(200, seed=2)))]

    one, same, other = ([(tmp_path / name / file).read_bytes() for file in FILES] for name in ("one", "same", "other"))
    assert one == same
    assert one != other
    assert relationships[0] == relationships[1] == len((tmp_path / "one" / "relationships.csv").read_text("utf-8").splitlines()) - 1


def test_a_tenth_of_the_customers_buys_from_the_first_partner() -> None:
    data = Data(10_000, seed=1)

    assert len(list(data.buyers_of(data.partners.first))) == pytest.approx(1_000, rel=0.05)


@pytest.mark.usefixtures("graph")
def test_the_floor_of_a_load_makes_the_graph_that_a_load_makes(neo4j: Running, tmp_path: Path) -> None:
    relationships = write(FEW, tmp_path / "book")

    assert loading_rate(tmp_path / "book", neo4j.address) > 0
    with GraphDatabase.driver(neo4j.address.uri, auth=(neo4j.address.user, neo4j.address.password)) as driver:
        found = driver.execute_query("MATCH ()-[r]->() WHERE r.recordedAt = 1 RETURN count(r) AS made").records[0]["made"]
    assert found == relationships


def test_the_cost_of_every_root_field_is_measured() -> None:
    query = VoceroSchema(report).graphql.query_type
    assert query is not None

    assert documents(FEW).keys() == {*query.fields, "__schema", "__type"}


@pytest.mark.usefixtures("wrk", "graph")
def test_every_row_is_measured_and_no_answer_is_wrong(neo4j: Running, tmp_path: Path) -> None:
    bench = bench_of(tmp_path, neo4j)

    measured = measure(bench, Truth(FEW))

    assert measured.wrong == []
    assert {row.name for row in measured.rows} == ROWS
    assert all(row.value > 0 for row in measured.rows)
    check = next(row for row in measured.rows if row.name == "check")
    add_floors(bench, replace(measured, rows=[check]))
    assert check.driver
    assert check.route
    assert check.route > check.value
    assert all(f"| {row.name}: " in markdown(measured.rows, "") for row in measured.rows)
    write_json(measured.rows, "", tmp_path / "rows.json")
    assert {row["name"] for row in json.loads((tmp_path / "rows.json").read_text("utf-8"))["rows"]} == ROWS
    hold_against(measured.rows, tmp_path / "rows.json")
    assert {row.name: row.slower for row in measured.rows} == {name: None if name == "memory" else 1 for name in ROWS}


@pytest.mark.usefixtures("wrk", "graph")
def test_a_wrong_answer_is_told_and_nothing_is_measured(neo4j: Running, tmp_path: Path) -> None:
    """The oracle is asked about another book than the one that is loaded, so that what is right there is wrong here."""
    measured = measure(bench_of(tmp_path, neo4j, "check", "contactable"), Truth(Data(200, seed=2)))

    assert {row.name for row in measured.rows} == {"load", "start"}
    assert {line.split()[0] for line in measured.wrong} == {"check", "contactable"}


def test_a_row_is_held_against_the_best_of_those_beside_it() -> None:
    rate = Row("check", "", "/s", 300, compared={"one": 100, "other": 200}, goal=2)
    time = Row("microsoft-first", "", "ms", 10, compared={"one": 40, "other": 30}, goal=2)

    assert (rate.times, rate.reached) == (1.5, False)
    assert (time.times, time.reached) == (3, True)
    assert Row("memory", "", "MB", 400, goal=500).reached
