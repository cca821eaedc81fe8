"""What a load does not take, row by row, and why; every other row is taken."""

import csv
from pathlib import Path

import pytest

from graph.graph import Graph
from graph.load import BATCH
from graph.store import newest_revision
from policy.instant import now, written
from resolvers.load_folder import load_book
from tests.stored import records_at

NODES = {
    "customers": ["key,name", "contoso,Contoso", "tailspin,Tailspin"],
    "partners": ["key,name", "fabrikam,Fabrikam", "northwind,Northwind"],
    "subscriptions": ["key,offer", "s1,Azure plan", "s2,Office"],
}
COLUMNS = "type,from,to,kind,valid_from,valid_to,recorded_at,superseded_at"
ONE_AT_A_TIME = "a subscription takes one at a time, so start this one where that one ends"
LOAD_IT_FIRST = "in the graph or in what was loaded before; load it first, or mend the id"
ONLY_INTO_A_STORE = "history can be restored only into a store that holds no later revision"
STANDING = "BILLS,partner:fabrikam,subscription:s1,,2024-01-01,2025-01-01,,"
BESIDE = "HOLDS,customer:contoso,subscription:s1,,2024-01-01,,,"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("BILLS,partner:nobody,subscription:s1,,2030-01-01,,,", f"no partner `partner:nobody` {LOAD_IT_FIRST}"),
        ("BILLS,partner:fabrikam,subscription:none,,2030-01-01,,,", f"no subscription `subscription:none` {LOAD_IT_FIRST}"),
        ("HOLDS,customer:nobody,subscription:none,,2030-01-01,,,", f"no customer `customer:nobody` {LOAD_IT_FIRST}"),
        # an id is of its own kind: a customer's key is no partner's
        ("BILLS,partner:contoso,subscription:s1,,2030-01-01,,,", f"no partner `partner:contoso` {LOAD_IT_FIRST}"),
    ],
)
async def test_an_unknown_end_is_named(graph: Graph, tmp_path: Path, row: str, reason: str) -> None:
    assert await refused(graph, tmp_path, row) == [reason]


@pytest.mark.parametrize(
    ("biller", "valid_from", "valid_to"),
    [
        ("partner:northwind", "2024-06-01", ""),
        ("partner:northwind", "2024-12-31T23:59:59.999999Z", "2025-06-01"),
        ("partner:northwind", "2023-01-01", "2024-01-01T00:00:00.000001Z"),
        ("partner:northwind", "2023-01-01", ""),
        ("partner:northwind", "2024-03-01", "2024-04-01"),
        ("operator:microsoft", "2024-06-01", ""),
    ],
)
async def test_a_second_biller_is_refused_wherever_the_two_overlap(
    graph: Graph, tmp_path: Path, biller: str, valid_from: str, valid_to: str
) -> None:
    """At the end, by a microsecond at either end, around it, within it; by a partner or by an operator."""
    reasons = await refused(graph, tmp_path, f"BILLS,{biller},subscription:s1,,{valid_from},{valid_to},,")

    first = "`partner:fabrikam` BILLS `subscription:s1` from 2024-01-01T00:00:00Z to 2025-01-01T00:00:00Z"
    assert reasons == [f"a second BILLS of `subscription:s1`: {first}; {ONE_AT_A_TIME}"]


@pytest.mark.parametrize(("valid_from", "valid_to"), [("2096-06-01", "2096-07-01"), ("2096-06-01", ""), ("2020-01-01", "")])
async def test_a_second_biller_is_refused_also_where_the_two_overlap_in_the_future_only(
    graph: Graph, tmp_path: Path, valid_from: str, valid_to: str
) -> None:
    reasons = await refused(
        graph,
        tmp_path,
        f"BILLS,partner:northwind,subscription:s1,,{valid_from},{valid_to},,",
        standing="BILLS,partner:fabrikam,subscription:s1,,2096-01-01,,,",
    )

    assert reasons == [
        f"a second BILLS of `subscription:s1`: `partner:fabrikam` BILLS `subscription:s1` from 2096-01-01T00:00:00Z open; {ONE_AT_A_TIME}"
    ]


@pytest.mark.parametrize(("valid_from", "valid_to"), [("2025-01-01", ""), ("2023-01-01", "2024-01-01")])
async def test_a_biller_that_begins_where_the_other_ends_is_taken(graph: Graph, tmp_path: Path, valid_from: str, valid_to: str) -> None:
    """Half-open: at the instant of a transfer only the new owner bills."""
    row = f"BILLS,partner:northwind,subscription:s1,,{valid_from},{valid_to},,"

    assert await load(graph, tmp_path, **NODES, relationships=[COLUMNS, STANDING, row]) == []


