"""Programs that some tests need beside Python."""

import os
import shutil

import pytest


def need(*programs: str) -> None:
    """Skip the test where one of the programs is not on the path; in CI, which has them all, fail it."""
    if lacking := [program for program in programs if shutil.which(program) is None]:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"needs {', '.join(lacking)}, not on this machine's path")
