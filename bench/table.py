"""The table: to read in a terminal, as Markdown, as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.row import Row

SMALL, MIDDLE, WIDEST = 10, 100, 220
HEADS = ("work", "measured", "p50 ms", "p99 ms", "CPU ms", "Neo4j CPU ms", "bare driver", "bare route")


def conditions(given: Mapping[str, object]) -> str:
    """A line that says under what the rows were measured."""
    load = os.getloadavg()[0]
    told = {**given, "cores": os.cpu_count(), "load average now": f"{load:.1f}", "Python": platform.python_version()}
    return ", ".join(f"{name} {value}" for name, value in told.items())


def show(rows: Sequence[Row], said: str, console: Console) -> None:
    """The table in the terminal, one line a row however wide that is; below it what the rows are."""
    heads, lines = _lines(rows)
    table = Table(title=said, title_justify="left")
    console.width = max(console.width, WIDEST)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", no_wrap=True)
    for row, line in zip(rows, lines, strict=True):
        table.add_row(row.name, *line[1:])
    console.print(table)
    for row in rows:
        console.print(f"{row.name}: {row.said}", highlight=False, soft_wrap=True)


def markdown(rows: Sequence[Row], said: str) -> str:
    """The same as Markdown."""
    heads, lines = _lines(rows)
    ruled = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join([said, "", *(f"| {' | '.join(line)} |" for line in [heads, ruled, *lines])]) + "\n"


def write_json(rows: Sequence[Row], said: str, file: Path) -> None:
    """The same for programs."""
    found = [{**asdict(row), "item_ms": row.item_ms, "times": row.times, "reached": row.reached} for row in rows]
    file.write_text(json.dumps({"conditions": said, "rows": found}, indent=1) + "\n", "utf-8")


def hold_against(rows: Sequence[Row], file: Path) -> None:
    """Put into the rows how much slower each is than in the run that this JSON tells of."""
    before = {row["name"]: row["item_ms"] for row in json.loads(file.read_text("utf-8"))["rows"]}
    for row in rows:
        then = before.get(row.name)
        if then is not None and row.item_ms is not None:
            row.slower = row.item_ms / then


def _lines(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    others = list(dict.fromkeys(name for row in rows for name in row.compared))
    heads = [*HEADS, *others, "times", "goal", "slower"]
    return heads, [_line(row, others) for row in rows]


def _line(row: Row, others: Sequence[str]) -> list[str]:
    times = "" if row.times is None else f"{row.times:.2f}"
    of = row.unit if row.alone else "x"
    goal = "" if row.goal is None else f"{'at most ' if row.alone else ''}{row.goal:g} {of}"
    return [
        f"{row.name}: {row.said}",
        f"{_number(row.value)} {row.unit}",
        *map(_number, (row.p50_ms, row.p99_ms, row.service_cpu_ms, row.neo4j_cpu_ms)),
        *map(_number, (row.driver, row.route)),
        *(_number(row.compared.get(name)) for name in others),
        times,
        goal + {None: "", True: ", reached", False: ", not reached"}[row.reached],
        "" if row.slower is None else f"{row.slower:.2f} x",
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value < SMALL:
        return f"{value:.2f}" if value >= 1 else f"{value:.3f}"
    return f"{value:.1f}" if value < MIDDLE else f"{value:,.0f}"