async def test_a_second_holder_is_refused(graph: Graph, tmp_path: Path) -> None:
    reasons = await refused(
        graph,
        tmp_path,
        "HOLDS,customer:tailspin,subscription:s1,,2024-06-01,,,",
        standing="HOLDS,customer:contoso,subscription:s1,,2024-01-01,,,",
        beside="BILLS,partner:fabrikam,subscription:s1,,2024-01-01,,,",
    )

    assert reasons == [
        f"a second HOLDS of `subscription:s1`: `customer:contoso` HOLDS `subscription:s1` from 2024-01-01T00:00:00Z open; {ONE_AT_A_TIME}"
    ]


@pytest.mark.parametrize(
    ("standing", "row", "what"),
    [
        (
            STANDING,
            "BILLS,partner:fabrikam,subscription:s1,,2024-06-01,,,",
            "`partner:fabrikam` BILLS `subscription:s1` from 2024-01-01T00:00:00Z to 2025-01-01T00:00:00Z",
        ),
        (
            "RESELLS,partner:fabrikam,subscription:s1,,2024-01-01,,,",
            "RESELLS,partner:fabrikam,subscription:s1,,2023-01-01,2024-02-01,,",
            "`partner:fabrikam` RESELLS `subscription:s1` from 2024-01-01T00:00:00Z open",
        ),
        (
            "ADMINISTERS,partner:fabrikam,customer:contoso,GDAP,2024-01-01,,,",
            "ADMINISTERS,partner:fabrikam,customer:contoso,GDAP,2024-01-01,2025-01-01,,",
            "`partner:fabrikam` ADMINISTERS `customer:contoso` from 2024-01-01T00:00:00Z open",
        ),
    ],
)
async def test_a_relationship_never_overlaps_itself(graph: Graph, tmp_path: Path, standing: str, row: str, what: str) -> None:
    reasons = await refused(graph, tmp_path, row, standing=standing)

    assert reasons == [f"overlaps the one already there: {what}; start it where that one ends, or leave it out"]


@pytest.mark.parametrize(
    "row",
    [
        "RESELLS,partner:northwind,subscription:s1,,2024-01-01,,,",
        "ADMINISTERS,partner:fabrikam,customer:contoso,DAP,2024-01-01,,,",
        "SUPPORTS,partner:fabrikam,subscription:s1,,2024-01-01,,,",
        "BILLS,partner:northwind,subscription:s2,,2024-01-01,,,",
    ],
)
async def test_others_may_stand_beside(graph: Graph, tmp_path: Path, row: str) -> None:
    """Several resellers, access of several kinds, and any relationship beside one of another type or of another subscription."""
    standing = [
        STANDING,
        "RESELLS,partner:fabrikam,subscription:s1,,2024-01-01,,,",
        "ADMINISTERS,partner:fabrikam,customer:contoso,GDAP,2024-01-01,,,",
    ]

    assert await load(graph, tmp_path, **NODES, relationships=[COLUMNS, *standing, row]) == []


async def test_the_first_in_the_file_stays(graph: Graph, tmp_path: Path) -> None:
    """Also against two that would fit without it."""
    rows = [
        "BILLS,partner:northwind,subscription:s1,,2024-06-01,2024-09-01,,",
        "BILLS,partner:fabrikam,subscription:s1,,2024-01-01,,,",
        "BILLS,operator:microsoft,subscription:s1,,2024-08-01,,,",
        "BILLS,partner:fabrikam,subscription:s1,,2024-09-01,,,",
    ]

    reasons = await load(graph, tmp_path, **NODES, relationships=[COLUMNS, *rows])

    assert [line for line, _ in reasons] == [3, 4]
    stored = (await records_at(graph, ["subscription:s1"])).found
    assert sorted((each.start, written(each.valid_from)) for each in stored) == [
        ("partner:fabrikam", "2024-09-01T00:00:00Z"),
        ("partner:northwind", "2024-06-01T00:00:00Z"),
    ]


async def test_the_one_already_stored_stays(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, **NODES, relationships=[COLUMNS, STANDING])

    reasons = await load(
        graph,
        tmp_path,
        relationships=[COLUMNS, "BILLS,partner:northwind,subscription:s1,,2024-06-01,,,", STANDING],
    )

    assert [line for line, _ in reasons] == [2]
    assert [each.start for each in (await records_at(graph, ["subscription:s1"])).found] == ["partner:fabrikam"]


