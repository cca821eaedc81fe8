"""One bad row, item, file or folder costs itself and nothing else, whatever it raises."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from graph.rows import Located, Note, Rejection, RelationshipRow, Telling
from intake.book import read_book
from intake.partner_center import digest, read_partner_center
from policy.instant import instant_of, is_in_calendar, written
from tests.intake.bodies import CUSTOMER, PROVIDER, SUBSCRIPTION, agreement, audit_record, customer, read, save, tellings, transfer

SOUND = '{"key": "sound"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"key": "a", "name": NaN}', "holds `NaN`, which is no number of JSON"),
        ('{"key": "a", "name": -Infinity}', "holds `-Infinity`, which is no number of JSON"),
        ('{"key": "a", "name": 1e999}', "holds the number `1e999`, which is too large"),
        ('{"key": ' + "7" * 5_000 + "}", "holds a number that is too long: it has 5000 digits"),
        ('{"key": "a", "key": "b"}', "has the member `key` more than once"),
        ('{"key": "a", "name": {"x": 1, "x": 2}}', "has the member `x` more than once"),
        ('{"key": "a", "name": "' + "é" * 9_000 + '"}', "name has 9000 characters; give 1 to 1000"),
        ('{"key": "a", "\\ud800": 1}', "unknown columns"),
        ("[" * 100_000, "is no JSON"),
        ('{"key": "SOUND"}', "a row before this one has the key `sound` too"),
    ],
)
def test_a_line_of_ndjson_that_cannot_be_taken_is_rejected_alone(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "customers.ndjson").write_text(f'{SOUND}\n{line}\n{{"key": "after"}}\n', "utf-8")

    first, rejected, last = read_book(tmp_path)

    assert (type(first), type(last)) == (Located, Located)
    assert isinstance(rejected, Rejection)
    assert (rejected.file, rejected.line) == ("customers.ndjson", 2)
    assert reason in rejected.reason
    assert rejected.reason.encode()


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_instants_of_parquet_are_exact_or_refused(tmp_path: Path, unit: str) -> None:
    """None wraps round, and what has no room in a microsecond is cut towards the past, before 1970 too."""
    scale = {"ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    values = [-(2**63) + 1, 2**63 - 1, -1, 1_719_792_000 * scale + 1]
    columns = {"type": ["BILLS"] * 4, "from": ["partner:p"] * 4, "to": ["subscription:s"] * 4}
    pq.write_table(pa.table({**columns, "valid_from": pa.array(values, pa.timestamp(unit))}), tmp_path / "relationships.parquet")

    for value, row in zip(values, read_book(tmp_path), strict=True):
        exact = value * 10**6 // scale
        if is_in_calendar(exact):
            assert isinstance(row, Located), row
            assert isinstance(row.row, RelationshipRow)
            assert row.row.valid_from == exact
        else:
            assert isinstance(row, Rejection)
            assert "is outside the years 1 to 9999 in UTC" in row.reason


def test_days_of_parquet_are_their_midnights_or_refused(tmp_path: Path) -> None:
    days = pa.array([-1, 2**31 - 1], pa.date32())
    columns = {"type": ["BILLS"] * 2, "from": ["partner:p"] * 2, "to": ["subscription:s"] * 2}
    pq.write_table(pa.table({**columns, "valid_from": days}), tmp_path / "relationships.parquet")

    taken, rejected = read_book(tmp_path)

    assert isinstance(taken, Located)
    assert isinstance(taken.row, RelationshipRow)
    assert taken.row.valid_from == instant_of(datetime(1969, 12, 31, tzinfo=UTC))
    assert isinstance(rejected, Rejection)
    assert "is outside the years 1 to 9999 in UTC" in rejected.reason


@pytest.mark.parametrize("offset", ["+00:60", "+24:00", "-23:60", "+05:30:15"])
def test_an_offset_that_no_clock_has_is_no_time(tmp_path: Path, offset: str) -> None:
    row = f"HOLDS,customer:a,subscription:s,2024-07-01T00:00:00{offset}"
    (tmp_path / "relationships.csv").write_text(f"type,from,to,valid_from\n{row}\n")
    saved = save(tmp_path / "saved", customers__c__a=agreement(id="a", dateAgreed=f"2024-07-01T00:00:00{offset}"))

    (rejected,) = read_book(tmp_path)

    assert isinstance(rejected, Rejection)
    assert rejected.reason == f"valid_from `2024-07-01T00:00:00{offset}` is no time; a time is written as 2024-07-01T00:00:00Z"
    assert [each.reason for each in read(saved)[2]] == [rejected.reason.removeprefix("valid_from ")]


def test_what_cannot_be_read_of_a_saved_answer_costs_that_item(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(
        '{"items": [' + json.dumps(customer()) + ', {"id": "x", "id": "y", "companyProfile": {}, "relationshipToPartner": "none"}, '
        '{"id": "z", "companyProfile": {"companyName": NaN}, "relationshipToPartner": "none"}]}'
    )

    nodes, _, rejected = read(tmp_path)

    assert f"customer:{CUSTOMER}" in nodes
    assert not {"customer:x", "customer:y", "customer:z"} & nodes.keys()
    assert [each.reason for each in rejected] == [
        "item 2: has the member `id` more than once; keep one of them",
        "item 3: holds `NaN`, which is no number of JSON; give a number or null",
    ]


def test_a_resource_inside_a_record_is_looked_through_too(tmp_path: Path) -> None:
    save(tmp_path, r=audit_record("update_subscription", "subscription", resourceNewValue='{"id": "s", "id": "t", "offerId": "o"}'))

    assert "has the member `id` more than once" in read(tmp_path)[2][0].reason


def test_a_property_that_cannot_be_taken_is_refused_and_the_rest_of_the_answer_taken(tmp_path: Path) -> None:
    profile = {"tenantId": CUSTOMER, "companyName": "n" * 9_000, "domain": "contoso.example", "address": {"country": "Spain"}}

    nodes, _, rejected = read(save(tmp_path, c=customer(companyProfile=profile)))

    assert nodes[f"customer:{CUSTOMER}"] == {"domain": "contoso.example"}
    assert [each.reason for each in rejected] == [
        "name has 9000 characters; give 1 to 1000",
        "`Spain` is no country; give the two letters of ISO 3166-1, `ES`",
    ]


def test_a_name_of_a_saved_answer_is_taken_without_what_no_name_may_hold_and_that_is_noted(tmp_path: Path) -> None:
    notes: list[Note] = []
    profile = {"tenantId": CUSTOMER, "companyName": "\u202eConto\x07so\n"}

    rows = list(read_partner_center(save(tmp_path, c=customer(companyProfile=profile)), PROVIDER, note=notes.append))

    assert [row for row in rows if isinstance(row, Rejection)] == []
    assert notes == [Note("c.json", 1, f"name of `customer:{CUSTOMER}` is taken without control characters and bidirectional overrides")]


def test_a_transfer_completed_on_the_last_day_that_there_is_moves_nothing(tmp_path: Path) -> None:
    """It would take effect in the year 10000."""
    last = "9999-12-31T00:00:00Z"
    save(tmp_path, t=transfer(completedTime=last, lastModifiedTime=last))

    assert tellings(tmp_path) == [f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION} BEGAN"]
    assert f"a transfer completed at `{last}` takes effect outside the years 1 to 9999 in UTC" in read(tmp_path)[2][0].reason


def test_a_folder_that_cannot_be_read_costs_what_is_in_it(tmp_path: Path) -> None:
    """Its path is longer than a system call takes."""
    save(tmp_path / "saved", c=customer())
    here = os.open(tmp_path / "saved", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        here, above = os.open("d" * 250, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)

    nodes, _, rejected = read(tmp_path / "saved")

    assert f"customer:{CUSTOMER}" in nodes
    assert len(rejected) == 1
    assert "can't be read (File name too long)" in rejected[0].reason
    assert digest(tmp_path / "saved", PROVIDER)


def test_a_source_is_cut_where_the_path_of_its_file_is_longer(tmp_path: Path) -> None:
    folder = "/".join("f" * 200 for _ in range(8))
    save(tmp_path, **{f"{folder}/a\u202e": customer()})

    located = (row.row for row in read_partner_center(tmp_path, PROVIDER) if isinstance(row, Located))
    (source,) = {row.source for row in located if isinstance(row, Telling)}

    assert source.startswith("partner-center:…")
    assert source.endswith("/a.json")
    assert len(source) <= 1_000


def test_an_instant_that_an_older_store_holds_is_written_as_none_that_is_taken() -> None:
    year = 365 * 24 * 60 * 60 * 10**6

    assert written(253_402_300_800_000_000) == "+10000-01-01T00:00:00Z"
    assert written(instant_of(datetime(1, 1, 1, tzinfo=UTC)) - year) == "+00000-01-02T00:00:00Z"
