import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from graph.ids import key_of, kind_of
from graph.rows import NodeRow, RelationshipRow, VersionRow
from intake.columns import COLUMNS
from intake.warnings import HEADER, NAME, Warnings
from policy.errors import BadInput
from policy.facts import Property
from policy.instant import written

PROPERTIES = {"mpn_ids": "mpnIds"}
"""Columns whose property has another name in the graph."""
WRITTEN = MappingProxyType({**COLUMNS, NAME: HEADER})
"""The files that may be written, with their columns."""
ALWAYS = tuple(name for name in COLUMNS if name != "versions")


def write_book(folder: Path, nodes: Iterable[NodeRow], versions: Iterable[VersionRow], relationships: Iterable[RelationshipRow]) -> None:
    """Write a book of CSV files, each in the order given. Raises BadInput for a folder that holds anything but such a book."""
    with BookWriter(folder) as book:
        for rows in (nodes, versions, relationships):
            for row in rows:
                book.add(row)


class BookWriter:
    """
    A book that is written as its rows come.

    A context manager. The files get their names at its end, and none of them if it ends by an error.

    Rows that a load would refuse are named in warnings.csv beside them; there is no such file where there are none.

    folder:   made if it is not there
    warnings: of the book of which this is a part
    raises:   BadInput, at the start, for a folder that holds anything but a book of CSV files
    """

    def __init__(self, folder: Path, warnings: Warnings | None = None) -> None:
        self.folder = folder
        self.warnings = warnings or Warnings()
        self._open = ExitStack()
        self._writers: dict[str, Any] = {}
        try:
            _refuse_what_is_no_book(folder)
            folder.mkdir(parents=True, exist_ok=True)
            for name in ALWAYS:
                self._begin(name)
        except OSError as error:
            self._open.close()
            raise BadInput(f"can't write to `{folder}` ({error.strerror}); name a folder that can be written") from error

    def add(self, row: NodeRow | VersionRow | RelationshipRow) -> None:
        """Write one row down, in the file where it belongs."""
        if isinstance(row, NodeRow):
            name = f"{kind_of(row.id)}s"
            self._write(name, row, [key_of(row.id), *_cells(COLUMNS[name][1:], row)])
        elif isinstance(row, RelationshipRow):
            self._write("relationships", row, _relationship(row))
        else:
            times = (_time(row.recorded_at), _time(row.superseded_at))
            self._write("versions", row, [row.id, *times, *_cells(COLUMNS["versions"][3:], row)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()
        for name in WRITTEN:
            if kind is not None or name not in self._writers:
                _part(self.folder, name).unlink(missing_ok=True)
            else:
                _part(self.folder, name).replace(self.folder / f"{name}.csv")
        for name in WRITTEN.keys() - self._writers.keys() if kind is None else ():
            (self.folder / f"{name}.csv").unlink(missing_ok=True)

    def _write(self, name: str, row: NodeRow | VersionRow | RelationshipRow, cells: list[str]) -> None:
        self._writer(name).writerow(cells)
        for warning in self.warnings.of(name, row, cells):
            self._writer(NAME).writerow(warning)

    def _writer(self, name: str) -> Any:  # noqa: ANN401 - the csv module names no type of it
        if name not in self._writers:
            self._begin(name)
        return self._writers[name]

    def _begin(self, name: str) -> None:
        file = self._open.enter_context(_part(self.folder, name).open("w", encoding="utf-8", newline=""))
        self._writers[name] = csv.writer(file)
        self._writers[name].writerow(WRITTEN[name])


def _refuse_what_is_no_book(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"`{folder}` is a file; a book is written to a folder")
    own = {f"{name}.csv{suffix}" for name in WRITTEN for suffix in ("", ".part")}
    if folder.is_dir() and (others := sorted(path.name for path in folder.iterdir() if path.name not in own)):
        raise BadInput(
            f"`{folder}` holds `{others[0]}`, which is no file of a book; name an empty folder, or one with nothing but an older book"
        )


def _part(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv.part"


def _cells(columns: Sequence[str], row: NodeRow | VersionRow) -> list[str]:
    return [_cell(row.properties.get(PROPERTIES.get(column, column))) for column in columns]


def _cell(value: Property) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else " ".join(value)


def _relationship(row: RelationshipRow) -> list[str]:
    times = (row.valid_from, row.valid_to, row.recorded_at, row.superseded_at)
    return [row.type, row.start, row.end, row.kind or "", *map(_time, times), row.source]


def _time(instant: int | None) -> str:
    return "" if instant is None else written(instant)
