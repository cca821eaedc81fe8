"""A first load through Neo4j's importer leaves what the ordinary path leaves, whatever the book."""

import csv
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from neo4j import AsyncGraphDatabase

from graph import late, load, store
from graph.address import Address
from graph.check import check
from graph.embedded import Running, start
from graph.embedded.errors import NotImported
from graph.embedded.folder import FIRST, RELATIONSHIPS, REPLACED, STORE, hold, is_filled
from graph.embedded.importer import import_files
from graph.first_load import draft
from graph.first_load import import_files as files
from graph.first_load.load import Home, NotEmpty
from graph.graph import Graph
from graph.keys import Key, all_keys, create_key
from graph.load_batch import Loaded, Terms
from graph.store import open_store
from intake import book, version_rows
from policy.caller import Role
from policy.instant import now
from resolvers.export_book import export_book
from resolvers.load_folder import load_book, load_first_book
from tests.graph.test_export import contents, stories
from tests.oracle.book import Book
from tests.running_service import emptied

BOOKS = int(os.environ.get("VOCERO_RANDOM_BOOKS", "8"))
IMPORTS = max(1, BOOKS // 8)
"""Each needs a Neo4j of its own."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.function_scoped_fixture]
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain} or not CI]
BATCH = 7
"""Rows of a batch here, so that a small book has many."""
NAMES = [
    "",
    'a "quoted" one',
    "two\nlines",
    "two\r\nlines",
    "back\\slash",
    "one, two; three",
    " blanks ",
    "Zoë \U0001f600",
    "''",
    "\ttab",
    "=1+1",
]
KEYS = ["plain", "it's", 'q"uote', "com,ma", "semi;colon", "back\\slash", "ñandú" * 40, "\U0001f600" * 200, "null", "-1"]
KEY = Key("id", "ana", "hash", Role.ANALYST, None, 1, "test", None)

random_stories = settings(max_examples=BOOKS, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=SLOW, print_blob=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> int:
    """One instant for whoever asks the time, and small batches."""
    at = now() + 1_000_000
    for module in (store, load, late, draft, version_rows):
        monkeypatch.setattr(module, "now", lambda: at)
    monkeypatch.setattr(load, "BATCH", BATCH)
    return at


@random_stories
@given(story=stories())
async def test_a_draft_answers_what_writes_it_as_the_database_does(
    story: list[Book], neo4j: Running, clock: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of a book, and of the history that the book and later ones have left."""
    folder = tmp_path_factory.mktemp("draft")
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        for each in await folders_of(story, graph, folder):
            loaded, rejected = await ordinarily(graph, each, clock)
            drafted = await drafted_from(each)

            assert drafted == (loaded, rejected, await everything(neo4j.address))


@settings(random_stories, max_examples=IMPORTS)
@given(story=stories())
async def test_a_store_that_the_importer_made_is_the_one_that_the_ordinary_path_makes(
    story: list[Book], neo4j: Running, clock: int, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    Byte for byte in its export, and sound; also where names, keys and lists are such as CSV files stumble over.

    It takes the place of an empty one, which was served and to which nothing was written, and keeps its seal and its keys. One that is
    not empty is left as it is.
    """
    folder = tmp_path_factory.mktemp("imported")
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        each = (await folders_of(story, graph, folder))[-1]
        stumbled_over(each)
        loaded, rejected = await ordinarily(graph, each, clock)
        await create_key(graph, KEY)
        exported = await export_of(graph, folder / "ordinary")
        held = await everything(neo4j.address)

    home = Home(folder / "data", cache)
    async with opened(home) as (graph, _):
        seal = graph.seal
        await create_key(graph, KEY)
    filled_before = is_filled(home.data)
    parts: list[float] = []
    with pytest.raises(InterruptedError):
        await first_load_of(each, home, parts.append)
    assert (filled_before, is_filled(home.data), (home.data / FIRST).exists()) == (False, True, False)
    async with opened(home) as (graph, address):
        assert (await check(graph)).findings == []
        await load_book(graph, each, each / "again.csv", actor="test")

        assert await export_of(graph, folder / "first") == exported
        assert await everything(address) == held
        assert graph.seal == seal
        assert await all_keys(graph) == [KEY]
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert loaded.rejected == len(rejected)
    assert rows_in(each / "again.csv") == rejected

    before = stored_in(home)
    with pytest.raises(NotEmpty):
        await first_load_of(each, home)
    assert stored_in(home) == before


async def test_what_the_importer_can_not_do_leaves_no_store(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "logs").mkdir()
    with pytest.raises(NotImported, match=r"ended before its end; `.*import.log` says why"):
        await import_files(tmp_path, tmp_path / "home", cache, [f"--nodes=Nothing={tmp_path / 'nothing.csv'}"], progress=lambda _: None)


def test_a_kill_while_a_store_takes_the_place_of_another_leaves_the_new_one(tmp_path: Path) -> None:
    for each in (REPLACED, STORE):
        (tmp_path / FIRST / each / each).mkdir(parents=True)

    with hold(tmp_path):
        assert (tmp_path / STORE / STORE).exists()
        assert not (tmp_path / FIRST).exists()


async def first_load_of(folder: Path, home: Home, imported: Callable[[float], None] = lambda _: None) -> None:
    """The first load of a book, which ends when the store has just appeared."""
    await load_first_book(home, folder, folder / "r.csv", actor="test", progress=lambda _: None, imported=imported, opened=killed)


def stored_in(home: Home) -> dict[str, bytes]:
    """Neo4j's own files of nodes, relationships and properties."""
    folder = (home.data / RELATIONSHIPS).parent
    return {kind: (folder / f"neostore.{kind}store.db").read_bytes() for kind in ("node", "relationship", "property")}


async def folders_of(story: list[Book], graph: Graph, folder: Path) -> list[Path]:
    """The first book of a story, and the one that is exported when all of them are loaded one after the other."""
    await emptied(graph)
    for number, each in enumerate(story):
        each.write(folder / str(number))
        await load_book(graph, folder / str(number), folder / f"{number}.rejected", actor="test")
    await export_of(graph, folder / "history")
    return [folder / "0", folder / "history"]


async def ordinarily(graph: Graph, folder: Path, clock: int) -> tuple[Loaded, list[list[str]]]:
    """Load a book into the emptied store, which was begun at that instant; what was done, and the rows that were rejected."""
    await emptied(graph)
    await graph.define(f"MATCH (store:Store) SET store.recordedAt = {clock}")
    rejected = folder.with_suffix(".rejected")
    return await load_book(graph, folder, rejected, actor="test"), rows_in(rejected)


async def drafted_from(folder: Path) -> tuple[Loaded, list[list[str]], Any]:
    """The same of a draft, and what is in it."""
    rejected: list[list[str]] = []
    terms = Terms(book.digest(folder), book.restores_history(folder), {}, "test")
    with draft.Draft(folder / "draft") as drafted:
        note = await load.begin_load(drafted.write, terms)
        loaded = await load.take(
            drafted.write,
            book.read_book(folder),
            terms,
            note.baseline,
            reject=lambda each: rejected.append([str(cell) for cell in each]),
            progress=lambda _: None,
        )
        return loaded, rejected, shown(files.rows_of(drafted))


def shown(rows: Iterator[files.Row]) -> tuple[list[str], list[str]]:
    """Nodes and relationships of a draft, as `everything` gives those of a store."""
    nodes, ties = [], []
    versions: dict[str, str] = {}
    for form, name, keys, properties in rows:
        kept = orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode()
        if form.option == "nodes" and name != "UnfinishedLoad":
            nodes.append(f"{name} {kept}")
        if form is files.VERSION:
            versions[keys[0]] = kept
        if form.option == "relationships":
            end = versions[keys[1]] if form is files.WAS else keys[1]
            ties.append(f"{name} {keys[0]} {end} {kept}")
    return sorted(nodes), sorted(ties)


async def everything(address: Address) -> tuple[list[str], list[str]]:
    """Every node and every relationship of a store with its properties, but for what another store can't have."""
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        nodes = await driver.execute_query("MATCH (n) RETURN labels(n)[0], properties(n)")
        ties = await driver.execute_query(
            "MATCH (a)-[r]->(b) RETURN type(r), a.id, CASE type(r) WHEN 'WAS' THEN properties(b) ELSE b.id END, properties(r)"
        )
    return (
        sorted(
            f"{label} {written({k: v for k, v in properties.items() if k not in {'seal', 'format'}})}"
            for label, properties in nodes.records
        ),
        sorted(f"{type_} {start} {end if isinstance(end, str) else written(end)} {written(of)}" for type_, start, end, of in ties.records),
    )


def written(properties: dict[str, Any]) -> str:
    return orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode()


def stumbled_over(folder: Path) -> Path:
    """A book with rows more that no CSV file of the importer may stumble over."""
    folder.mkdir(exist_ok=True)
    rows = {
        "customers": [
            ["key", "name", "domain"],
            *([key, name, name] for key in KEYS for name in NAMES[:1]),
            *([f"n{n}", name, name] for n, name in enumerate(NAMES)),
        ],
        "partners": [["key", "name", "mpn_ids"], *([key, NAMES[n], ["", "7", "7;8 9", '"7" ,'][n % 4]] for n, key in enumerate(KEYS))],
        "subscriptions": [["key", "offer", "consumption"], *([key, NAMES[n], ["true", ""][n % 2]] for n, key in enumerate(KEYS))],
        "relationships": [
            ["type", "from", "to", "valid_from", "source"],
            *(["HOLDS", f"customer:{key}", f"subscription:{key}", "2024-01-01", NAMES[n]] for n, key in enumerate(KEYS)),
            *(["BILLS", f"partner:{key}", f"subscription:{key}", "2096-01-01", NAMES[n]] for n, key in enumerate(KEYS)),
        ],
    }
    for name, more in rows.items():
        path = folder / f"{name}.csv"
        known = dictionaries_in(path) if path.exists() else []
        header, *cells = more
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, known[0].keys() if known else header)
            writer.writeheader()
            writer.writerows([*known, *(dict(zip(header, each, strict=True)) for each in cells)])
    return folder


def dictionaries_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def export_of(graph: Graph, folder: Path) -> dict[str, str]:
    await export_book(graph, folder, progress=lambda _: None)
    return contents(folder)


def rows_in(rejected: Path) -> list[list[str]]:
    if not rejected.exists():
        return []
    with rejected.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@asynccontextmanager
async def opened(home: Home) -> AsyncIterator[tuple[Graph, Address]]:
    """The graph of a data folder."""
    with start(home.data, home.cache, show_progress=False, heap="512m", pagecache="64m") as running:
        async with Graph.connect(running.address, read_seconds=30) as graph:
            await open_store(graph)
            yield graph, running.address


def killed() -> AbstractAsyncContextManager[Graph]:
    """The end of a process whose store has just appeared."""
    raise InterruptedError
