"""The command `vocero index`: the local index checked, and made anew."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from service.reach import local_index, reached_graph
from service.settings import read_settings

DIFFERS, MOST_SHOWN = 1, 20

index = typer.Typer(no_args_is_help=True, help="Work on the local index.")
out, err = Console(), Console(stderr=True)


@index.command()
def check(
    sample: Annotated[int | None, typer.Option(min=1, help="compare so many customers, taken by chance; every node unless given")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print what was found as one JSON object")] = False,
) -> None:
    """Compare the local index with the graph, also while a service uses both; exits 1 if anything differs."""
    from graph.index.check import Checked, check_index
    from service.files import counting

    async def work() -> Checked:
        settings = read_settings()
        async with reached_graph(settings) as graph, local_index(graph, settings) as local:
            if settings.index_folder.exists():
                await local.open()
            await local.poller.revision(fresh=True)
            with counting("nodes", err) as progress:
                return await check_index(local, sample, progress)

    checked = asyncio.run(work())
    if as_json:
        differences = [{"id": node, "differs": what} for node, what in checked.differences]
        sys.stdout.write(json.dumps({"compared": checked.compared, "differences": differences}, ensure_ascii=False) + "\n")
    else:
        out.print(f"{checked.compared} nodes compared, {len(checked.differences)} differ", highlight=False)
        for node, what in checked.differences[:MOST_SHOWN]:
            out.print(f"{node}: {what}", highlight=False, markup=False, soft_wrap=True)
    if checked.differences:
        raise typer.Exit(DIFFERS)


@index.command()
def rebuild() -> None:
    """Fill the local index anew; a running service uses the old one until then, and goes over by itself."""
    from service.files import counting

    async def work() -> int:
        settings = read_settings()
        async with reached_graph(settings) as graph, local_index(graph, settings) as local:
            with counting("customers", err) as progress:
                return await local.fill(progress, anew=True)

    out.print(f"{asyncio.run(work())} customers written", highlight=False)
