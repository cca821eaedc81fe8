"""A book: the service's own files, read row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from graph.ids import key_of
from graph.rows import Located, NodeRow, Rejection, RelationshipRow, VersionRow, reason_of
from intake.columns import COLUMNS
from intake.csv_rows import check_csv, csv_rows
from intake.digest import digest_of
from intake.ndjson_rows import ndjson_rows
from intake.node_rows import node_row
from intake.raw_row import RawRow
from intake.relationship_rows import relationship_row
from intake.version_rows import version_row
from policy.errors import BadInput


def check_parquet(path: Path, name: str) -> None:
    """As intake.parquet_rows has it."""
    from intake import parquet_rows as parquet  # noqa: PLC0415 - pyarrow takes 60 MB, and few processes read such a file

    parquet.check_parquet(path, name)


def parquet_rows(path: Path, name: str) -> Iterator[RawRow | Rejection]:
    """As intake.parquet_rows has it."""
    from intake import parquet_rows as parquet  # noqa: PLC0415 - the same

    return parquet.parquet_rows(path, name)


ROWS: Mapping[str, Callable[[Path, str], Iterator[RawRow | Rejection]]] = {
    ".csv": csv_rows,
    ".parquet": parquet_rows,
    ".ndjson": ndjson_rows,
}
CHECKS: Mapping[str, Callable[[Path, str], None]] = {".csv": check_csv, ".parquet": check_parquet}
TRANSLATORS: Mapping[str, Callable[[Sequence[str | None]], NodeRow | VersionRow | RelationshipRow]] = {
    "customers": node_row("customer", COLUMNS["customers"]),
    "partners": node_row("partner", COLUMNS["partners"]),
    "subscriptions": node_row("subscription", COLUMNS["subscriptions"]),
    "agreements": node_row("agreement", COLUMNS["agreements"]),
    "versions": version_row,
    "relationships": relationship_row,
}
RECORDED_AT = COLUMNS["relationships"].index("recorded_at")


class BookFile(NamedTuple):
    """One file of a book, and which of them it is."""

    name: str
    path: Path

    def rows(self) -> Iterator[RawRow | Rejection]:
        """Its rows, nothing in them understood yet; a file that can't be read to its end is rejected from there on."""
        line = 0
        try:
            for row in ROWS[self.path.suffix](self.path, self.name):
                line = row.line
                yield row
        except Exception as error:  # noqa: BLE001 - no file can end a load
            reason = f"the rest of the file was not read: the next row {reason_of(error)}"
            yield Rejection(self.path.name, line + 1, reason, "")


def read_book(folder: Path) -> Iterator[Located | Rejection]:
    """
    Every row of a book, nodes before relationships, in bounded memory: located, or rejected with the reason.

    raises: BadInput, before the first row, for a folder that holds no book or a file whose columns are not the book's
    """
    files = files_of(folder)
    for file in files:
        if file.path.suffix in CHECKS:
            CHECKS[file.path.suffix](file.path, file.name)
    return (row for file in files for row in _rows_of(file))


def files_of(folder: Path) -> list[BookFile]:
    """The files of a book, in the order in which they are loaded. Raises BadInput where there is none, or one in two forms."""
    expected = f"a book is a folder of {', '.join(COLUMNS)}, each as .csv, .parquet or .ndjson"
    if not folder.is_dir():
        raise BadInput(f"`{folder}` is no folder; {expected}")
    files: list[BookFile] = []
    for name in COLUMNS:
        paths = [path for suffix in ROWS if (path := folder / f"{name}{suffix}").is_file()]
        if len(paths) > 1:
            raise BadInput(f"`{folder}` has {' and '.join(path.name for path in paths)}; keep one of them")
        files.extend(BookFile(name, path) for path in paths)
    if not files:
        raise BadInput(f"`{folder}` holds no book; {expected}")
    return files


def digest(folder: Path) -> str:
    """SHA-256 of what the book says, whatever else is in the folder. Raises BadInput."""
    return digest_of(folder, [file.path for file in files_of(folder)])


def restores_history(folder: Path) -> bool:
    """Whether some row says when it was recorded. Raises BadInput."""
    files = {file.name: file for file in files_of(folder)}
    if "versions" in files:
        return True
    if "relationships" not in files:
        return False
    return any(isinstance(row, RawRow) and row.cells[RECORDED_AT] for row in files["relationships"].rows())


def has_rows(folder: Path, number: int) -> bool:
    """Whether a book has so many rows, good or bad. Raises BadInput."""
    return sum(1 for _ in islice(read_book(folder), number)) == number


def _rows_of(file: BookFile) -> Iterator[Located | Rejection]:
    translate, name = TRANSLATORS[file.name], file.path.name
    taken: set[str] = set()  # grows with the keys of one file
    for raw in file.rows():
        if isinstance(raw, Rejection):
            yield raw
            continue
        try:
            row = translate(raw.cells)
        except Exception as error:  # noqa: BLE001 - no row can end a load
            yield Rejection(name, raw.line, reason_of(error), raw.text)
            continue
        if isinstance(row, NodeRow):
            if row.id in taken:
                yield Rejection(name, raw.line, f"a row before this one has the key `{key_of(row.id)}` too; keep one of them", raw.text)
                continue
            taken.add(row.id)
        yield Located(row, name, raw.line, raw.text)
