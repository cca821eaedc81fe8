"""The matrix of permissions as Parquet."""

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from intake.outlet import Outlet
from intake.write_matrix import MatrixRow

GROUP = 50_000
"""Rows of a row group: a reader has as many in memory at once, and so has the writer."""
TEXT = pa.string()
SCHEMA = pa.schema(
    [
        pa.field("customer", TEXT, nullable=False),
        pa.field("topic", pa.dictionary(pa.int32(), TEXT), nullable=False),
        pa.field("communicator", TEXT, nullable=False),
        pa.field("verdict", pa.dictionary(pa.int32(), TEXT), nullable=False),
        pa.field("permitted", pa.bool_(), nullable=False),
        pa.field("standings", TEXT, nullable=False),
        pa.field("everywhere", pa.bool_(), nullable=False),
    ]
)


class ParquetMatrix:
    """Parquet, in row groups of GROUP rows or a few more."""

    media_type: ClassVar = "application/vnd.apache.parquet"

    def __init__(self) -> None:
        self._outlet = Outlet()
        self._file = pq.ParquetWriter(self._outlet, SCHEMA)
        self._rows: list[MatrixRow] = []

    def begin(self) -> bytes:
        """The mark of the format."""
        return self._outlet.take()

    def add(self, rows: Sequence[MatrixRow]) -> bytes:
        """A row group when it is full."""
        self._rows.extend(rows)
        if len(self._rows) >= GROUP:
            self._write()
        return self._outlet.take()

    def end(self) -> bytes:
        """The last row group, and where each of them lies."""
        if self._rows:
            self._write()
        self._file.close()
        return self._outlet.take()

    def _write(self) -> None:
        columns = zip(SCHEMA, zip(*self._rows, strict=True), strict=True)
        self._file.write_batch(pa.record_batch([pa.array(values, field.type) for field, values in columns], schema=SCHEMA))
        self._rows.clear()
