"""Books into a real store: what is taken, and what a load leaves behind."""

from pathlib import Path
from typing import Any

from neo4j import AsyncGraphDatabase

from graph.checksums import DERIVED
from graph.embedded import Running
from graph.graph import Graph
from graph.histories import histories_of
from graph.load import BATCH
from graph.load_batch import Loaded
from graph.store import newest_revision
from policy.instant import now
from resolvers.load_folder import load_book
from tests.stored import versions_in

WORLD = {
    "customers": ["key,name,domain,country,cloud", "Contoso,Contoso,contoso.example,ES,"],
    "partners": ["key,name,country,mpn_ids", "fabrikam,Fabrikam,ES,7 11", "northwind,Northwind,FR,"],
    "subscriptions": ["key,offer,status,consumption", "s1,Azure plan,active,true", "s2,Office,,"],
    "agreements": ["key,type,channel", "a1,EA,DIRECT"],
    "relationships": [
        "type,from,to,kind,valid_from,valid_to,recorded_at,superseded_at,source",
        "HOLDS,customer:contoso,subscription:s1,,2024-01-01T00:00:00Z,,,,book",
        "BILLS,partner:fabrikam,subscription:s1,,2024-01-01T00:00:00Z,2024-07-01T00:00:00Z,,,book",
        "BILLS,partner:northwind,subscription:s1,,2024-07-01T00:00:00Z,,,,book",
        "PARTY_TO,customer:contoso,agreement:a1,,2024-01-01,,,,",
        "PARTY_TO,operator:microsoft,agreement:a1,,2024-01-01,,,,",
        "ADMINISTERS,partner:fabrikam,customer:contoso,GDAP,2024-01-01,,,,",
        "ADMINISTERS,partner:fabrikam,customer:contoso,DAP,2024-01-01,,,,",
    ],
}


async def test_a_book_stands_in_the_graph_as_its_files_have_it(graph: Graph, tmp_path: Path) -> None:
    loaded = await load(graph, tmp_path, **WORLD)

    assert loaded == Loaded(nodes=6, relationships=7, unchanged=0, rejected=0, revisions=1)
    history = (await histories_of(graph, ["customer:contoso"])).of["customer:contoso"]
    assert {(each.type, each.start, each.end, each.kind) for each in history.relationships} == {
        ("HOLDS", "customer:contoso", "subscription:s1", None),
        ("BILLS", "partner:fabrikam", "subscription:s1", None),
        ("BILLS", "partner:northwind", "subscription:s1", None),
        ("PARTY_TO", "customer:contoso", "agreement:a1", None),
        ("PARTY_TO", "operator:microsoft", "agreement:a1", None),
        ("ADMINISTERS", "partner:fabrikam", "customer:contoso", "GDAP"),
        ("ADMINISTERS", "partner:fabrikam", "customer:contoso", "DAP"),
    }
    nodes = await versions_in(graph, ["customer:contoso", "partner:fabrikam", "subscription:s1", "subscription:s2", "agreement:a1"])
    assert shown(nodes["customer:contoso"][0].properties) == {
        "name": "Contoso",
        "domain": "contoso.example",
        "country": "ES",
        "cloud": "PUBLIC",
    }
    assert shown(nodes["partner:fabrikam"][0].properties) == {"name": "Fabrikam", "country": "ES", "mpnIds": ["7", "11"]}
    assert shown(nodes["subscription:s1"][0].properties) == {"offer": "Azure plan", "status": "active", "consumption": True}
    assert shown(nodes["subscription:s2"][0].properties) == {"offer": "Office", "status": "active", "consumption": False}
    assert shown(nodes["agreement:a1"][0].properties) == {"type": "EA", "channel": "DIRECT"}


async def test_a_record_begins_with_the_revision_that_brings_it(graph: Graph, tmp_path: Path) -> None:
    before = now()

    await load(graph, tmp_path, **WORLD)

    newest = await newest_revision(graph)
    history = (await histories_of(graph, ["customer:contoso"])).of["customer:contoso"]
    assert newest.number == 1
    assert before < newest.recorded_at <= now()
    assert {(each.recorded_at, each.superseded_at) for each in history.relationships} == {(newest.recorded_at, None)}


async def test_a_book_loaded_twice_changes_nothing_and_takes_no_revision(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, **WORLD)
    before = await everything(neo4j)

    again = await load(graph, tmp_path, **WORLD)

    assert again == Loaded(nodes=0, relationships=0, unchanged=13, rejected=0, revisions=0)
    assert await everything(neo4j) == before


