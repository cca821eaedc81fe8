"""The command `vocero index`: the local index checked, and made anew."""

import asyncio
from typing import Annotated

import typer

from service.commands.console import AsJson, err, say, write_json
from service.reach import local_index, reached_graph
from service.settings import read_settings

DIFFERS, MOST_SHOWN = 1, 20

index = typer.Typer(no_args_is_help=True, help="Work on the local index.")


@index.command()
def check(
    sample: Annotated[int | None, typer.Option(min=1, help="compare so many customers, taken by chance; every node unless given")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the local index with the graph, also while a service uses both; exits 1 if anything differs."""
    from graph.index.check import Checked, check_index
    from service.commands.progress import counting

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
        write_json({"compared": checked.compared, "differences": differences})
    else:
        say(f"{checked.compared} nodes compared, {len(checked.differences)} differ")
        for node, what in checked.differences[:MOST_SHOWN]:
            say(f"{node}: {what}")
    if checked.differences:
        raise typer.Exit(DIFFERS)


@index.command()
def rebuild(as_json: AsJson = False) -> None:
    """Fill the local index anew; a running service uses the old one until then, and goes over by itself."""
    from service.commands.progress import counting

    async def work() -> int:
        settings = read_settings()
        async with reached_graph(settings) as graph, local_index(graph, settings) as local:
            with counting("customers", err) as progress:
                return await local.fill(progress, anew=True)

    written = asyncio.run(work())
    if as_json:
        write_json({"customers": written})
    else:
        say(f"{written} customers written")
