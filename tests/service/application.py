"""The service inside this process: a new Python would take seconds to import it."""

import gc
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr
from io import StringIO, TextIOBase
from unittest.mock import patch

import structlog

from service.serve import Server, config_of, listen
from service.settings import read_settings

END_SECONDS = 60.0
LOGS: dict[int, StringIO] = {}
"""What each application that runs has logged, by the thread of its event loop; structlog knows only one file for all of them."""


class Logs(TextIOBase):
    """Standard error of all applications: each line is kept for the one whose thread writes it; of any other thread for the newest."""

    def write(self, text: str, /) -> int:
        """Keep the text."""
        newest = next(reversed(LOGS.values()), StringIO())
        return LOGS.get(threading.get_ident(), newest).write(text)


@contextmanager
def application(environment: Mapping[str, str]) -> Iterator[tuple[str, StringIO]]:
    """
    The application that these settings describe, behind the HTTP server of `vocero serve`, in a thread with an event loop of its own.

    yields: its address, and what it logs, which of a process would stand on standard error
    """
    log = StringIO()
    with ExitStack() as stack:
        stack.enter_context(_logging_as_it_was())
        with patch.dict(os.environ, environment, clear=True), redirect_stderr(Logs()):
            settings = read_settings()
            config = config_of(1, settings)
            config.load()
        listening = stack.enter_context(listen("127.0.0.1", 0, settings))
        server = Server(config)
        thread = threading.Thread(target=_run, args=(server, listening, log), name="application")
        stack.callback(_collect)
        thread.start()
        stack.callback(_end, server, thread)
        while not server.started:
            assert thread.is_alive(), f"the application did not start: {log.getvalue()}"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", log


def _run(server: Server, listening: socket.socket, log: StringIO) -> None:
    """Serve until it is ended."""
    own = threading.get_ident()
    LOGS[own] = log
    try:
        server.run([listening])
    finally:
        del LOGS[own]


def _end(server: Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(END_SECONDS)
    assert not thread.is_alive(), "the application did not end"


def _collect() -> None:
    """Free what the application had frozen, so that nothing of it is found in another test."""
    gc.unfreeze()
    gc.collect()


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """What an application configures for its process, taken back at the end: the process is the tests'."""
    root, configured, excepthook = logging.getLogger(), structlog.get_config(), threading.excepthook
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**configured)
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        threading.excepthook = excepthook
