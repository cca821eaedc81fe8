"""The service as a process: one parent, which owns the embedded Neo4j, and its workers."""

import ipaddress
import json
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


def serve(host: str, port: int, workers: int, say: Callable[[str], None]) -> None:
    """
    Serve until a signal ends it; the graph has to be reachable already.

    say:    called with the address when it answers
    raises: BadInput for a host beyond loopback, Unavailable for a port in use
    """
    listening = _listen(host, port)
    shown = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    config = uvicorn.Config("service.app:create_app", factory=True, workers=workers, log_config=None, access_log=False, server_header=False)
    threading.Thread(target=_say_when_ready, args=(shown, say), daemon=True).start()
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def _listen(host: str, port: int) -> socket.socket:
    if host != "localhost" and not _is_loopback(host):
        raise BadInput(f"`{host}` is beyond loopback, where nobody may ask without authentication; give --host 127.0.0.1")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Unavailable(
            f"port {port} of {host} can't be listened on ({error.strerror}); end what uses it, or give another --port"
        ) from error


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
