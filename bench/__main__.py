"""One command that measures the service, and others beside it: python -m bench."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from bench.data import Data
from bench.floors import add_floors
from bench.loading import loading_rate
from bench.measure import Bench, Measured, embedded_start, measure
from bench.peers.compare import COMPARISONS, compare_on
from bench.peers.engine import WrongAnswers
from bench.processes import NotStarted
from bench.service import NotServed, settings
from bench.table import conditions, hold_against, markdown, show, write_json
from bench.truth import Truth
from bench.wrk import NotMeasured
from graph.embedded import start
from service.settings import Settings

WRONG_SHOWN = 20

err = Console(stderr=True)


@contextmanager
def told(missing: list[str]) -> Iterator[None]:
    """Have the rows shown that were measured, whatever becomes of one of the others: what became of it goes to `missing`."""
    try:
        yield
    except (NotStarted, NotServed, NotMeasured, WrongAnswers, OSError, httpx.HTTPError) as error:
        missing.append(f"not measured: {error}")
        err.print(missing[-1], markup=False, highlight=False)


def _measure_floors(bench: Bench, measured: Measured) -> None:
    err.print("floors")
    add_floors(bench, measured)
    with start(bench.folder / "new", Settings().cache, show_progress=True) as new:
        measured.rows[0].driver = loading_rate(bench.folder / "book", new.address)


def main(
    customers: Annotated[int, typer.Option(min=100, help="how many customers the book has")] = 10_000,
    seed: Annotated[int, typer.Option(help="what the book is made from")] = 1,
    seconds: Annotated[float, typer.Option(min=0.1, help="how long each row is measured")] = 5.0,
    workers: Annotated[int, typer.Option(min=1, help="processes that answer")] = 2,
    only: Annotated[list[str] | None, typer.Option(help="name of a row that is wanted; may be given more than once")] = None,
    floors: Annotated[bool, typer.Option(help="whether the floors are measured")] = True,
    json: Annotated[Path | None, typer.Option(help="file to which the rows are written as JSON")] = None,
    against: Annotated[
        Path | None, typer.Option(help="JSON of another run, to say how much slower this one is, as of a smaller book")
    ] = None,
    as_markdown: Annotated[Path | None, typer.Option("--markdown", help="file to which the table is written as Markdown")] = None,
) -> None:
    """Measure the service, after its answers were held against the oracle; exits 1 if one is wrong, or something could not be measured."""
    data = Data(customers, seed)
    truth = Truth(data)
    wanted, missing = frozenset(only or ()), list[str]()
    with tempfile.TemporaryDirectory(prefix="vocero-bench-") as made:
        folder = Path(made)
        with start(folder / "neo4j", Settings().cache, show_progress=True) as neo4j:
            bench = Bench(data, seconds, workers, wanted, folder, neo4j.address, neo4j.pid, err.print)
            measured = measure(bench, truth)
            if measured.wrong:
                for line in measured.wrong[:WRONG_SHOWN]:
                    err.print(line, markup=False, highlight=False)
                err.print(f"{len(measured.wrong)} answers are wrong; nothing was measured")
                raise typer.Exit(1)
            if floors:
                _measure_floors(bench, measured)
            with told(missing):
                compare_on(neo4j.address, bench, truth, measured.rows)
        if bench.wants("start"):
            with told(missing):
                measured.rows.append(embedded_start(folder / "neo4j"))
        for comparison in COMPARISONS:
            with told(missing):
                comparison(bench, truth, measured.rows)
    said = conditions(
        {"customers": customers, "seed": seed, "seconds": seconds, "workers": workers, **(settings() or {"settings": "as they are"})}
    )
    if against is not None:
        hold_against(measured.rows, against)
    show(measured.rows, said, Console())
    if json is not None:
        write_json(measured.rows, said, json)
    if as_markdown is not None:
        as_markdown.write_text(markdown(measured.rows, said), "utf-8")
    if missing:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
