"""Programs that some tests need beside Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CANNOT_MOUNT = 77


def need(*programs: str) -> None:
    """Skip the test where one of the programs is not on the path; in CI, which has them all, fail it."""
    if lacking := [program for program in programs if shutil.which(program) is None]:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"needs {', '.join(lacking)}, not on this machine's path")


def mounting(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount file systems of its own and exits with 77 where it can't; skip the test there."""
    need("unshare")
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])  # noqa: S603 - our own script
    if not done.stdout and "unshare" in done.stderr + "unshare" * (done.returncode == CANNOT_MOUNT):
        pytest.skip("this machine lets nobody mount a file system of its own")
    return done
