"""The matrix of permissions as a file: CSV, NDJSON or Parquet, written down piece by piece."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, ClassVar, NamedTuple, Protocol

from policy.errors import BadInput
from policy.terms import Verdict


class MatrixRow(NamedTuple):
    """One verdict; ids of the customer and the communicator, code of the topic, standings separated by a space."""

    customer: str
    topic: str
    communicator: str
    verdict: Verdict
    permitted: bool
    standings: str
    everywhere: bool


class MatrixWriter(Protocol):
    """A file in the making: each call gives its next bytes, perhaps none."""

    media_type: ClassVar[str]

    def begin(self) -> bytes:
        """What stands before the first row."""

    def add(self, rows: Sequence[MatrixRow]) -> bytes:
        """Some more rows."""

    def end(self) -> bytes:
        """What stands after the last row."""


class CsvMatrix:
    """RFC 4180, with a header."""

    media_type: ClassVar = "text/csv; charset=utf-8"

    def begin(self) -> bytes:
        """The header."""
        return _csv([MatrixRow._fields])

    def add(self, rows: Sequence[MatrixRow]) -> bytes:
        """A line a row."""
        return _csv([(*row[:4], _bool(row.permitted), row.standings, _bool(row.everywhere)) for row in rows])

    def end(self) -> bytes:
        """Nothing."""
        return b""


class NdjsonMatrix:
    """One JSON object a line."""

    media_type: ClassVar = "application/x-ndjson"

    def begin(self) -> bytes:
        """Nothing."""
        return b""

    def add(self, rows: Sequence[MatrixRow]) -> bytes:
        """A line a row."""
        return "".join(
            f'{{"customer":{_json(row.customer)},"topic":{_json(row.topic)},"communicator":{_json(row.communicator)},'
            f'"verdict":"{row.verdict}","permitted":{_bool(row.permitted)},"standings":"{row.standings}","everywhere":{_bool(row.everywhere)}}}\n'
            for row in rows
        ).encode()

    def end(self) -> bytes:
        """Nothing."""
        return b""


def _parquet() -> MatrixWriter:
    from intake.parquet_matrix import ParquetMatrix  # noqa: PLC0415 - pyarrow takes 60 MB, and few processes write such a file

    return ParquetMatrix()


FORMATS: Mapping[str, Callable[[], MatrixWriter]] = MappingProxyType(
    {".csv": CsvMatrix, ".ndjson": NdjsonMatrix, ".parquet": _parquet},
)
"""The suffix of a file -> its writer."""


def format_of(file: Path) -> Callable[[], MatrixWriter]:
    """The writer for a file, by its suffix. Raises BadInput."""
    if file.suffix.lower() not in FORMATS:
        raise BadInput(f"`{file.name}` names no format; end it in {', '.join(FORMATS)}")
    return FORMATS[file.suffix.lower()]


@contextmanager
def whole_file(file: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all of it is written; until then what was there stays. Raises BadInput where it can't be written."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as opened:
            yield opened
        part.replace(file)
    except OSError as error:
        raise BadInput(f"can't write to `{file}` ({error.strerror}); name a file that can be written") from error
    finally:
        part.unlink(missing_ok=True)


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _bool(value: bool) -> str:  # noqa: FBT001 - a cell
    return "true" if value else "false"


@lru_cache(maxsize=4096)
def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
