"""CSV as RFC 4180 has it, row by row; a row that is damaged costs that row and no other."""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from graph.rows import Rejection
from intake.columns import FILES, check_columns
from intake.raw_row import RawRow
from policy.errors import BadInput

LONGEST = 131_072
"""Characters that a quoted row may span; past that a quote was left open. The longest cell of the csv module, too."""


def check_csv(path: Path, name: str) -> None:
    """Raise BadInput for a file whose header is not that of the file `name` of FILES."""
    with _opened(path) as file:
        check_columns(path.name, name, _header(path.name, _records(file), name))


def csv_rows(path: Path, name: str) -> Iterator[RawRow | Rejection]:
    """The rows of a file that `check_csv` has passed. The header is line 1; a row's line is the one on which it begins."""
    with _opened(path) as file:
        records = _records(file)
        header = _header(path.name, records, name)
        arranged = _arrangement(header, FILES[name])
        width = len(header)
        for line, text, cells in records:
            if not text.isascii() and (readable := _readable(text)) != text:
                yield Rejection(path.name, line, "holds bytes that are not UTF-8; save the file as UTF-8", readable)
            elif isinstance(cells, str):
                yield Rejection(path.name, line, cells, text)
            elif len(cells) != width:
                yield Rejection(path.name, line, f"has {len(cells)} cells where the header has {width}", text)
            else:
                yield RawRow(line, text, arranged(cells))


def _opened(path: Path) -> TextIO:
    # no newline translation: a line break in a quoted cell stays as it was written
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _header(file: str, records: Iterator[tuple[int, str, list[str] | str]], name: str) -> list[str]:
    _, text, cells = next(records, (1, "", ""))
    if isinstance(cells, str) or _readable(text) != text or "\0" in text:
        raise BadInput(f"{file} has no readable header row; it begins with {','.join(FILES[name])}, in UTF-8")
    return [cell.strip() for cell in cells]


def _arrangement(header: Sequence[str], columns: Sequence[str]) -> Callable[[list[str]], Sequence[str | None]]:
    """What puts the cells of that header in the order of the book's columns, None for a column that is not there."""
    if tuple(header) == tuple(columns):
        return lambda cells: cells
    places = [header.index(column) if column in header else None for column in columns]
    return lambda cells: [None if place is None else cells[place] for place in places]


def _records(file: TextIO) -> Iterator[tuple[int, str, list[str] | str]]:
    """Line, text and cells of each row; where a row can't be parsed, the reason in place of the cells."""
    number = 0
    again: deque[str] = deque()
    while line := again.popleft() if again else next(file, ""):
        number += 1
        if '"' not in line:
            text = line.rstrip("\r\n")
            if text:
                yield number, text, text.split(",")
            continue
        taken = [line, *_rest_of_quoted(line, file, again)]
        text = "".join(taken)
        try:
            (cells,) = csv.reader([text], strict=True)
        except csv.Error:
            # only the first line is given up: what was read ahead in search of the closing quote may be sound rows
            again.extendleft(reversed(taken[1:]))
            yield (
                number,
                line.rstrip("\r\n"),
                'has a quote out of place; a cell with a quote, a comma or a line break stands in "", its quotes doubled',
            )
        else:
            yield number, text.rstrip("\r\n"), cells
            number += len(taken) - 1


def _rest_of_quoted(line: str, file: TextIO, again: deque[str]) -> Iterator[str]:
    """The further lines of a row whose quoted cell goes on after the end of its first line."""
    quotes, size = line.count('"'), len(line)
    while quotes % 2 and size < LONGEST and (more := again.popleft() if again else next(file, "")):
        quotes += more.count('"')
        size += len(more)
        yield more


def _readable(text: str) -> str:
    """The same text, with U+FFFD for every byte that was not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
