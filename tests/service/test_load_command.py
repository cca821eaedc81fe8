"""Which loads go through Neo4j's importer: large ones, of a book, into an empty store of this machine that nobody serves."""

from pathlib import Path

import pytest
from rich.console import Console

from graph.embedded.folder import RELATIONSHIPS
from policy.errors import Unavailable
from service import load
from service.files import Order
from service.settings import Settings

ROWS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book of so many rows, one of which is no good."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "customers.csv").write_text("key,name,cloud\na,A,\nb,B,MARS\n", "utf-8")
    (tmp_path / "book" / "partners.csv").write_text("key,name\np,P\n", "utf-8")
    return tmp_path / "book"


@pytest.mark.parametrize(
    "reason", ["few rows", "few rows for a store to be replaced", "a store", "a server", "Partner Center", "a dry run"]
)
async def test_what_the_importer_is_not_for_is_left_to_the_ordinary_path(
    reason: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    if reason == "a store":
        (data / "data").mkdir(parents=True)  # of a form that nobody knows
    settings = Settings(data=data, cache=tmp_path, neo4j_uri="bolt://localhost:1" if reason == "a server" else None)
    order = Order(folder, tmp_path / "r.csv", "p" if reason == "Partner Center" else None, reason == "a dry run")
    if reason == "few rows for a store to be replaced":
        (data / RELATIONSHIPS).parent.mkdir(parents=True)
        (data / RELATIONSHIPS).touch()
    before = sorted(data.rglob("*"))
    monkeypatch.setattr(load, "PAYS", ROWS + (reason == "few rows"))
    monkeypatch.setattr(load, "PAYS_TO_REPLACE", ROWS + 1)

    assert await load.load_first(settings, order, Console()) is None

    assert not (tmp_path / "r.csv").exists()
    assert sorted(data.rglob("*")) == before


async def test_what_the_importer_fails_at_is_left_to_the_ordinary_path(
    folder: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It fails here for an option that it doesn't know; the reason is told, and nothing is left."""
    monkeypatch.setattr(load, "PAYS", ROWS)
    monkeypatch.setattr("graph.embedded.importer.OPTIONS", ("--no-such-option",))
    settings = Settings(data=tmp_path / "data", cache=cache)

    assert await load.load_first(settings, Order(folder, tmp_path / "r.csv", None, dry_run=False), Console(width=300)) is None

    assert "importer ended before its end" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["lock", "logs"]
    assert "--no-such-option" in (tmp_path / "data" / "logs" / "import.log").read_text("utf-8")


async def test_a_disk_that_is_nearly_full_takes_no_first_load(
    folder: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PAYS", ROWS)
    settings = Settings(data=tmp_path / "data", cache=cache, least_free=1 << 40)

    with pytest.raises(Unavailable, match="disk is full"):
        await load.load_first(settings, Order(folder, tmp_path / "r.csv", None, dry_run=False), Console())

    assert not (tmp_path / "data" / "first-load").exists()
