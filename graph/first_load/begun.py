"""A store that is there already, though nothing was written to it: what it keeps when another takes its place."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from graph.embedded.process import start
from graph.graph import Graph
from graph.store import FORMAT


class Begun(NamedTuple):
    """
    What such a store keeps.

    seal:        the key under which its tokens are sealed; None where there is none yet
    keys:        the properties of its API keys
    key_changes: how often keys were made or revoked
    """

    seal: str | None = None
    keys: Sequence[Mapping[str, Any]] = ()
    key_changes: int = 0


async def begun(data: Path, cache: Path) -> Begun | None:
    """
    What such a store keeps; None for one to which anything was written. The data folder is held by the caller.

    raises: Unavailable
    source: queries/begun_store.cypher, queries/keys.cypher
    """
    running = await to_thread(start, data, cache, show_progress=True, held=True)
    try:
        async with Graph.connect(running.address) as graph:
            store = await graph.read("begun_store")
            if store["others"] or store["format"] not in {None, FORMAT}:
                return None
            return Begun(store["seal"], (await graph.read("keys"))["keys"], store["keyChanges"])
    finally:
        await to_thread(running.stop)
