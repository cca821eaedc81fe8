from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rows import Located, NodeRow, RelationshipRow, VersionRow
from intake.book import read_book
from intake.write_book import BookWriter, write_book
from policy.ends import ENDS
from policy.errors import BadInput
from policy.facts import Property
from policy.terms import AdminKind, AgreementChannel, Cloud, RelationshipType
from policy.values.properties import faults_of

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: not faults_of({"name": text}))
DOMAINS = st.none() | st.text("abc12-é.", min_size=1).filter(lambda domain: all(domain.split(".")))
COUNTRIES = st.none() | st.sampled_from(["ES", "PT", "XK"])
STATUSES = st.text("abc12_-", min_size=1, max_size=50)
KEYS = st.text("abc12.-:,\"'=", min_size=1, max_size=5)
PAST = st.integers(-(10**15), 1_700_000_000_000_000)
PROPERTIES: dict[str, dict[str, st.SearchStrategy[Property]]] = {
    "customer": {"name": TEXTS, "domain": DOMAINS, "country": COUNTRIES, "cloud": st.sampled_from([str(each) for each in Cloud])},
    "partner": {"name": TEXTS, "country": COUNTRIES, "mpnIds": st.lists(st.text("0123456789", min_size=1, max_size=20), min_size=1)},
    "subscription": {"offer": TEXTS, "status": STATUSES, "consumption": st.booleans()},
    "agreement": {"type": TEXTS, "channel": st.sampled_from([str(each) for each in AgreementChannel])},
}
KINDS = list(PROPERTIES)


@st.composite
def nodes(draw: st.DrawFn, kind: str) -> NodeRow:
    return NodeRow(f"{kind}:{draw(KEYS)}", {name: draw(values) for name, values in PROPERTIES[kind].items()})


@st.composite
def versions(draw: st.DrawFn, kind: str) -> VersionRow:
    recorded, superseded = sorted(draw(st.sets(PAST, min_size=2, max_size=2)))
    properties = draw(nodes(kind)).properties
    return VersionRow(
        f"{kind}:{draw(KEYS)}", recorded, superseded, {name: value for name, value in properties.items() if value is not None}
    )


@st.composite
def relationships(draw: st.DrawFn) -> RelationshipRow:
    type_ = draw(st.sampled_from(RelationshipType))
    starts, end = ENDS[type_]
    start = draw(st.sampled_from(starts))
    since, until = sorted(draw(st.sets(st.integers(-(10**15), 10**16), min_size=2, max_size=2)))
    recorded, superseded = sorted(draw(st.sets(PAST, min_size=2, max_size=2)))
    record = draw(st.sampled_from([(None, None), (recorded, None), (recorded, superseded)]))
    return RelationshipRow(
        type_,
        "operator:microsoft" if start == "operator" else f"{start}:{draw(KEYS)}",
        f"{end}:{draw(KEYS)}",
        draw(st.sampled_from(AdminKind)) if type_ is RelationshipType.ADMINISTERS else None,
        since,
        draw(st.sampled_from([until, None])),
        *record,
        draw(TEXTS) or "",
    )


@given(
    st.tuples(*(st.lists(nodes(kind), max_size=3, unique_by=lambda node: node.id) for kind in KINDS)),
    st.lists(st.one_of([versions(kind) for kind in KINDS]), max_size=3),
    st.lists(relationships(), max_size=5),
)
def test_what_is_written_is_read_again_and_written_the_same(
    written: tuple[list[NodeRow], ...], superseded: list[VersionRow], ties: list[RelationshipRow]
) -> None:
    first = [node for each in written for node in each]
    with TemporaryDirectory() as folder:
        here, there = Path(folder) / "here", Path(folder) / "there"
        write_book(here, first, superseded, ties)

        rows = [row.row if isinstance(row, Located) else row for row in read_book(here)]
        write_book(there, *split(rows))

        assert rows == [*first, *superseded, *ties]
        assert contents(here) == contents(there)


def split(rows: Sequence[object]) -> tuple[list[NodeRow], list[VersionRow], list[RelationshipRow]]:
    return (
        [row for row in rows if isinstance(row, NodeRow)],
        [row for row in rows if isinstance(row, VersionRow)],
        [row for row in rows if isinstance(row, RelationshipRow)],
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_book_without_rows_has_its_headers(tmp_path: Path) -> None:
    write_book(tmp_path / "new" / "book", [], [], [])

    assert contents(tmp_path / "new" / "book") == {
        "customers.csv": b"key,name,domain,country,cloud\r\n",
        "partners.csv": b"key,name,country,mpn_ids\r\n",
        "subscriptions.csv": b"key,offer,status,consumption\r\n",
        "agreements.csv": b"key,type,channel\r\n",
        "relationships.csv": b"type,from,to,kind,valid_from,valid_to,recorded_at,superseded_at,source\r\n",
    }


def test_a_cell_that_could_be_a_formula_stays_what_it_is(tmp_path: Path) -> None:
    write_book(tmp_path, [NodeRow("customer:a", {"name": "=1+1"})], [], [])

    assert (tmp_path / "customers.csv").read_text().splitlines()[1] == "a,=1+1,,,"


def test_an_older_book_is_replaced_whole(tmp_path: Path) -> None:
    version = VersionRow("customer:a", 0, 1_000_001, {"name": "Old"})
    write_book(tmp_path, [NodeRow("customer:a", {})], [version], [])
    assert (tmp_path / "versions.csv").read_text().splitlines()[1] == (
        "customer:a,1970-01-01T00:00:00Z,1970-01-01T00:00:01.000001Z,Old,,,,,,,,,"
    )

    write_book(tmp_path, [], [], [])

    assert "versions.csv" not in contents(tmp_path)


@pytest.mark.parametrize("name", ["notes.txt", "rejected.csv", "customers.parquet"])
def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(BadInput, match="which is no file of a book"):
        write_book(tmp_path, [], [], [])

    assert list(contents(tmp_path)) == [name]


def test_a_file_is_no_folder_for_a_book(tmp_path: Path) -> None:
    (tmp_path / "book").touch()

    with pytest.raises(BadInput, match="is a file"):
        BookWriter(tmp_path / "book")


def test_an_export_that_fails_leaves_the_older_book(tmp_path: Path) -> None:
    write_book(tmp_path, [NodeRow("customer:a", {})], [], [])
    before = contents(tmp_path)

    def interrupted() -> Iterator[NodeRow]:
        yield NodeRow("customer:b", {})
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_book(tmp_path, interrupted(), [], [])

    assert contents(tmp_path) == before
