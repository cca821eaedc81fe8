"""The pages and what they load: ours out of this folder, libraries out of the WebJars. Nothing comes from elsewhere."""

import asyncio
import zipfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.embedded import fetch
from policy.errors import Unavailable

OWN = frozenset({"graphiql.js", "graphiql.css"})
LIBRARIES = {
    "graphiql.min.js": ("graphiql", "graphiql.min.js"),
    "graphiql.min.css": ("graphiql", "graphiql.min.css"),
    "react.production.min.js": ("react", "umd/react.production.min.js"),
    "react-dom.production.min.js": ("react-dom", "umd/react-dom.production.min.js"),
}
KINDS = {".js": "text/javascript", ".css": "text/css"}  # not by the system's own table, which on Windows any program may change
HEADERS = {
    # GraphiQL's editor writes styles of its own, hence the one exception
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(name: str) -> Response:
    """One of our pages."""
    return Response(files(__name__).joinpath(name).read_bytes(), media_type="text/html", headers=HEADERS)


class Assets:
    """The scripts and styles that pages load. Libraries are fetched when the first page wants them."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    async def serve(self, request: Request) -> Response:
        """One of them; 404 for any other name, 503 while the libraries can't be fetched."""
        name = request.path_params["name"]
        if name in OWN:
            content = files(__name__).joinpath(name).read_bytes()
        elif name in LIBRARIES:
            try:
                content = await asyncio.to_thread(_out_of_jar, self._cache, *LIBRARIES[name])
            except Unavailable as error:
                raise HTTPException(503, str(error)) from error
        else:
            raise HTTPException(404)
        return Response(content, media_type=KINDS[Path(name).suffix], headers={**HEADERS, "Cache-Control": "max-age=3600"})


@lru_cache
def _out_of_jar(cache: Path, library: str, path: str) -> bytes:
    with zipfile.ZipFile(fetch(cache, show_progress=False).webjar(library)) as jar:
        inside = next(name for name in jar.namelist() if name.startswith("META-INF/resources/webjars/") and name.endswith(f"/{path}"))
        return jar.read(inside)
