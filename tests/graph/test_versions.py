"""What was known of a node before it changed, and history that a book restores, asked as it was known then."""

import csv
from pathlib import Path

import pytest

from graph.graph import Graph
from graph.histories import histories_of
from graph.store import newest_revision
from policy.facts import Version
from policy.instant import now, written
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.values.instant import instant_from
from resolvers.load_folder import load_book
from tests.stored import versions_in

CUSTOMERS = ["key,name,cloud", "contoso,Contoso,"]
NODES = {
    "customers": CUSTOMERS,
    "partners": ["key,name", "fabrikam,Fabrikam", "northwind,Northwind"],
    "subscriptions": ["key,offer,status", "s1,Azure plan,active", "s2,Office,active"],
}
HISTORY = [
    "type,from,to,valid_from,valid_to,recorded_at,superseded_at",
    "HOLDS,customer:contoso,subscription:s1,2024-01-01,,2024-02-01,",
    # until June the service believed that Fabrikam bills without end; from then on that it had ended in May
    "BILLS,partner:fabrikam,subscription:s1,2024-01-01,,2024-02-01,2024-06-01",
    "BILLS,partner:fabrikam,subscription:s1,2024-01-01,2024-05-01,2024-06-01,",
    "BILLS,partner:northwind,subscription:s1,2024-05-01,,2024-06-01,",
]


async def test_a_node_that_changes_keeps_its_old_version_until_the_very_instant_of_the_new(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, customers=CUSTOMERS)
    first = (await newest_revision(graph)).recorded_at

    await load(graph, tmp_path, customers=["key,name,cloud", "contoso,Contoso Iberia,CHINA"])

    second = (await newest_revision(graph)).recorded_at
    newest, old = await versions(graph, "customer:contoso")
    assert (newest.recorded_at, newest.superseded_at) == (second, None)
    assert (old.recorded_at, old.superseded_at) == (first, second)
    assert first < second
    assert (newest.properties["name"], newest.properties["cloud"]) == ("Contoso Iberia", "CHINA")
    assert (old.properties["name"], old.properties["cloud"]) == ("Contoso", "PUBLIC")


async def test_every_change_of_a_node_is_kept(graph: Graph, tmp_path: Path) -> None:
    for name in ("One", "Two", "Two", "Three"):
        await load(graph, tmp_path, customers=["key,name", f"contoso,{name}"])

    found = await versions(graph, "customer:contoso")
    assert [version.properties["name"] for version in found] == ["Three", "Two", "One"]
    assert [older.superseded_at for older in found[1:]] == [newer.recorded_at for newer in found[:-1]]


async def test_a_node_is_known_by_what_it_was_called_then(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, customers=CUSTOMERS)
    await load(graph, tmp_path, customers=["key,name,cloud", "contoso,Contoso Iberia,CHINA"])
    newest, old = await versions(graph, "customer:contoso")

    names = [(await known_at(graph, instant)).name("customer:contoso") for instant in (newest.recorded_at - 1, newest.recorded_at)]

    assert names == ["Contoso", "Contoso Iberia"]
    assert await nothing_known_at(graph, old.recorded_at - 1)


async def test_restored_history_answers_as_it_was_known(graph: Graph, tmp_path: Path) -> None:
    """Asked about July: until the correction Fabrikam billed, from that very instant on Northwind."""
    july, correction = instant_from("2024-07-01"), instant_from("2024-06-01")

    assert await load(graph, tmp_path, **NODES, relationships=HISTORY) == []

    billers = [
        (await known_at(graph, instant, valid_at=july)).biller("subscription:s1")
        for instant in (instant_from("2024-02-01"), correction - 1, correction, now())
    ]
    assert billers == ["partner:fabrikam", "partner:fabrikam", "partner:northwind", "partner:northwind"]
    assert (await known_at(graph, now(), valid_at=instant_from("2024-04-01"))).biller("subscription:s1") == "partner:fabrikam"
    assert (await known_at(graph, instant_from("2024-02-01") - 1)).subscriptions == ()


async def test_an_empty_store_takes_history_however_old(graph: Graph, tmp_path: Path) -> None:
    ancient = ["type,from,to,valid_from,recorded_at", "HOLDS,customer:contoso,subscription:s1,0001-01-01,0001-01-01"]

    assert await load(graph, tmp_path, **NODES, relationships=ancient) == []


async def test_restoring_the_same_history_again_changes_nothing(graph: Graph, tmp_path: Path) -> None:
    restoring = NODES | {
        "relationships": HISTORY,
        "versions": ["id,recorded_at,superseded_at,name", "customer:contoso,2024-01-01,2024-03-01,Contoso GmbH"],
    }
    await load(graph, tmp_path, **restoring)
    before = await newest_revision(graph)

    assert await load(graph, tmp_path, **restoring) == []

    assert await newest_revision(graph) == before
    assert len(await versions(graph, "customer:contoso")) == 2


