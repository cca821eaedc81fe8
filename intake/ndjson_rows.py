"""One JSON object a line, with the names of the columns as its keys."""

from collections.abc import Iterator
from pathlib import Path

from graph.rows import Rejection
from intake.cell_text import cell_text, kind_of
from intake.columns import COLUMNS, check_columns
from intake.json_text import expect_sound, parsed
from intake.raw_row import RawRow
from policy.errors import BadInput


def ndjson_rows(path: Path, name: str) -> Iterator[RawRow | Rejection]:
    """The rows of a file; a key that an object lacks is a column that is not there, null is an empty cell."""
    known: set[tuple[str, ...]] = set()
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
            if not line:
                continue
            try:
                cells = _cells(line, name, known)
            except BadInput as error:
                yield Rejection(path.name, number, str(error), line.decode("utf-8", "replace"))
            else:
                yield RawRow(number, line.decode(), cells)


def _cells(line: bytes, name: str, known: set[tuple[str, ...]]) -> list[str | None]:
    """The cells of one line. `known`: the keys that were found right before, so that they are checked once."""
    try:
        row = parsed(line.decode())
    except UnicodeDecodeError as error:
        raise BadInput("holds bytes that are not UTF-8; save the file as UTF-8") from error
    except (BadInput, RecursionError) as error:
        raise BadInput("is no JSON; each line is one object such as {" + f'"{COLUMNS[name][0]}": "…"' + "}") from error
    expect_sound(row)
    if not isinstance(row, dict):
        raise BadInput(f"is {kind_of(row)}; each line is one object with the keys {','.join(COLUMNS[name])}")
    if (keys := tuple(row)) not in known:
        check_columns("the row", name, keys)
        known.add(keys)
    return [cell_text(column, row[column]) if column in row else None for column in COLUMNS[name]]
