"""A service that is not ready yet: it says why, and answers what it can."""

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from graph.embedded import Running
from service import startup
from service.startup import Progress

SECONDS = 300
LINE_CLEARED = "\x1b[1A\x1b[2K"
ROOM = str(1 << 40)
"""Megabytes that no disk has."""


@contextmanager
def starting(neo4j: Running, folder: Path, *arguments: str) -> Iterator[tuple[str, Path]]:
    """A service whose index can't be filled, for its disk has too little room: its address, and what stands on standard error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "VOCERO_DATA": str(folder / "data"),
        "VOCERO_NEO4J_URI": neo4j.address.uri,
        "VOCERO_NEO4J_PASSWORD": neo4j.address.password,
        "VOCERO_INDEX_LEAST_FREE": ROOM,
    }
    command = [sys.executable, "-m", "service.command_line", "serve", "--port", str(port), *arguments]
    with (folder / "errors").open("w") as errors:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603
        try:
            yield f"http://127.0.0.1:{port}", folder / "errors"
        finally:
            process.terminate()
            process.wait(SECONDS)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_service_that_is_not_ready_says_why_every_few_seconds_and_reads_named_customers_through(
    neo4j: Running, tmp_path: Path, workers: str
) -> None:
    with starting(neo4j, tmp_path, "--workers", workers) as (url, errors):
        until = time.monotonic() + SECONDS
        while "not ready yet" not in errors.read_text("utf-8") and time.monotonic() < until:
            time.sleep(0.1)
        lines = [json.loads(line) for line in errors.read_text("utf-8").splitlines() if "not ready yet" in line]
        ready = httpx.get(f"{url}/readyz")
        answer = httpx.post(f"{url}/graphql", json={"query": '{ customer(id: "customer:nobody-of-this-name") { id } }'}, timeout=60)

    assert lines[0]["reason"].startswith("the disk of the local index is full")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert ready.json()["reason"].startswith("the disk of the local index is full")
    assert answer.json()["data"] == {"customer": None}


def test_on_a_terminal_the_reason_stands_in_one_line_and_goes_at_the_end() -> None:
    shown = io.StringIO()
    progress = Progress(Console(file=shown, force_terminal=True, width=200))
    progress.show("the local index is being filled; 250 customers are written")
    progress.show("the local index is being filled; 500 customers are written")
    time.sleep(0.3)
    progress.end()

    assert "500 customers are written" in shown.getvalue()
    assert shown.getvalue().endswith(LINE_CLEARED)


def test_a_line_of_the_log_comes_every_few_seconds_and_not_with_each_look(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "LINE_SECONDS", 0.2)
    progress = Progress(Console(file=io.StringIO(), force_terminal=False))
    begun = time.monotonic()
    while time.monotonic() < begun + 0.7:
        progress.show("the local index is being filled; 250 customers are written")
        time.sleep(0.01)
    progress.end()

    said = "".join(capsys.readouterr())
    assert 2 <= said.count("not ready yet") <= 3
    assert "250 customers are written" in said
