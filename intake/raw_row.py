"""A row before anything in it is understood."""

from collections.abc import Sequence
from typing import NamedTuple


class RawRow(NamedTuple):
    """
    The cells of one row, in the order of the book's own columns.

    cells: one for each column that the book knows; None where the file has no such column, "" where the cell is empty
    text:  the row as the file has it, for `rejected.csv`
    """

    line: int
    text: str
    cells: Sequence[str | None]
