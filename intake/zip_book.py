"""A book as a zip, written down piece by piece."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import TracebackType
from typing import Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from graph.rows import NodeRow, RelationshipRow, VersionRow
from intake.columns import COLUMNS
from intake.outlet import Outlet
from intake.warnings import NAME, Warnings
from intake.write_book import WRITTEN, BookWriter

LATER = ("versions", "relationships", NAME)
"""The files whose rows come between those of the others."""
SOMETIMES = ("versions", NAME)
"""The files that are left out where they would be empty."""
PIECE = 1 << 18
FAST = 1
END = b"\r\n"


class ZippedBook:
    """
    A zip of the files that a book of the same rows has, byte for byte; a context manager.

    A zip holds one file after the other: nodes have to come kind by kind, in the order of a book's files. Versions and relationships wait
    for their turn in temporary files, compressed, which have no name and are gone with this process.
    """

    def __init__(self) -> None:
        self._outlet = Outlet()
        self._open = ExitStack()
        self._zip = self._open.enter_context(ZipFile(self._outlet, "w", ZIP_DEFLATED))
        self._entry = self._open.enter_context(ExitStack())
        self._stored = {name: self._open.enter_context(TemporaryFile()) for name in LATER}  # noqa: SIM115 - the stack closes it
        self._later = {
            name: self._open.enter_context(gzip.open(file, "wb", FAST))  # noqa: SIM115 - the same
            for name, file in self._stored.items()
        }
        self._warnings = Warnings()
        self._to_come = [name for name in COLUMNS if name not in LATER]
        self._begin(self._to_come.pop(0))

    def add(self, rows: Sequence[NodeRow | VersionRow | RelationshipRow]) -> bytes:
        """The next bytes, after some more rows."""
        for name, lines in _lines(rows, self._warnings).items():
            if name in LATER:
                self._later[name].write(lines)
            else:
                while name in self._to_come:
                    self._begin(self._to_come.pop(0))
                self._file.write(lines)
        return self._outlet.take()

    def rest(self) -> Iterator[bytes]:
        """The last bytes, after all rows."""
        for name in self._to_come:
            self._begin(name)
        for name in LATER:
            self._later[name].close()
            self._stored[name].seek(0)
            with gzip.open(self._stored[name]) as lines:
                piece = lines.read(PIECE)
                if piece or name not in SOMETIMES:
                    self._begin(name)
                while piece:
                    self._file.write(piece)
                    yield self._outlet.take()
                    piece = lines.read(PIECE)
        self._open.close()
        yield self._outlet.take()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def _begin(self, name: str) -> None:
        self._entry.close()
        entry = ZipInfo(f"{name}.csv")  # of no time, so that the same book is the same zip
        entry.compress_type = ZIP_DEFLATED
        self._file = self._entry.enter_context(self._zip.open(entry, "w", force_zip64=True))
        self._file.write(",".join(WRITTEN[name]).encode() + END)


def _lines(rows: Sequence[NodeRow | VersionRow | RelationshipRow], warnings: Warnings) -> Mapping[str, bytes]:
    """The lines of each file of a book that these rows are, without its header; files that get none are absent."""
    with TemporaryDirectory() as folder:
        with BookWriter(Path(folder), warnings) as book:
            for row in rows:
                book.add(row)
        found = {name: (Path(folder) / f"{name}.csv") for name in WRITTEN}
        lines = {name: path.read_bytes().partition(END)[2] for name, path in found.items() if path.exists()}
    return {name: each for name, each in lines.items() if each}
