"""The pages and what they load: ours out of this folder, libraries out of the WebJars. Nothing comes from elsewhere."""

import asyncio
import hashlib
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.embedded import fetch
from policy.errors import Unavailable
from service.etag import names

EXPLORER: Final = "explorer/explorer.html"
GRAPHIQL: Final = "graphiql.html"
KINDS: Final = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}
"""Not by the system's own table, which on Windows any program may change."""
OWN: Final = frozenset(
    f"{folder}{each.name}"
    for folder in ("", "explorer/")
    for each in files(__name__).joinpath(folder).iterdir()
    if PurePosixPath(each.name).suffix in {".js", ".css"}
)
LIBRARIES: Final = {
    "cytoscape.esm.min.mjs": ("cytoscape", "dist/cytoscape.esm.min.mjs"),
    "graphiql.min.js": ("graphiql", "graphiql.min.js"),
    "graphiql.min.css": ("graphiql", "graphiql.min.css"),
    "react.production.min.js": ("react", "umd/react.production.min.js"),
    "react-dom.production.min.js": ("react-dom", "umd/react-dom.production.min.js"),
}
COMMON: Final = (
    "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
)
POLICIES: Final = {
    EXPLORER: COMMON + "style-src 'self'",
    # GraphiQL's editor writes styles of its own, hence the one exception
    GRAPHIQL: COMMON + "style-src 'self' 'unsafe-inline'; font-src 'self' data:",
}
FRESH: Final = "no-cache"
"""Ours are asked for again each time, and sent again only when they changed: the modules of two versions never meet."""
KEPT: Final = "max-age=3600"


async def page(name: str, request: Request) -> Response:
    """One of our pages: EXPLORER or GRAPHIQL."""
    return _sent(request, _own(name), name, {"Content-Security-Policy": POLICIES[name], "Cache-Control": FRESH})


class Assets:
    """The scripts and styles that pages load. Libraries are fetched when the first page wants them."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    async def serve(self, request: Request) -> Response:
        """One of them; 404 for any other name, 503 while the libraries can't be fetched."""
        name = request.path_params["name"]
        if name in OWN:
            return _sent(request, _own(name), name, {"Cache-Control": FRESH})
        if name not in LIBRARIES:
            raise HTTPException(404)
        try:
            content = await asyncio.to_thread(_out_of_jar, self._cache, *LIBRARIES[name])
        except Unavailable as error:
            raise HTTPException(503, str(error)) from error
        return _sent(request, content, name, {"Cache-Control": KEPT})


def _sent(request: Request, content: bytes, name: str, headers: Mapping[str, str]) -> Response:
    """The content, or 304 to who has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    is_there = names(request.headers.get("if-none-match"), tag)
    kind = KINDS[PurePosixPath(name).suffix]
    return Response(b"" if is_there else content, 304 if is_there else 200, {**headers, "ETag": tag}, kind)


def _own(name: str) -> bytes:
    return files(__name__).joinpath(name).read_bytes()


@lru_cache
def _out_of_jar(cache: Path, library: str, path: str) -> bytes:
    with zipfile.ZipFile(fetch(cache, show_progress=False).webjar(library)) as jar:
        inside = next(name for name in jar.namelist() if name.startswith("META-INF/resources/webjars/") and name.endswith(f"/{path}"))
        return jar.read(inside)
