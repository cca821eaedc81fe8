"""The command `vocero check`."""

import asyncio

import typer

from graph.check import Checked, check, unreadable
from graph.driver import Neo4jError
from service.commands.console import AsJson, say, write_json
from service.reach import reached_graph
from service.settings import read_settings

FOUND = 1


def check_command(
    as_json: AsJson = False,  # noqa: FBT002 - typer makes an option of it
) -> None:
    """Look the store over: spoilt files, counts and revisions against the log, the clock, values of today; exits 1 with what is wrong."""
    checked = asyncio.run(_checked())
    if as_json:
        findings = [{"fault": fault, "about": about, "text": text} for fault, about, text in checked.findings]
        write_json(checked._asdict() | {"findings": findings})
    else:
        for fault, about, text in checked.findings:
            say(f"{fault} {about}: {text}")
        records = ", ".join(f"{count} {kind}" for kind, count in checked.records.items())
        say(f"{len(checked.findings) or 'no'} findings at revision {checked.revision}; can be read: {records or 'nothing'}")
    if checked.findings:
        raise typer.Exit(FOUND)


async def _checked() -> Checked:
    try:
        async with reached_graph(read_settings()) as graph:
            return await check(graph)
    except Neo4jError as error:  # so damaged that not even its own record can be read
        return Checked(0, {}, [unreadable("store", error)])
