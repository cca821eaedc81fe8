"""The command `vocero recover`: a damaged store, opened as far as it can be read."""

import asyncio

from graph.embedded import copy_store, start
from graph.graph import Graph
from graph.revision import Revision
from graph.store import newest_revision
from policy.errors import BadInput, Unavailable
from policy.instant import written
from service.commands.console import AsJson, say, write_json
from service.settings import Settings, read_settings


def recover(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer makes an option of it
    """Open a damaged store: its files are copied first, then what can't be read at the end of its transaction log is left out."""
    settings = read_settings()
    if settings.server():
        raise BadInput("VOCERO_NEO4J_URI names a server; its own tools recover its store")
    try:
        copy = copy_store(settings.data)
    except OSError as error:
        raise Unavailable(f"the store in `{settings.data}` can't be copied ({error.strerror or error}); nothing was changed") from error
    newest = asyncio.run(_newest(settings))
    recorded_at = written(newest.recorded_at)
    if as_json:
        write_json({"revision": newest.number, "recordedAt": recorded_at, "copy": str(copy)})
        return
    say(
        f"the store opens, and its newest revision is {newest.number}, recorded at {recorded_at}. "
        f"Its files as they were are in {copy}: keep them until you have seen that nothing is missing"
    )


async def _newest(settings: Settings) -> Revision:
    own = await asyncio.to_thread(start, settings.data, settings.cache, show_progress=True, salvage=True)
    try:
        async with Graph.connect(own.address, read_seconds=settings.read_seconds) as graph:
            return await newest_revision(graph)
    finally:
        await asyncio.to_thread(own.stop)
