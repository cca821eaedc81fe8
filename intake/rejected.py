import csv
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.rows import Rejection
from policy.errors import BadInput
from policy.redaction import redacted

NAME = "rejected.csv"
HEADER = ("file", "line", "reason", "row")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet evaluates when the file is opened."""


class Rejected:
    """
    The rows that a load did not take, written as they come.

    A context manager. At its end the file replaces that of the run before; when nothing was rejected there is no file.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it; a secret is not written.

    path:   the file to write
    count:  rows rejected so far
    raises: BadInput, at the start, where nothing can be written
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._part = path.with_name(f"{path.name}.part")
        try:
            self._file = self._part.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        except OSError as error:
            raise BadInput(f"can't write `{path}` ({error.strerror}); say with --rejected where the rejected rows may go") from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADER)

    def add(self, rejection: Rejection) -> None:
        """Write one row down."""
        self._writer.writerow([_no_formula(redacted(str(cell))) for cell in rejection])
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if self.count:
            self._part.replace(self.path)
        else:
            self._part.unlink()
            self.path.unlink(missing_ok=True)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
