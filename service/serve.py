"""The service as a process: one parent, which owns the embedded Neo4j, and its workers."""

import ipaddress
import json
import multiprocessing
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from policy.errors import BadInput, Unavailable

READY_POLL_SECONDS = 0.1


def serve(listening: socket.socket, workers: int, say: Callable[[str], None]) -> None:
    """
    Serve until a signal ends it; the graph has to be reachable already.

    say: called with the address when it answers
    """
    host, port, *_ = listening.getsockname()
    shown = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    config = uvicorn.Config("service.app:create_app", factory=True, workers=workers, log_config=None, access_log=False, server_header=False)
    threading.Thread(target=_say_when_ready, args=(shown, say), daemon=True).start()
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def listen(host: str, port: int) -> socket.socket:
    """A socket for `serve`: whoever connects before it serves, waits. Raises BadInput for a host beyond loopback, Unavailable."""
    if host != "localhost" and not _is_loopback(host):
        raise BadInput(f"`{host}` is beyond loopback, where nobody may ask without authentication; give --host 127.0.0.1")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Unavailable(f"port {port} of {host} can't be listened on ({why}); end what uses it, or give another --port") from error


def end_with_parent() -> None:
    """Have this process, if it is a worker, end when its parent does, however that ends: an orphan would keep the port, with no Neo4j."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _say_when_ready(address: str, say: Callable[[str], None]) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as response:  # noqa: S310 - our own address
                if json.load(response)["status"] == "ready":
                    say(address)
                    return
        except (OSError, urllib.error.HTTPError, ValueError):
            time.sleep(READY_POLL_SECONDS)
