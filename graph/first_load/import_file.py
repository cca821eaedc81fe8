"""One CSV file in the form that Neo4j's importer reads."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

BLANK: Final = " "
"""What stands between the texts of a list: no id and no MPN id has one."""


class Column(NamedTuple):
    """A property in a file: its name, what the importer calls its type, and what writes its cell."""

    name: str
    type: str
    cell: Callable[[Any], str]


class ImportFile:
    """
    Rows of one label or one type; a context manager.

    path:    the file to write
    keys:    columns that are no properties, before all others
    names:   properties of the others -> kind of their values
    longest: characters of the longest row
    breaks:  whether a cell has a line break, which the importer wants to be told
    """

    def __init__(self, path: Path, keys: Sequence[str], names: Mapping[str, type]) -> None:
        self.path = path
        self.longest = 0
        self.breaks = False
        self._columns = [Column(name, *_written_as(names[name])) for name in sorted(names)]
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(",".join([*keys, *(f"{each.name}:{each.type}" for each in self._columns)]) + "\n")

    def write(self, keys: Sequence[str], properties: Mapping[str, Any]) -> None:
        """One more row; keys: texts of the columns that are no properties."""
        cells = [text(key) for key in keys]
        for name, _, cell in self._columns:
            value = properties.get(name)
            cells.append("" if value is None else cell(value))
        row = ",".join(cells)
        self.longest = max(self.longest, len(row))
        if "\n" in row or "\r" in row:
            self.breaks = True
        self._file.write(row + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def text(value: str) -> str:
    """The cell of a text; always in quotes, for without them an empty one would be none."""
    return '"' + value.replace('"', '""') + '"'


def _truth(value: bool) -> str:  # noqa: FBT001 - a cell has one value
    return "true" if value else "false"


def _texts(values: Sequence[str]) -> str:
    return text(BLANK.join(values))


def _written_as(kind: type) -> tuple[str, Callable[[Any], str]]:
    if issubclass(kind, bool):
        return "boolean", _truth
    if issubclass(kind, int):
        return "long", str
    if issubclass(kind, list):
        return "string[]", _texts
    return "string", text
