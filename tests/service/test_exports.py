"""What analysts take away: the whole matrix in three formats, and the book, as files of the command and over HTTP."""

import io
from asyncio import to_thread
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from intake.parquet_matrix import GROUP, ParquetMatrix
from intake.write_matrix import FORMATS, MatrixRow
from policy.instant import now
from policy.terms import Standing, Verdict
from resolvers.export_book import export_book
from service.demo import write_demo
from tests.running_service import RunningService
from tests.service.asking import on_server
from tests.service.exported import COLUMNS, files_in, rows_of
from tests.service.vocero import Vocero

PAST = "2026-03-14T15:09:26Z"
MATRICES = """query ($asOf: AsOf, $after: String) { customers(first: 100, after: $after, asOf: $asOf) {
  edges { node { id permissionMatrix(asOf: $asOf) { topics { code } communicators { id } verdicts } } }
  pageInfo { hasNextPage endCursor } } }"""
RENAME = """mutation { apply(idempotencyKey: "exports", changes: [
  {putCustomer: {key: "contoso", name: "Contoso, \\"Ltd.\\""}},
  {end: {type: SUPPORTS, from: "partner:fabrikam", to: "subscription:contoso-azure", validTo: "2026-01-01T00:00:00Z"}}]) { applied } }"""
TOUCH = """mutation ($customer: String!, $key: String!) {
  apply(idempotencyKey: $key, changes: [{putCustomer: {key: $customer, domain: "touched.example"}}]) { applied } }"""
PERMISSION = """query ($communicator: ID!, $customer: ID!, $topic: String!) {
  permission(communicator: $communicator, customer: $customer, topic: $topic) { verdict permitted rulings { standing } } }"""

formats = pytest.mark.parametrize("suffix", FORMATS)


@pytest.fixture(scope="module")
async def demo(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, now())
    assert await service.replace_with(folder) == []
    assert (await service.query(RENAME))["apply"]["applied"] == 2
    return service


async def matrix_over_graphql(service: RunningService, as_of: dict[str, str] | None = None) -> list[tuple[str, str, str, str, bool]]:
    """The same without the standings, as the API gives it."""
    rows: list[tuple[str, str, str, str, bool]] = []
    after = None
    while True:
        page = (await service.query(MATRICES, asOf=as_of, after=after))["customers"]
        for customer, matrix in ((edge["node"]["id"], edge["node"]["permissionMatrix"]) for edge in page["edges"]):
            who = [each["id"] for each in matrix["communicators"]]
            for topic, verdicts in zip(matrix["topics"], matrix["verdicts"], strict=True):
                for communicator, verdict in zip(who, verdicts, strict=True):
                    rows.append((customer, topic["code"], communicator, verdict, verdict in {"EXPECTED", "PERMITTED"}))
        if not page["pageInfo"]["hasNextPage"]:
            return rows
        after = page["pageInfo"]["endCursor"]


async def exported(service: RunningService, suffix: str, **params: str) -> bytes:
    response = await service.client.get(f"/export/matrix{suffix}", params=params)
    assert response.status_code == 200, response.text
    return response.content


def vocero(service: RunningService, folder: Path) -> Vocero:
    """The command, on the store and the index of the running service."""
    return Vocero(folder, VOCERO_INDEX=str(service.index), **on_server(service.neo4j))


@pytest.mark.parametrize("as_of", [None, {"validAt": PAST}], ids=["now", "then"])
async def test_every_format_holds_what_the_api_answers_in_the_order_of_names(demo: RunningService, as_of: dict[str, str] | None) -> None:
    found = {suffix: rows_of(suffix, await exported(demo, suffix, **(as_of or {}))) for suffix in FORMATS}
    asked = await matrix_over_graphql(demo, as_of)

    assert len(asked) > 10_000
    assert [tuple(row[name] for name in COLUMNS[:5]) for row in found[".csv"]] == asked
    assert found[".ndjson"] == found[".csv"]
    assert found[".parquet"] == found[".csv"]
    assert [list(row) for row in found[".ndjson"][:1]] == [COLUMNS]


