"""A server that does nothing but return given bytes, as `vocero serve` is served: python -m bench.bare FOLDER WORKERS."""

import os
import re
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.supervisors import Multiprocess

from service.patient_http import PatientHttp

ANSWERS = "VOCERO_BENCH_ANSWERS"
READY = re.compile(r"Bare routes are at (\S+)")


def command(folder: Path, workers: int) -> list[str]:
    """The command that serves the files of this folder."""
    return [sys.executable, "-m", "bench.bare", str(folder), str(workers)]


def create_app() -> Starlette:
    """The application: a route for each file."""
    return Starlette(routes=[_route(file.name, file.read_bytes()) for file in Path(os.environ[ANSWERS]).iterdir()])


def _route(name: str, answer: bytes) -> Route:
    async def give(request: Request) -> Response:
        await request.body()
        return Response(answer, media_type="application/json")

    return Route(f"/{name}", give, methods=["POST"])


def main(folder: str, workers: str) -> None:
    """Serve until a signal ends it."""
    os.environ[ANSWERS] = folder
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        "bench.bare:create_app",
        factory=True,
        workers=int(workers),
        http=PatientHttp,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    sys.stdout.write(f"Bare routes are at http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    if config.workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
