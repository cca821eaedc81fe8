"""A book as its files hold it: rows of plain text, nothing judged."""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

Row = dict[str, str]

COLUMNS = {  # formats.md, "A book"
    "customers": ("key", "name", "domain", "country", "cloud"),
    "partners": ("key", "name", "country", "mpn_ids"),
    "subscriptions": ("key", "offer", "status", "consumption"),
    "agreements": ("key", "type", "channel"),
    "relationships": ("type", "from", "to", "kind", "valid_from", "valid_to", "recorded_at", "superseded_at", "source"),
}


@dataclass
class Book:
    """The five files of a book, in the order in which they are loaded; each row has exactly the columns of its file."""

    customers: list[Row] = field(default_factory=list)
    partners: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    agreements: list[Row] = field(default_factory=list)
    relationships: list[Row] = field(default_factory=list)

    def files(self) -> dict[str, list[Row]]:
        return {name: getattr(self, name) for name in COLUMNS}

    def write(self, folder: Path) -> None:
        """Write the CSV files to `folder`, which is made; a file without rows has its header only."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.files().items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name])
                writer.writeheader()
                writer.writerows(rows)


def row_of(file: str, **given: str) -> Row:
    """A row of that file with empty text in every column that is not given; `from_` stands for the column `from`."""
    named = {column.rstrip("_"): value for column, value in given.items()}
    unknown = set(named) - set(COLUMNS[file])
    if unknown:
        raise KeyError(unknown)
    return {column: named.get(column, "") for column in COLUMNS[file]}


def moment(text: str) -> datetime | None:
    """The instant that a cell holds, aware and in UTC; None for an empty cell. Raises ValueError for what is no time."""
    if not text:
        return None
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
