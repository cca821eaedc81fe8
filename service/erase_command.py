"""The command `vocero erase`."""

import asyncio
import sys
from typing import Annotated

import typer

from policy.errors import BadInput
from service.commands.console import AsJson, say, write_json
from service.reach import reached_index
from service.settings import Settings, read_settings


def erase_command(
    customer: Annotated[str, typer.Argument(help="its id, key, whole name or domain")],
    yes: Annotated[bool, typer.Option("--yes", help="don't ask whether it is meant")] = False,
    now: Annotated[
        bool, typer.Option("--now", help="also make the local index of this host anew, whose free pages hold old names")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Blank what identifies a customer, its name and domain, in every version; for good. Its relationships stay."""
    from resolvers.erase import erase, expect_customer
    from service.commands.names import CUSTOMER, is_id, node_named, with_index
    from service.usable import policy_of

    if is_id(customer):
        customer = expect_customer(customer)  # no Neo4j is started for something else
    if not yes and not sys.stdin.isatty():
        raise BadInput("nobody is there to ask; give --yes")

    async def work(settings: Settings) -> tuple[str, bool]:
        async with reached_index(settings) as index:
            id_ = customer
            if not is_id(customer):
                id_ = await with_index(
                    index, policy_of(settings), lambda operation: node_named(operation, customer, CUSTOMER, of_part=False)
                )
                confirm(id_)
            done = await erase(index.graph, id_)
            if now:
                await index.fill(anew=True)
            return id_, done

    def confirm(id_: str) -> None:
        if not yes:
            typer.confirm(f"The name and domain of {id_} will be gone for good, also from the past. Erase them?", abort=True)

    if is_id(customer):
        confirm(customer)
    id_, done = asyncio.run(work(read_settings()))
    if as_json:
        write_json({"customer": id_, "erased": done})
    else:
        say(f"{id_} is erased" if done else f"{id_} was erased before; nothing changed")