async def test_another_instant_gives_another_matrix(demo: RunningService) -> None:
    first = await exported(demo, ".csv", validAt="2001-01-01T00:00:00Z")

    assert {row["standings"] for row in rows_of(".csv", first)} == {"OPERATOR_ONLY"}
    assert await exported(demo, ".csv", validAt="2001-01-01T02:00:00+02:00") == first
    assert await exported(demo, ".csv") != first


async def test_before_anything_was_known_there_are_no_rows(demo: RunningService) -> None:
    contents = {suffix: await exported(demo, suffix, knownAt="2001-01-01T00:00:00Z") for suffix in FORMATS}

    assert {suffix: rows_of(suffix, content) for suffix, content in contents.items()} == {".csv": [], ".ndjson": [], ".parquet": []}
    assert pq.read_schema(io.BytesIO(contents[".parquet"])).names == COLUMNS


async def test_the_standings_are_those_of_the_rulings_each_once_in_the_order_of_the_policy(demo: RunningService) -> None:
    rows = [row for row in rows_of(".csv", await exported(demo, ".csv")) if row["customer"] == "customer:woodgrove-bank"]
    order = [str(each) for each in Standing]

    assert {row["verdict"] for row in rows} >= {"MIXED", "EXPECTED"}
    for row in rows:
        asked = (await demo.query(PERMISSION, **{name: row[name] for name in ("communicator", "customer", "topic")}))["permission"]
        given = {ruling["standing"] for ruling in asked["rulings"]}
        assert (row["verdict"], row["permitted"]) == (asked["verdict"], asked["permitted"])
        assert row["standings"] == " ".join(sorted(given, key=order.index))


@formats
async def test_the_command_writes_the_bytes_that_are_streamed(demo: RunningService, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"matrix{suffix}"
    done = await to_thread(vocero(demo, tmp_path), "export", "matrix", file, "--valid-at", PAST)
    streamed = await exported(demo, suffix, validAt=PAST)

    assert (done.returncode, done.stderr) == (0, "")
    assert " ".join(done.stdout.split()) == f"{len(rows_of(suffix, streamed))} rows written to {file}"
    assert file.read_bytes() == streamed
    assert files_in(tmp_path) == [file.name]


async def test_duckdb_and_pandas_read_the_formats_as_they_are(demo: RunningService, tmp_path: Path) -> None:
    for suffix in FORMATS:
        (tmp_path / f"matrix{suffix}").write_bytes(await exported(demo, suffix))
    question = "SELECT verdict, permitted, count(*) FROM '{}' GROUP BY ALL ORDER BY ALL"
    counted = [duckdb.execute(question.format(tmp_path / f"matrix{suffix}")).fetchall() for suffix in FORMATS]
    frames = [
        pd.read_parquet(tmp_path / "matrix.parquet"),
        pd.read_csv(tmp_path / "matrix.csv"),
        pd.read_json(tmp_path / "matrix.ndjson", lines=True),
    ]

    assert counted[0] == counted[1] == counted[2]
    assert {(type(verdict), type(permitted)) for verdict, permitted, _ in counted[0]} == {(str, bool)}
    assert [frame["permitted"].dtype.name for frame in frames] == ["bool", "bool", "bool"]
    assert [frame["permitted"].sum() for frame in frames] == [sum(n for _, permitted, n in counted[0] if permitted)] * 3
    assert frames[0]["verdict"].dtype.name == frames[0]["topic"].dtype.name == "category"


async def test_a_response_says_what_it_is_and_under_which_name_to_keep_it(demo: RunningService) -> None:
    kinds = {}
    for name in (*(f"matrix{suffix}" for suffix in FORMATS), "book.zip"):
        looked = await demo.client.head(f"/export/{name}")
        assert (looked.status_code, looked.content) == (200, b"")
        assert looked.headers["content-disposition"] == f'attachment; filename="{name}"'
        kinds[name] = looked.headers["content-type"]

    assert kinds == {
        "matrix.csv": "text/csv; charset=utf-8",
        "matrix.ndjson": "application/x-ndjson",
        "matrix.parquet": "application/vnd.apache.parquet",
        "book.zip": "application/zip",
    }


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("matrix.csv?validAt=yesterday", "validAt `yesterday` is no instant"),
        ("matrix.csv?validAt=2026-01-01", "validAt `2026-01-01` is no instant"),
        ("matrix.csv?validAt=2026-01-01T00:00:00", "is no instant"),
        ("matrix.csv?validAt=2026-01-01T00:00:00+01:00", "(a + is written %2B)"),
        ("matrix.csv?validAt=2026-02-30T00:00:00Z", "`2026-02-30T00:00:00Z` is no time"),
        ("matrix.csv?validAt=", "validAt `` is no instant"),
        ("matrix.parquet?knownAt=2999-01-01T00:00:00Z", "is in the future"),
        ("matrix.ndjson?valid_at=2026-01-01T00:00:00Z", "unknown parameter `valid_at`"),
        ("matrix.ndjson?validAt=2026-01-01T00:00:00Z&validAt=2026-01-01T00:00:00Z", "`validAt` is given 2 times"),
        ("book.zip?validAt=2026-01-01T00:00:00Z", "unknown parameter `validAt`; this address takes none"),
    ],
)
async def test_what_can_not_be_asked_is_refused_before_anything_is_sent(demo: RunningService, address: str, told: str) -> None:
    response = await demo.client.get(f"/export/{address}")
    [error] = response.json()["errors"]

    assert response.status_code == 400
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert told in error["message"]


