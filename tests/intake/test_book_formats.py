import json
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from graph.rows import Located, NodeRow, Rejection, RelationshipRow
from intake.book import read_book
from policy.errors import BadInput


def test_ndjson_is_the_same_book(tmp_path: Path) -> None:
    lines = [
        {"key": 7, "name": "Contoso", "cloud": None},
        {"key": "b", "mpn_ids": ["1"]},
        ["b"],
        {"name": "no key"},
        {"key": {"a": 1}},
    ]
    content = "\n".join(json.dumps(line) for line in lines) + '\n\n{"key": \n' + '{"key": "\\ud800"}\n'
    (tmp_path / "customers.ndjson").write_text(content)

    rows = list(read_book(tmp_path))

    assert [row.row for row in rows if isinstance(row, Located)] == [NodeRow("customer:7", {"name": "Contoso", "cloud": None})]
    assert [(row.line, row.reason.partition(";")[0]) for row in rows if isinstance(row, Rejection)] == [
        (2, "the row has unknown columns `mpn_ids`"),
        (3, "is a list"),
        (4, "the row lacks `key`"),
        (5, "`key` holds an object"),
        (7, "is no JSON"),
        (8, "`customer:\\ud800` has no usable key"),
    ]


def test_ndjson_in_another_encoding_costs_its_line(tmp_path: Path) -> None:
    (tmp_path / "partners.ndjson").write_bytes(b'\xef\xbb\xbf{"key": "a", "mpn_ids": ["1", 2]}\n{"key": "\xe9"}\n')

    rows = list(read_book(tmp_path))

    assert isinstance(rows[0], Located)
    assert rows[0].row == NodeRow("partner:a", {"mpnIds": ["1", "2"]})
    assert isinstance(rows[1], Rejection)
    assert "not UTF-8" in rows[1].reason


def test_parquet_is_the_same_book_with_types_of_its_own(tmp_path: Path) -> None:
    nanoseconds = pa.array([1_704_067_200_123_456_789, 1_704_067_200_000_000_000], pa.timestamp("ns"))
    table = pa.table(
        {
            "type": ["HOLDS", "OWNS"],
            "from": pa.array(["customer:a", "customer:a"]).dictionary_encode(),
            "to": ["subscription:s", "subscription:s"],
            "valid_from": nanoseconds,
            "valid_to": pa.array([1_735_689_600_000_000, None], pa.timestamp("us", tz="Europe/Madrid")),
        }
    )
    pq.write_table(table, tmp_path / "relationships.parquet")
    pq.write_table(pa.table({"key": ["s"], "consumption": [True], "status": [None]}), tmp_path / "subscriptions.parquet")
    pq.write_table(pa.table({"key": ["p"], "mpn_ids": [["1", "2"]]}), tmp_path / "partners.parquet")

    partner, subscription, holds, owns = read_book(tmp_path)

    assert isinstance(partner, Located)
    assert isinstance(subscription, Located)
    assert isinstance(holds, Located)
    assert partner.row == NodeRow("partner:p", {"mpnIds": ["1", "2"]})
    assert subscription.row == NodeRow("subscription:s", {"status": None, "consumption": True})
    assert isinstance(holds.row, RelationshipRow)
    assert holds.row.valid_from == 1_704_067_200_123_456
    assert holds.row.valid_to == 1_735_689_600_000_000
    assert isinstance(owns, Rejection)
    assert owns.line == 2


def test_parquet_that_is_none_is_refused_and_what_it_cannot_say_is_rejected(tmp_path: Path) -> None:
    pq.write_table(pa.table({"key": pa.array([b"a", b"\xe9"]), "name": ["x", "y"]}), tmp_path / "customers.parquet")

    assert [type(row) for row in read_book(tmp_path)] == [Located, Rejection]
    (tmp_path / "customers.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(BadInput, match="can't be read as Parquet"):
        read_book(tmp_path)
