"""One world after the other in the same store, asked the same."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from graph.graph import Graph
from policy.caller import Caller
from resolvers.load_folder import load_book
from tests.isolation.world import World
from tests.running_service import emptied
from tests.schema.asked_by import Asked

NOW = datetime.now(UTC)
TIME = re.compile(rb"20\d\d-\d\d-\d\dT[\d:.]+Z")
TOKEN = re.compile(rb'"revision":"[^"]+"|"a\d":"[\w-]{40,}"')
TO_COME = b"2090"


class Worlds:
    """A store in which worlds take turns."""

    def __init__(self, graph: Graph, folders: pytest.TempPathFactory) -> None:
        self.graph = graph
        self._folders = folders

    async def load(self, world: World) -> Asked:
        """That world alone, to be asked; every row has to be taken."""
        folder = self._folders.mktemp("world")
        world.write(folder)
        await emptied(self.graph)
        loaded = await load_book(self.graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
        assert loaded.rejected == 0, (folder / "rejected.csv").read_text()
        return Asked(self.graph)


def masked(body: dict[str, Any]) -> bytes:
    """The answer to the byte, but for tokens, which are random, and for the operation's own now."""
    started = NOW.isoformat()[:19].encode()
    data, errors = body["data"] or {}, body["errors"]
    # where an error below makes the whole field null, which one it is, and whether others follow, depends on which comes first
    kept = [each for each in errors if len(each.get("path", ())) < 2 or data.get(each["path"][0]) is not None]
    refused = {each["path"][0]: "refused" for each in errors if each not in kept}
    body = {"data": body["data"], "errors": sorted(map(str, kept)), "refused": refused}
    text = TOKEN.sub(b'"token":0', orjson.dumps(body))
    return TIME.sub(lambda time: b"now" if started <= time[0] < TO_COME else time[0], text)


async def answers(asked: Asked, caller: Caller, documents: Iterable[str]) -> list[bytes]:
    """What they are answered."""
    return [masked(await asked.body(caller, document)) for document in documents]