async def test_restored_versions_end_where_the_next_begins(graph: Graph, tmp_path: Path) -> None:
    """In whatever order they stand; the node itself is known from the end of the last."""
    reasons = await load(
        graph,
        tmp_path,
        **NODES,
        versions=[
            "id,recorded_at,superseded_at,name,cloud,offer,status",
            "customer:contoso,2024-03-01,2024-05-01,Two,CHINA,,",
            "customer:contoso,2024-01-01,2024-03-01,One,,,",
            "subscription:s1,2024-01-01,2024-02-01,,,Old plan,suspended",
        ],
    )

    assert reasons == []
    assert [
        (version.properties["name"], version.properties["cloud"], shown(version)) for version in await versions(graph, "customer:contoso")
    ] == [
        ("Contoso", "PUBLIC", "2024-05-01T00:00:00Z to now"),
        ("Two", "CHINA", "2024-03-01T00:00:00Z to 2024-05-01T00:00:00Z"),
        ("One", "PUBLIC", "2024-01-01T00:00:00Z to 2024-03-01T00:00:00Z"),
    ]
    assert [(version.properties["status"], shown(version)) for version in await versions(graph, "subscription:s1")] == [
        ("active", "2024-02-01T00:00:00Z to now"),
        ("suspended", "2024-01-01T00:00:00Z to 2024-02-01T00:00:00Z"),
    ]
    assert (await known_at(graph, instant_from("2024-04-01"))).operator == "operator:21vianet"
    assert (await known_at(graph, instant_from("2024-05-01"))).operator == "operator:microsoft"
    assert await nothing_known_at(graph, instant_from("2024-01-01") - 1)


async def test_a_version_that_stands_twice_is_restored_once(graph: Graph, tmp_path: Path) -> None:
    row = "customer:contoso,2024-01-01,2024-03-01,One"

    reasons = await load(graph, tmp_path, customers=CUSTOMERS, versions=["id,recorded_at,superseded_at,name", row, row])

    assert reasons == []
    assert [version.properties["name"] for version in await versions(graph, "customer:contoso")] == ["Contoso", "One"]


@pytest.mark.parametrize(
    "row",
    [
        "customer:contoso,2024-01-01,2024-03-01,Other",
        "customer:contoso,2024-01-01,2024-02-01,One",
        "customer:contoso,2024-02-01,2024-04-01,Other",
        "customer:contoso,2023-01-01,2024-01-01T00:00:00.000001Z,Other",
        "customer:contoso,2023-01-01,2025-01-01,Other",
    ],
)
async def test_a_version_that_says_something_else_of_the_same_time_is_refused(graph: Graph, tmp_path: Path, row: str) -> None:
    """One node was never known by two versions at once: the first stays."""
    reasons = await load(
        graph,
        tmp_path,
        customers=CUSTOMERS,
        versions=["id,recorded_at,superseded_at,name", "customer:contoso,2024-01-01,2024-03-01,One", row],
    )

    first = "another version of `customer:contoso` is known from 2024-01-01T00:00:00Z to 2024-03-01T00:00:00Z"
    assert reasons == [(3, f"{first}; start this one where that one ends, or leave it out")]
    assert [version.properties["name"] for version in await versions(graph, "customer:contoso")] == ["Contoso", "One"]


async def test_what_the_store_knew_before_is_not_lost_to_a_restored_version(graph: Graph, tmp_path: Path) -> None:
    """The store has known the node ever since its first revision: no file can say that it was called something else meanwhile."""
    await load(graph, tmp_path, customers=CUSTOMERS)
    known_since = (await newest_revision(graph)).recorded_at
    later = known_since + 1

    reasons = await load(
        graph,
        tmp_path,
        versions=["id,recorded_at,superseded_at,name", f"customer:contoso,{written(later)},{written(later + 1)},Other"],
    )

    stored = f"another version of `customer:contoso` is known from {written(known_since)} open"
    assert reasons == [(2, f"{stored}; start this one where that one ends, or leave it out")]
    assert (await known_at(graph, known_since)).name("customer:contoso") == "Contoso"


async def load(graph: Graph, folder: Path, **files: list[str]) -> list[tuple[int, str]]:
    """Load a book of those lines; line and reason of every row that was not taken."""
    write(folder, files)
    await load_book(graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
    return reasons_in(folder / "rejected.csv")


def write(folder: Path, files: dict[str, list[str]]) -> None:
    """That book and nothing else."""
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")


def reasons_in(rejected: Path) -> list[tuple[int, str]]:
    if not rejected.exists():
        return []
    with rejected.open(encoding="utf-8", newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


async def versions(graph: Graph, node: str) -> tuple[Version, ...]:
    return (await versions_in(graph, [node]))[node]


def shown(version: Version) -> str:
    until = "now" if version.superseded_at is None else written(version.superseded_at)
    return f"{written(version.recorded_at)} to {until}"


async def known_at(graph: Graph, instant: int, *, valid_at: int | None = None) -> Situation:
    """The situation of Contoso as it was known then."""
    found = await history_at(graph, instant, instant if valid_at is None else valid_at)
    assert found is not None
    return found


async def nothing_known_at(graph: Graph, instant: int) -> bool:
    return await history_at(graph, instant, instant) is None


async def history_at(graph: Graph, instant: int, valid_at: int) -> Situation | None:
    histories = await histories_of(graph, ["customer:contoso"])
    return situation(histories.of["customer:contoso"], valid_at, instant, shipped_policy().rules)
