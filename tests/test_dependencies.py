"""What is installed has no known hole, as far as the index of packages tells."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[1] / "requirements" / "lock.txt"
SECONDS = 120


def test_no_locked_library_has_a_known_vulnerability() -> None:
    """Skipped where the index can't be asked, so that a closed network stops nobody; whoever has one is told there."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(LOCK),
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    try:
        audit = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603 - our own lock
        libraries = json.loads(audit.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        pytest.skip("the index of packages does not answer")
    audited = [each for each in libraries if "skip_reason" not in each]
    if not audited:
        pytest.skip("the index of packages knows nothing of the libraries")

    assert [f"{each['name']} {each['version']}: {hole['id']}" for each in audited for hole in each["vulns"]] == []
