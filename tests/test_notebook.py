"""The analyst's notebook and the examples about exports, run on exports of the demo world as an analyst would run them."""

import ast
import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from policy.instant import now
from resolvers.export_book import export_book
from service.demo import write_demo
from tests.running_service import RunningService

DOCS = Path(__file__).parents[1] / "docs"
NOTEBOOK = json.loads((DOCS / "analysis.ipynb").read_text("utf-8"))
FENCED = re.compile(r"^```(sql|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = FENCED.findall((DOCS / "exports.md").read_text("utf-8"))
YEAR = timedelta(days=366)


@pytest.fixture(scope="module")
async def exports(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both exports of the demo world."""
    folder = tmp_path_factory.mktemp("exports")
    write_demo(folder / "demo", now())
    assert await service.replace_with(folder / "demo") == []
    for suffix in ("csv", "parquet"):
        (folder / f"matrix.{suffix}").write_bytes((await service.client.get(f"/export/matrix.{suffix}")).content)
    await export_book(service.graph, folder / "book", progress=lambda _: None)
    return folder


@pytest.fixture
def answers(exports: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each cell of the notebook shows, by the cell's id."""
    monkeypatch.chdir(exports)
    mpl.use("agg")
    names: dict[str, Any] = {}
    return {cell["id"]: run("".join(cell["source"]), names) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"}


def run(source: str, names: dict[str, Any]) -> object:
    """The value of the last expression, as a notebook shows it; a DuckDB table as its rows."""
    tree = ast.parse(source)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - our own documentation
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - the same
    return shown.fetchall() if isinstance(shown, duckdb.DuckDBPyRelation) else shown


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_notebook_is_kept_without_outputs() -> None:
    """They would tell of somebody's machine."""
    code = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]

    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"]] == []


def test_it_says_who_is_expected_to_speak_to_the_most_customers_of_each_country(exports: Path, answers: dict[str, Any]) -> None:
    country = {f"customer:{row['key']}": row["country"] for row in rows(exports / "book" / "customers.csv")}
    name = {f"partner:{row['key']}": row["name"] for row in rows(exports / "book" / "partners.csv")}
    counts = Counter(
        (country[row["customer"]], name[row["communicator"]])
        for row in rows(exports / "matrix.csv")
        if (row["topic"], row["verdict"]) == ("renewal", "EXPECTED") and row["communicator"] in name
    )
    expected: dict[str, tuple[str, str, int]] = {}
    for (where, who), customers in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        expected.setdefault(where, (where, who, customers))

    assert len(expected) > 5
    assert {row[0]: row for row in answers["leading"]} == expected


def test_it_says_for_whom_microsoft_may_speak_of_incidents_only(exports: Path, answers: dict[str, Any]) -> None:
    said = {
        (row["customer"], row["topic"]): row["verdict"]
        for row in rows(exports / "matrix.csv")
        if row["communicator"] == "operator:microsoft"
    }
    customers = rows(exports / "book" / "customers.csv")
    expected = {
        (row["name"], row["country"])
        for row in customers
        if said.get((f"customer:{row['key']}", "renewal")) == "PROHIBITED"
        and said.get((f"customer:{row['key']}", "incident")) in {"EXPECTED", "PERMITTED"}
    }

    assert ("Contoso", "US") in expected
    assert ("Woodgrove Bank", "GB") not in expected
    assert len(answers["divided"]) == len(expected) < len(customers)
    assert set(answers["divided"]) == expected


def test_it_says_what_changed_hands_in_the_last_year(answers: dict[str, Any]) -> None:
    today = datetime.now(UTC).date()
    found = {subscription: (before, after) for _, subscription, before, after in answers["moved"]}

    assert found["subscription:adventure-works-azure"] == ("Litware", "Northwind Traders")
    assert found["subscription:wide-world-importers-azure"] == ("Microsoft", "Litware")
    assert "subscription:tailspin-toys-azure" not in found  # that is still to come
    assert all(today - YEAR <= day <= today + timedelta(days=1) for day, *_ in answers["moved"])


def test_it_draws_a_picture(answers: dict[str, Any]) -> None:
    figure = answers["plot"]

    assert isinstance(figure, Figure)
    bars = [bar.get_width() for bar in figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert 10 < len(bars) <= 15
    assert bars == sorted(bars, reverse=True)
    assert bars[0] >= max(customers for *_, customers in answers["leading"])


@pytest.mark.parametrize(("language", "text"), EXAMPLES, ids=[f"{language}-{place}" for place, (language, _) in enumerate(EXAMPLES)])
def test_each_example_about_exports_gives_rows(exports: Path, language: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(exports)
    if language == "python":
        assert len(run(text, {})) > 0  # type: ignore[arg-type]  # a frame of pandas
    else:
        assert len(duckdb.execute(text).fetchall()) > 0