@pytest.mark.parametrize("name", ["matrix.xlsx", "matrix", "book", "book.csv", ""])
async def test_another_name_is_not_found(demo: RunningService, name: str) -> None:
    assert (await demo.client.get(f"/export/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["matrix.xlsx"], "`matrix.xlsx` names no format; end it in .csv, .ndjson, .parquet"),
        (["matrix.csv", "--valid-at", "soon"], "`soon` is no time"),
        (["matrix.csv", "--known-at", "2999-01-01"], "is in the future"),
        (["no/such/folder/matrix.csv"], "can't write to `no/such/folder/matrix.csv`"),
    ],
)
async def test_a_command_that_can_not_be_done_says_what_would_be_right(
    demo: RunningService, arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = await to_thread(vocero(demo, tmp_path), "export", "matrix", *arguments)

    assert done.returncode == 2
    assert told in done.stderr
    assert files_in(tmp_path) == []


async def test_the_zip_holds_the_files_of_the_book_byte_for_byte(demo: RunningService, tmp_path: Path) -> None:
    response = await demo.client.get("/export/book.zip")
    await export_book(demo.graph, tmp_path / "book", progress=lambda _: None)
    with ZipFile(io.BytesIO(response.content)) as packed:
        assert packed.testzip() is None
        found = {name: packed.read(name) for name in packed.namelist()}

    assert found == {file.name: file.read_bytes() for file in (tmp_path / "book").iterdir()}
    assert list(found) == ["customers.csv", "partners.csv", "subscriptions.csv", "agreements.csv", "versions.csv", "relationships.csv"]
    assert (await demo.client.get("/export/book.zip")).content == response.content
    assert len(response.content) < sum(map(len, found.values())) / 2


def test_rows_are_grouped_so_that_a_reader_needs_few_of_them_at_once() -> None:
    row = MatrixRow("customer:c", "renewal", "partner:p", Verdict.EXPECTED, permitted=True, standings="RESELLER", everywhere=True)
    file = ParquetMatrix()
    written = [file.begin(), *(file.add([row] * 1000) for _ in range(120)), file.end()]
    read = pq.ParquetFile(io.BytesIO(b"".join(written)))

    assert written[0] == b"PAR1"
    assert [read.metadata.row_group(number).num_rows for number in range(read.num_row_groups)] == [GROUP, GROUP, 20_000]
    assert read.schema_arrow.field("topic").type == pa.dictionary(pa.int32(), pa.string())