async def test_rows_stand_against_each_other_across_batches(graph: Graph, tmp_path: Path) -> None:
    others = range(3, BATCH + 3)

    reasons = await load(
        graph,
        tmp_path,
        **{**NODES, "subscriptions": [*NODES["subscriptions"], *(f"s{number},Offer" for number in others)]},
        relationships=[
            COLUMNS,
            STANDING,
            *(f"BILLS,partner:northwind,subscription:s{number},,2024-01-01,,," for number in others),
            "BILLS,partner:northwind,subscription:s1,,2024-06-01,,,",
        ],
    )

    assert [line for line, _ in reasons] == [BATCH + 3]


async def test_history_is_late_once_the_store_holds_a_later_revision(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, **NODES)
    newest = (await newest_revision(graph)).recorded_at

    reasons = await load(
        graph,
        tmp_path,
        relationships=[
            COLUMNS,
            BESIDE,
            f"BILLS,partner:fabrikam,subscription:s1,,2024-01-01,,{written(newest - 1)},",
            f"BILLS,partner:fabrikam,subscription:s2,,2024-01-01,,{written(newest)},",
        ],
    )

    when = f"recorded_at `{written(newest - 1)}` is before the newest revision of the store (`{written(newest)}`)"
    assert reasons == [(3, f"{when}; {ONLY_INTO_A_STORE}")]
    assert await stored_ends(graph) == ["customer:contoso subscription:s1", "partner:fabrikam subscription:s2"]


@pytest.mark.parametrize(
    ("record", "name"), [("2096-01-01T00:00:00Z,", "recorded_at"), ("2024-01-01T00:00:00Z,2096-01-01T00:00:00Z", "superseded_at")]
)
async def test_a_record_never_comes_from_the_future(graph: Graph, tmp_path: Path, record: str, name: str) -> None:
    reasons = await refused(graph, tmp_path, f"BILLS,partner:northwind,subscription:s2,,2024-01-01,,{record}")

    assert reasons == [f"{name} `2096-01-01T00:00:00Z` is in the future; nothing can be recorded or superseded later than now"]


async def test_a_validity_may_come_from_the_future(graph: Graph, tmp_path: Path) -> None:
    rows = ["BILLS,partner:northwind,subscription:s2,,2096-01-01,,,"]

    assert await load(graph, tmp_path, **NODES, relationships=[COLUMNS, *rows]) == []


async def test_a_version_of_an_unknown_node_is_refused(graph: Graph, tmp_path: Path) -> None:
    reasons = await load(
        graph,
        tmp_path,
        **NODES,
        versions=[
            "id,recorded_at,superseded_at,name",
            "customer:nobody,2024-01-01,2024-02-01,No",
            "customer:contoso,2024-01-01,2024-02-01,C",
        ],
    )

    assert reasons == [(2, f"no customer `customer:nobody` {LOAD_IT_FIRST}")]


async def test_a_version_is_late_once_the_store_holds_a_later_revision(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, **NODES)
    newest = (await newest_revision(graph)).recorded_at

    reasons = await load(graph, tmp_path, versions=["id,recorded_at,superseded_at", f"customer:contoso,2024-01-01,{written(now())}"])

    when = f"recorded_at `2024-01-01T00:00:00Z` is before the newest revision of the store (`{written(newest)}`)"
    assert reasons == [(2, f"{when}; {ONLY_INTO_A_STORE}")]


async def test_a_book_of_nothing_that_can_be_taken_takes_no_revision(graph: Graph, tmp_path: Path) -> None:
    await load(graph, tmp_path, relationships=[COLUMNS, STANDING, BESIDE])

    assert (await newest_revision(graph)).number == 0


async def refused(graph: Graph, folder: Path, row: str, *, standing: str = STANDING, beside: str = BESIDE) -> list[str]:
    """Why that row is refused, in a book where another row stands before it and one beside it, which both are taken."""
    reasons = await load(graph, folder, **NODES, relationships=[COLUMNS, standing, row, beside])
    assert [line for line, _ in reasons] == [3]
    taken = [" ".join(each.split(",")[1:3]) for each in (standing, beside)]
    assert await stored_ends(graph) == sorted(each for each in taken if "subscription:" in each)
    return [reason for _, reason in reasons]


async def stored_ends(graph: Graph) -> list[str]:
    found = (await records_at(graph, ["subscription:s1", "subscription:s2"])).found
    return sorted(f"{each.start} {each.end}" for each in found)


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
