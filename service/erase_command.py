"""The command `vocero erase`."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console

from policy.errors import BadInput
from service.reach import local_index, reached_graph
from service.settings import read_settings

out = Console()


def erase_command(
    customer: Annotated[str, typer.Argument(help="id customer:KEY")],
    yes: Annotated[bool, typer.Option("--yes", help="don't ask whether it is meant")] = False,
    now: Annotated[
        bool, typer.Option("--now", help="also make the local index of this host anew, whose free pages hold old names")
    ] = False,
) -> None:
    """Blank what identifies a customer, its name and domain, in every version; for good. Its relationships stay."""
    from resolvers.erase import erase, expect_customer

    id_ = expect_customer(customer)  # no Neo4j is started for something else
    if not yes:
        if not sys.stdin.isatty():
            raise BadInput("nobody is there to ask; give --yes")
        typer.confirm(f"The name and domain of {id_} will be gone for good, also from the past. Erase them?", abort=True)

    async def work() -> bool:
        settings = read_settings()
        async with reached_graph(settings) as graph, local_index(graph, settings) as index:
            done = await erase(graph, id_)
            if now:
                await index.fill(anew=True)
            return done

    said = f"{id_} is erased" if asyncio.run(work()) else f"{id_} was erased before; nothing changed"
    out.print(said, highlight=False, markup=False, soft_wrap=True)
