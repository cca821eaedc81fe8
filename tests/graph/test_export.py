"""A book that is written down and loaded again is the same book."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.embedded import Running
from graph.export import export_rows
from graph.graph import Graph
from resolvers.export_book import export_book
from resolvers.load_folder import load_book
from tests.oracle.book import Book, Row
from tests.oracle.random_books import NAMES, books
from tests.running_service import emptied

BOOKS = int(os.environ.get("VOCERO_RANDOM_BOOKS", "8"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not CI]
HEADER = "key,name,domain,country,cloud"


@st.composite
def renamed(draw: st.DrawFn, book: Book) -> Book:
    """The same nodes under other names, in other countries, with another status."""

    def others(rows: list[Row], **columns: list[str]) -> list[Row]:
        return [row | {column: draw(st.sampled_from(values)) for column, values in columns.items()} for row in rows]

    return Book(
        customers=others(book.customers, name=NAMES, cloud=["", "CHINA"]),
        partners=others(book.partners, name=NAMES, country=["ES", ""], mpn_ids=["", "7 8"]),
        subscriptions=others(book.subscriptions, status=["active", "deleted"]),
        agreements=others(book.agreements, channel=["CSP", "DIRECT"]),
    )


@st.composite
def stories(draw: st.DrawFn) -> list[Book]:
    """A random book, and none, one or two later ones which change its nodes."""
    first = draw(books())
    return [first, *(draw(renamed(first)) for _ in range(draw(st.sampled_from([1, 0, 2]))))]


@settings(max_examples=BOOKS, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=SLOW, print_blob=True)
@given(story=stories())
async def test_a_book_that_is_exported_and_loaded_is_exported_again_byte_for_byte(
    story: list[Book], neo4j: Running, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """History included: superseded records and the versions of nodes."""
    folder = tmp_path_factory.mktemp("export")
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)
        for number, book in enumerate(story):
            book.write(folder / str(number))
            await load(graph, folder / str(number))
        once = await exported(graph, folder / "once")
        await emptied(graph)
        rejected = await load(graph, folder / "once")

        again = await exported(graph, folder / "again")

    assert rejected == []
    assert again == once


async def test_a_change_of_a_node_is_exported_as_a_version(graph: Graph, tmp_path: Path) -> None:
    for number, name in enumerate(("One", "Two")):
        await load(graph, written(tmp_path / str(number), customers=["key,name,cloud", f"c,{name},CHINA"]))

    found = await exported(graph, tmp_path / "book")

    header, version = found["versions.csv"].splitlines()
    assert found["customers.csv"].splitlines() == [HEADER, "c,Two,,,CHINA"]
    assert header.startswith("id,recorded_at,superseded_at,name")
    assert version.startswith("customer:c,")
    assert version.split(",")[3:7] == ["One", "", "", "CHINA"]


async def test_a_store_without_changes_is_exported_without_versions(graph: Graph, tmp_path: Path) -> None:
    await load(graph, written(tmp_path / "book", customers=["key,name", "c,Contoso"]))

    assert sorted(await exported(graph, tmp_path / "export")) == [
        "agreements.csv",
        "customers.csv",
        "partners.csv",
        "relationships.csv",
        "subscriptions.csv",
    ]


async def test_what_comes_during_an_export_is_left_out(graph: Graph, tmp_path: Path) -> None:
    """An export is of one revision: what a later one adds is not in it, and what it changes is given as it was."""
    await load(
        graph,
        written(
            tmp_path / "first",
            customers=["key,name", "c,Contoso"],
            partners=["key,name", "p,Fabrikam"],
            subscriptions=["key,offer,status", "s,Azure plan,active"],
            relationships=["type,from,to,valid_from", "HOLDS,customer:c,subscription:s,2024-01-01"],
        ),
    )
    expected = [row async for rows in export_rows(graph) for row in rows]

    export = export_rows(graph)
    found = await anext(export)
    await load(
        graph,
        written(
            tmp_path / "meanwhile",
            partners=["key,name", "p,Fabrikam AG", "q,Northwind"],
            subscriptions=["key,offer,status", "s,Azure plan,deleted", "t,Office,active"],
            relationships=["type,from,to,valid_from", "BILLS,partner:p,subscription:s,2024-01-01"],
        ),
    )
    found += [row async for rows in export for row in rows]

    assert found == expected
    assert len([row async for rows in export_rows(graph) for row in rows]) == len(expected) + 5


async def load(graph: Graph, folder: Path) -> list[str]:
    """Load a book; the lines of rejected.csv."""
    rejected = folder.with_suffix(".rejected")
    await load_book(graph, folder, rejected, actor="test", progress=lambda _: None)
    return rejected.read_text("utf-8").splitlines() if rejected.exists() else []


async def exported(graph: Graph, folder: Path) -> dict[str, str]:
    """The files of an export, by name."""
    await export_book(graph, folder, progress=lambda _: None)
    return contents(folder)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_bytes().decode() for file in folder.iterdir()}


def written(folder: Path, **files: list[str]) -> Path:
    folder.mkdir()
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    return folder
