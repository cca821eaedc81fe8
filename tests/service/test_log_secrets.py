"""No line of the log has a secret: as JSON or for people, of this service or of a library, in a field or in an error."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

WRITE = """
import logging
import structlog
from service.log import configure_logging, report

configure_logging()
structlog.get_logger().info("event", password="hunter2", headers={"Client-Secret": "hunter2"}, note="Authorization: Bearer hunter2")
logging.getLogger("library").warning("sent %s", "access_token=hunter2")
try:
    raise ValueError("refused: https://store.example/x?sig=hunter2")
except ValueError as error:
    report(error)
structlog.get_logger().info("end of the log")
"""


@pytest.mark.parametrize("on_terminal", [False, True], ids=["for programs", "for people"])
def test_a_secret_is_in_no_line(on_terminal: bool) -> None:  # noqa: FBT001 - a parameter of the test
    ours, theirs = pty.openpty() if on_terminal else os.pipe()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WRITE], stderr=theirs, cwd=Path(__file__).parents[2], check=True, env={**os.environ, "COLUMNS": "300"}
    )
    os.close(theirs)
    lines = ""
    try:
        while part := os.read(ours, 65_536):
            lines += part.decode()
    except OSError:  # a terminal ends so
        pass
    os.close(ours)

    assert done.returncode == 0
    assert "hunter2" not in lines
    assert lines.count("redacted") >= 5
    assert "end of the log" in lines
