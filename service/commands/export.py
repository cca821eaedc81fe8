"""`vocero export`: the whole graph, or all verdicts, in files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.commands.console import AsJson, err, say, write_json
from service.commands.exit_status import DONE_IN_PART
from service.reach import make_index, reached_graph, reached_index
from service.settings import Settings, read_settings

export = typer.Typer(no_args_is_help=True, help="Write down what the graph holds.")


@export.command(name="book")
def export_book_command(
    folder: Annotated[Path, typer.Argument(help="folder to write; made if it is not there")],
    as_json: AsJson = False,
) -> None:
    """Write the whole graph as a book, history included; exits 1 if a load would refuse any of it, which warnings.csv names."""
    from service.files import export_a_book

    async def work(settings: Settings) -> bool:
        async with reached_graph(settings) as graph:
            rows, warnings = await export_a_book(graph, folder, err)
        _say_written(rows, "folder", folder, warnings=warnings, as_json=as_json)
        return warnings == 0

    if not asyncio.run(work(read_settings())):
        raise typer.Exit(DONE_IN_PART)


@export.command(name="matrix")
def export_matrix_command(
    file: Annotated[Path, typer.Argument(help="file to write; its suffix names the format: .csv, .ndjson or .parquet")],
    valid_at: Annotated[str | None, typer.Option(help="the instant asked about, such as 2026-06-01T08:30:00Z; now unless given")] = None,
    known_at: Annotated[str | None, typer.Option(help="as the service knew it at this instant")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the verdict on every customer, topic and candidate communicator."""
    from intake.write_matrix import format_of
    from policy.values.instant import instant_from
    from resolvers.instants import AsOf
    from service.exports import export_a_matrix
    from service.usable import policy_of

    format_of(file)  # no Neo4j is started for a file of no format
    as_of = AsOf(*(None if text is None else instant_from(text) for text in (valid_at, known_at)))

    async def work(settings: Settings) -> int:
        async with reached_index(settings) as local:
            await make_index(local)
            return await export_a_matrix(local, policy_of(settings), file, as_of, err)

    _say_written(asyncio.run(work(read_settings())), "file", file, as_json=as_json)


def _say_written(rows: int, kind: str, path: Path, *, warnings: int = 0, as_json: bool) -> None:
    if as_json:
        write_json({"rows": rows, kind: str(path)} | ({"warnings": warnings} if warnings else {}))
        return
    say(f"{rows} rows written to {path}")
    if warnings:
        say(f"{warnings} of them can't be loaded again; {path / 'warnings.csv'} says why")
