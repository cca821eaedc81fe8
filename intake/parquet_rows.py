"""A Parquet file with the columns of the book, of whatever type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from graph.rows import Rejection
from intake.cell_text import cell_text
from intake.columns import COLUMNS, check_columns
from intake.raw_row import RawRow
from policy.errors import BadInput
from policy.instant import written
from policy.values.instant import BadDate, in_calendar

ROWS = 10_000
NANOSECONDS: Mapping[str, int] = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "D": 86_400_000_000_000}
"""Unit of an instant as Arrow names it -> how long it is."""


def check_parquet(path: Path, name: str) -> None:
    """Raise BadInput for a file that is not Parquet or whose columns are not those of the book's file `name`."""
    try:
        with pq.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path.name} can't be read as Parquet; write it again") from error
    check_columns(path.name, name, names)


def parquet_rows(path: Path, name: str) -> Iterator[RawRow | Rejection]:
    """The rows of a file that `check_parquet` has passed; a row's line is its number, the first is 1."""
    line = 0
    with pq.ParquetFile(path) as file:
        given = list(file.schema_arrow.names)
        batches = file.iter_batches(batch_size=ROWS)
        while True:
            try:
                batch = next(batches, None)
                if batch is None:
                    return
                columns = {column: _texts(column, values) for column, values in zip(given, batch.columns, strict=True)}
            except (pa.ArrowException, OSError) as error:
                yield Rejection(path.name, line + 1, f"is damaged from this row on, and the rest of the file was not read: {error}", "")
                return
            absent: list[str | BadInput | None] = [None] * batch.num_rows
            for cells in zip(*(columns.get(column, absent) for column in COLUMNS[name]), strict=True):
                line += 1
                yield _row(path.name, line, cells)


def _texts(name: str, column: Any) -> Sequence[str | BadInput | None]:  # noqa: ANN401 - pyarrow is not typed
    """The cells of a column, each as CSV would have it; where one can't be had, the reason in its place."""
    texts: list[str | BadInput | None] = []
    text = _reader(name, column.type)
    for value in _values(column):
        try:
            texts.append(text(value))
        except BadInput as error:
            texts.append(error)
    return texts


def _values(column: Any) -> list[Any]:  # noqa: ANN401 - pyarrow is not typed
    """The values of a column; instants as the whole numbers that they are, for Python has neither their range nor their precision."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date64(column.type):
        column = column.cast(pa.int64())
    elif pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    elif pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return list(column.cast(pa.binary()).to_pylist())


def _reader(name: str, type_: Any) -> Callable[[Any], str]:  # noqa: ANN401 - pyarrow is not typed
    """What makes a cell of a value of this type: of an instant its text in UTC, where one without a zone is UTC."""
    if pa.types.is_timestamp(type_):
        return lambda value: _instant(name, value, type_.unit)
    if pa.types.is_date64(type_):
        return lambda value: _instant(name, value, "ms")
    if pa.types.is_date32(type_):
        return lambda value: _instant(name, value, "D")
    return lambda value: cell_text(name, value)


def _instant(name: str, value: int | None, unit: str) -> str:
    """The text of so many units since 1970; what a microsecond has not room for is cut, towards the past. Raises BadDate."""
    if value is None:
        return ""
    try:
        return written(in_calendar(value * NANOSECONDS[unit] // 1000, f"{value} {unit}"))
    except BadDate as error:
        raise BadDate(f"{name} {error}") from error


def _row(file: str, line: int, cells: Sequence[str | BadInput | None]) -> RawRow | Rejection:
    sound = [cell for cell in cells if not isinstance(cell, BadInput)]
    text = ",".join(cell for cell in sound if cell is not None)
    if len(sound) < len(cells):
        fault = next(cell for cell in cells if isinstance(cell, BadInput))
        return Rejection(file, line, str(fault), text)
    return RawRow(line, text, sound)
