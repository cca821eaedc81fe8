"""The command `vocero` as users type it, with settings of its own: in this process, or as one that is served from or sent signals."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from threading import Lock
from unittest.mock import patch

import httpx
from typer.testing import CliRunner

from service import command_line
from tests.oracle.book import Book
from tests.running_service import PATIENT
from tests.service.application import application

READY = re.compile(r"Vocero is ready: (https?://\S+)/graphql")
START_SECONDS = 300
LONG = 300
INSTALLED = Path(sys.executable).with_name("vocero")
WIDTH = 200
ONE_AT_A_TIME = Lock()


class Served:
    """A running service."""

    def __init__(self, url: str, errors: Callable[[], str]) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=60)
        self._errors = errors

    @property
    def errors(self) -> str:
        """What stands on standard error by now."""
        return self._errors()


class ServingProcess(Served):
    """A running `vocero serve`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self._folder = folder
        errors = partial((folder / "errors").read_text, "utf-8")
        super().__init__(self._address(errors), errors)

    @property
    def said(self) -> str:
        """What stands on standard output by now."""
        return (self._folder / "output").read_text("utf-8")

    def _address(self, errors: Callable[[], str]) -> str:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if match := READY.search(self.said):
                return match[1]
            time.sleep(0.05)
        raise AssertionError(f"the service did not get ready: {self.said}{errors()}")


class Vocero:
    """The command, with a data folder and settings of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VOCERO_") or name == "VOCERO_CACHE"}
        self._environment = {**kept, "VOCERO_DATA": str(self.data), "COLUMNS": str(WIDTH), **PATIENT, **settings}

    def __call__(self, *arguments: str | Path) -> CompletedProcess[str]:
        """One command, run to its end in this process: in a thread of its own, for the caller's may be running an event loop."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_run, ["vocero", *map(str, arguments)], self._environment).result(LONG)

    def process(self, *arguments: str | Path) -> CompletedProcess[str]:
        """The installed program in a process of its own; for what only such a one shows, since it takes seconds to start."""
        command = [str(INSTALLED), *map(str, arguments)]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=LONG, check=False)  # noqa: S603

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[ServingProcess]:
        """`vocero serve` on any free port, unless the arguments say otherwise; ended in order when nobody ended it before."""
        with (self.folder / "output").open("w") as output, (self.folder / "errors").open("w") as errors:
            command = [sys.executable, "-m", "service.command_line", "serve", "--port", "0", *arguments]
            process = subprocess.Popen(command, env=self._environment, stdout=output, stderr=errors, text=True)  # noqa: S603
        try:
            served = ServingProcess(process, self.folder)
            with served.client:
                yield served
        finally:
            process.terminate()
            process.wait(LONG)

    @contextmanager
    def application(self) -> Iterator[Served]:
        """The same service inside this process: for what needs no process of its own, whose start takes seconds."""
        with application(self._environment) as (url, log):
            served = Served(url, log.getvalue)
            with served.client:
                yield served

    def write(self, name: str, book: Book) -> Path:
        """The book as a folder of that name."""
        book.write(self.folder / name)
        return self.folder / name


def alive(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of one."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the one before it is opened, the other while it is read
        return False


def gone_within(seconds: float, pid: int) -> bool:
    """Whether the process ends in this time."""
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


def children_of(pid: int) -> list[int]:
    """The processes that it started itself."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]


def _run(arguments: list[str], environment: dict[str, str]) -> CompletedProcess[str]:
    """Run the installed program's function; an error that it doesn't expect is the test's."""
    settings = patch.dict(os.environ, environment, clear=True)
    with ONE_AT_A_TIME, settings, patch.object(sys, "argv", arguments), CliRunner().isolation() as (out, err, _):
        status = 0
        try:
            command_line.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return CompletedProcess(arguments, status, out.getvalue().decode(), err.getvalue().decode())
