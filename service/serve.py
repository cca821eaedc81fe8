"""The service as a process: one parent, which owns the embedded Neo4j, and its workers."""

import asyncio
import gc
import ipaddress
import multiprocessing
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from importlib import import_module

import uvicorn
from uvicorn.supervisors import multiprocess

from policy.errors import BadInput, Unavailable
from service.memory_faults import MemoryFaults
from service.patient_http import PatientHttp
from service.patient_web_socket import PatientWebSocket
from service.settings import Settings
from service.startup import READY_POLL_SECONDS, say_when_ready

END_SECONDS, REFUSE_SECONDS = 5.0, 2.0
"""How long requests have for their answer when the service ends, and then those that are left to be refused."""


def serve(listening: socket.socket, workers: int, settings: Settings, say: Callable[[str], None]) -> None:
    """
    Serve until a signal ends it; the graph has to be reachable already.

    settings: those of TLS, proxies, the local index and the length of messages
    say:      called with the address when it answers
    """
    config = config_of(workers, settings)
    ready = threading.Thread(target=say_when_ready, args=(_address(listening, settings), say), daemon=True)
    if workers == 1:
        ready.start()
        Server(config).run(sockets=[listening])
    else:
        _Workers(config, listening, ready.start, MemoryFaults(settings.index_folder)).run()


def config_of(workers: int, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        "service.app:create_app",
        factory=True,
        workers=workers,
        http=PatientHttp,
        ws=partial(PatientWebSocket, most_messages=settings.most_messages),  # type: ignore[arg-type]  # as good as a class
        ws_max_size=settings.most_body,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=1,  # what `Server` could not end by then
    )


def import_app() -> None:
    """Import what a worker runs."""
    gc.disable()  # modules stay: to look through them for cycles again and again takes an eighth of the time
    try:
        import_module("service.app")
    finally:
        gc.enable()


class Server(uvicorn.Server):
    """Server of one process that ends in order: what was asked is answered, or refused, and no connection is reset."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End watches at once and requests in good time, then the application."""
        await self._accept_last(sockets or [])
        self.lifespan.state["ending"].set()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._rest_within(END_SECONDS)
        for task in list(self.server_state.tasks):
            task.cancel()
        await self._rest_within(REFUSE_SECONDS)
        await super().shutdown(sockets)

    async def _accept_last(self, sockets: list[socket.socket]) -> None:
        """Stop listening, and take those who are in the queue already: the system would reset them."""
        loop, config = asyncio.get_running_loop(), self.config
        last = [listening.dup() for listening in sockets]
        for server in self.servers:
            server.close()
        for listening in last:
            with listening, suppress(BlockingIOError):
                listening.settimeout(0)
                while True:
                    connection, _ = listening.accept()
                    await loop.connect_accepted_socket(self._protocol, connection, ssl=config.ssl)

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]  # as uvicorn makes it
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def _rest_within(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (self.server_state.connections or self.server_state.tasks) and not self.force_exit and time.monotonic() < until:  # noqa: ASYNC110 - uvicorn tells of no end
            await asyncio.sleep(READY_POLL_SECONDS)


class _Worker(multiprocess.Process):
    """A worker that ends as `Server` does."""

    @cached_property
    def server(self) -> Server:
        """What the worker runs."""
        return Server(self.config)


vars(multiprocess).update(Process=_Worker)  # uvicorn has no setting for it


class _Workers(multiprocess.Multiprocess):
    """
    The workers of a service, started again when they end.

    begun:  called when every worker can answer, and not only the first
    faults: told of each worker that ended
    """

    def __init__(self, config: uvicorn.Config, listening: socket.socket, begun: Callable[[], None], faults: MemoryFaults) -> None:
        super().__init__(config, [listening])
        self._begun = begun
        self._faults = faults

    def keep_subprocess_alive(self) -> None:
        """Start those again that ended."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for ended in before:
            if ended not in self.processes:
                self._faults.ended(ended.pid, ended.exitcode)

    def terminate_all(self) -> None:
        """End them; who comes from now on is refused, and not left waiting for nobody."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def init_processes(self) -> None:
        """Start them, and wait for all: whoever runs meanwhile asks only one, and does not know which."""
        super().init_processes()
        while not all(each.is_ready() for each in self.processes):
            if self.signal_queue or any(each.exitcode is not None for each in self.processes):
                return  # the supervisor sees to that
            time.sleep(READY_POLL_SECONDS)
        self._begun()


def listen(host: str, port: int, settings: Settings) -> socket.socket:
    """
    A socket for `serve`: whoever connects before it serves, waits.

    raises: BadInput for a host beyond loopback where anybody could ask, or nobody, Unavailable
    """
    if host != "localhost" and not is_loopback(host):
        if not settings.asks_who:
            raise BadInput(
                f"`{host}` is beyond loopback, where nobody may ask without authentication; set VOCERO_AUTH=on, or give --host 127.0.0.1"
            )
        if not settings.hosts:
            raise BadInput(f"`{host}` is beyond loopback; set VOCERO_HOSTS to the names by which the service is reached there")
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


def expect_sound(settings: Settings) -> None:
    """Look at what `serve` needs of TLS and proxies. Raises BadInput."""
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise BadInput(f"VOCERO_TRUSTED_PROXIES `{proxy}` is neither an address nor a network, such as 10.0.0.0/8") from error
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise BadInput("VOCERO_TLS_CERTIFICATE and VOCERO_TLS_KEY go together; set both, or none")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or str(error)
        raise BadInput(f"`{certificate}` and `{key}` can't be used for TLS ({why}); give PEM files of a certificate and its key") from error


def is_loopback(host: str) -> bool:
    """Is it an address of this machine only? A name is none."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(listening: socket.socket, settings: Settings) -> str:
    host, port, *_ = listening.getsockname()
    scheme = "http" if settings.tls_certificate is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
