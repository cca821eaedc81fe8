import csv
from pathlib import Path

import pytest

from graph.rows import Rejection
from intake.rejected import Rejected
from policy.errors import BadInput

ROW = Rejection("customers.csv", 3, "unknown cloud `MARS`", 'z9,"MA\nRS"')


def test_each_row_stands_with_its_file_its_line_and_the_reason(tmp_path: Path) -> None:
    with Rejected(tmp_path / "rejected.csv") as rejected:
        rejected.add(ROW)

    assert rejected.count == 1
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["file", "line", "reason", "row"], ["customers.csv", "3", "unknown cloud `MARS`", 'z9,"MA\nRS"']]
    assert [path.name for path in tmp_path.iterdir()] == ["rejected.csv"]


@pytest.mark.parametrize("row", ["=HYPERLINK(1)", "+1", "-1,Minus", "@SUM(1)", "\t=1", "\r=1", "sound,=1"])
def test_no_cell_is_a_formula_to_a_spreadsheet(row: str, tmp_path: Path) -> None:
    with Rejected(tmp_path / "rejected.csv") as rejected:
        rejected.add(Rejection("=1.csv", 2, "unknown", row))

    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        (_, (name, line, reason, cell)) = csv.reader(file)
    assert (name, line, reason) == ("'=1.csv", "2", "unknown")
    assert cell == (row if row.startswith("sound") else f"'{row}")


def test_a_run_in_which_nothing_was_rejected_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "rejected.csv").write_text("of the run before")

    with Rejected(tmp_path / "rejected.csv"):
        assert (tmp_path / "rejected.csv").exists()

    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_still_tells_what_it_rejected(tmp_path: Path) -> None:
    def load() -> None:
        with Rejected(tmp_path / "rejected.csv") as rejected:
            rejected.add(ROW)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        load()

    assert "MARS" in (tmp_path / "rejected.csv").read_text()


def test_a_place_that_cannot_be_written_is_refused_before_the_load(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--rejected"):
        Rejected(tmp_path / "nowhere" / "rejected.csv")


def test_a_secret_is_not_written(tmp_path: Path) -> None:
    row = '{"key": "z9", "clientSecret": "hunter2", "note": "Authorization: Bearer hunter2"}'
    with Rejected(tmp_path / "rejected.csv") as rejected:
        rejected.add(Rejection("customers.ndjson", 2, "unknown columns in `password=hunter2`", row))

    assert "hunter2" not in (tmp_path / "rejected.csv").read_text("utf-8")
    assert "z9" in (tmp_path / "rejected.csv").read_text("utf-8")
