"""One world after the other in the same store, asked the same."""

import re
from datetime import UTC, datetime

import httpx
import orjson
import pytest

from graph.index.local_index import LocalIndex
from resolvers.load_folder import load_book
from tests.isolation.world import World
from tests.running_service import emptied
from tests.schema.asked_by import Asked

NOW = datetime.now(UTC)
TIME = re.compile(rb"20\d\d-\d\d-\d\dT[\d:.]+Z")
TOKEN = re.compile(rb'(?<="revision":")[\w-]+(?=")|(?<="a\d":")[\w-]{40,}(?=")')
TO_COME = b"2090"
SEVERAL = 2
DATE = re.compile(rb"(?<=date: )[^\n]+")
ETAG = re.compile(rb"(?<=etag: )[^\n]+")


class Worlds:
    """A store in which worlds take turns."""

    def __init__(self, index: LocalIndex, folders: pytest.TempPathFactory) -> None:
        self.index = index
        self.graph = index.graph
        self._folders = folders

    async def load(self, world: World) -> Asked:
        """That world alone, to be asked; every row has to be taken."""
        folder = self._folders.mktemp("world")
        world.write(folder)
        await emptied(self.graph)
        loaded = await load_book(self.graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
        assert loaded.rejected == 0, (folder / "rejected.csv").read_text()
        return Asked(self.index)


class Client:
    """A caller of the service over HTTP."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}", "x-request-id": "isolation"}

    async def get(self, path: str, **parameters: str) -> httpx.Response:
        return await self._http.get(path, params=parameters, headers=self._headers)

    async def ask(self, document: str, method: str = "POST") -> httpx.Response:
        if method == "GET":
            response = await self.get("/graphql", query=document)
        else:
            response = await self._http.post("/graphql", json={"query": document}, headers=self._headers)
        assert b'"INTERNAL"' not in response.content, document
        return response


def whole(response: httpx.Response) -> bytes:
    """
    The response to the byte: status, headers and body.

    In place of what chance or the clock decides stands something of the same length: tokens, the operation's own now, `Date`, and the
    tag of a body that holds such.
    """
    headers = b"".join(name.lower() + b": " + value + b"\n" for name, value in response.headers.raw)
    body = without_chance(response.content)
    if body != response.content:
        headers = ETAG.sub(_blank, headers)
    return b"%d\n%s\n%s" % (response.status_code, DATE.sub(_blank, headers), body)


def comparable(response: httpx.Response) -> bytes:
    """The whole response; where any of several errors may make the whole field null, its body with that this was so."""
    body = response.json()
    data, errors = body.get("data") or {}, body.get("errors", [])
    if "data" not in body or (len(errors) < SEVERAL and all(len(error["path"]) < SEVERAL for error in errors)):
        return whole(response)
    # where an error below makes the whole field null, which one it is, and whether others follow, depends on which comes first
    kept = [error for error in errors if len(error["path"]) < SEVERAL or data.get(error["path"][0]) is not None]
    refused = {error["path"][0] for error in errors if error not in kept}
    told = {"data": body["data"], "errors": kept, "refused": sorted(refused), "extensions": body["extensions"]}
    return without_chance(orjson.dumps(told))


def without_chance(body: bytes) -> bytes:
    """The bytes of an answer, with blanks of the same length for tokens and for the operation's own now."""
    started = NOW.isoformat()[:19].encode()
    return TIME.sub(lambda time: _blank(time) if started <= time[0] < TO_COME else time[0], TOKEN.sub(_blank, body))


def _blank(found: re.Match[bytes]) -> bytes:
    return b"#" * len(found[0])
