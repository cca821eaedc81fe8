"""A PostgreSQL of its own for an engine, in a folder of its own, with its settings as they come."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import NotStarted

PLACES = "/usr/lib/postgresql/*/bin"
START_SECONDS, STOP_SECONDS = 30, 120
NUMBER = re.compile(r"\d+")
SETTINGS = {"listen_addresses": "127.0.0.1", "shared_buffers": "1GB", "max_connections": "200", "track_commit_timestamp": "on"}


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """
    Its URL, while it runs; of a user who may do everything, without a password.

    folder: where it is made, one of ours: others get leave to look into it, since PostgreSQL won't run as root
    raises: NotStarted
    """
    programs = _programs()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = folder / "postgres"
    data.mkdir()
    as_user = _as_user(data)
    made = [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(made, check=True, capture_output=True)
    given = {**SETTINGS, "port": str(port), "unix_socket_directories": str(data)}
    settings = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    with (folder / "postgres.log").open("a") as log:
        process = subprocess.Popen([*as_user, str(programs / "postgres"), "-D", str(data), *settings], stdout=log, stderr=log)
    try:
        wait_for(port, process)
        yield f"postgres://bench@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        process.send_signal(2)  # its fast shutdown: it waits for nobody
        process.wait(STOP_SECONDS)


def analyze(url: str) -> None:
    """Have it look at what it holds, as it does by itself after a while."""
    subprocess.run([str(_programs() / "psql"), "-q", url, "-c", "VACUUM ANALYZE"], check=True)


def wait_for(port: int, process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Wait until something listens there. Raises NotStarted."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NotStarted(f"{process.args!r} does not listen at port {port}")


def _programs() -> Path:
    """Where initdb and psql are: where Debian has the newest, else on the path."""
    places = sorted(Path("/").glob(PLACES.removeprefix("/")), key=lambda place: [int(each) for each in NUMBER.findall(str(place))])
    if places:
        return places[-1]
    found = shutil.which("initdb")
    if found is None:
        raise NotStarted("there is no PostgreSQL; install it, `apt-get install postgresql`")
    return Path(found).resolve().parent


def _as_user(data: Path) -> list[str]:
    if os.getuid():
        return []
    shutil.chown(data, "postgres", "postgres")
    data.parent.chmod(0o711)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