async def test_a_relationship_that_stands_twice_in_a_book_is_taken_once(graph: Graph, tmp_path: Path) -> None:
    twice = {name: [*lines, lines[1]] if name == "relationships" else lines for name, lines in WORLD.items()}

    loaded = await load(graph, tmp_path, **twice)

    assert loaded == Loaded(nodes=6, relationships=7, unchanged=1, rejected=0, revisions=1)


async def test_each_batch_takes_one_revision_and_tells_whose_answers_it_may_move(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    """The log is what caches and watchers go by."""
    many = {
        "customers": ["key,name", *(f"c{number},Customer" for number in range(BATCH))],
        "subscriptions": ["key,offer", "s1,Azure plan"],
        "relationships": ["type,from,to,valid_from", "HOLDS,customer:c7,subscription:s1,2024-01-01"],
    }

    loaded = await load(graph, tmp_path, **many)

    changes = await told(
        neo4j, "MATCH (c:Change) RETURN c.revision AS revision, c.recordedAt AS at, c.touched AS touched, c.actor AS actor"
    )
    first, second = sorted(changes, key=lambda change: change["revision"])
    assert loaded.revisions == 2
    assert (first["revision"], second["revision"]) == (1, 2)
    assert first["at"] < second["at"]
    assert len(first["touched"]) == BATCH
    assert second["touched"] == ["customer:c7", "subscription:s1"]
    assert first["actor"] == "test"
    assert (await newest_revision(graph))[:2] == (second["revision"], second["at"])


async def test_a_batch_that_brings_nothing_takes_no_revision_beside_one_that_does(graph: Graph, tmp_path: Path) -> None:
    customers = ["key,name", *(f"c{number},Customer" for number in range(BATCH))]
    await load(graph, tmp_path, customers=customers)

    loaded = await load(graph, tmp_path, customers=[*customers, "new,Customer"])

    assert (loaded.nodes, loaded.unchanged, loaded.revisions) == (1, BATCH, 1)


async def test_an_empty_cell_clears_a_property_or_puts_it_back_to_what_it_is_at_creation(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, customers=["key,name,domain,country,cloud", "c,Contoso,contoso.example,ES,CHINA"])

    await load(graph, tmp_path, customers=["key,name,domain,country,cloud", "c,Contoso,,ES,"])

    newest = (await versions_in(graph, ["customer:c"]))["customer:c"][0]
    assert shown(newest.properties) == {"name": "Contoso", "country": "ES", "cloud": "PUBLIC"}


async def test_a_column_that_is_not_there_leaves_what_is_stored(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, customers=["key,name,domain,country,cloud", "c,Contoso,contoso.example,ES,CHINA"])

    await load(graph, tmp_path, customers=["key,country", "c,FR"])

    newest = (await versions_in(graph, ["customer:c"]))["customer:c"][0]
    assert shown(newest.properties) == {"name": "Contoso", "domain": "contoso.example", "country": "FR", "cloud": "CHINA"}


async def test_ids_compare_without_case(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, customers=["key,name", "ABC,Contoso"], subscriptions=["key", "S-1"])

    loaded = await load(
        graph,
        tmp_path,
        customers=["key,name", "abc,Contoso"],
        relationships=["type,from,to,valid_from", "HOLDS,customer:aBc,subscription:s-1,2024-01-01"],
    )

    assert loaded == Loaded(nodes=0, relationships=1, unchanged=1, rejected=0, revisions=1)


async def test_a_finished_load_leaves_no_note_behind(neo4j: Running, graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, **WORLD)

    assert await told(neo4j, "MATCH (load:UnfinishedLoad) RETURN load") == []


async def load(graph: Graph, folder: Path, **files: list[str]) -> Loaded:
    """Load a book of those lines; no row of it may be rejected."""
    write(folder, files)
    loaded = await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
    assert not (folder / "rejected.csv").exists(), (folder / "rejected.csv").read_text("utf-8")
    return loaded


def write(folder: Path, files: dict[str, list[str]]) -> None:
    """That book and nothing else."""
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")


def shown(properties: Any) -> dict[str, Any]:  # noqa: ANN401 - properties of any kind
    """What a book says of a node, without what is derived from it for lists and searches."""
    return {name: value for name, value in properties.items() if name not in DERIVED}


async def told(neo4j: Running, statement: str) -> list[dict[str, Any]]:
    address = neo4j.address
    async with AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        return [record.data() for record in (await driver.execute_query(statement)).records]


async def everything(neo4j: Running) -> list[list[dict[str, Any]]]:
    nodes = await told(neo4j, "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id")
    ties = await told(neo4j, "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS type, properties(r) AS properties ORDER BY id")
    return [nodes, ties]
