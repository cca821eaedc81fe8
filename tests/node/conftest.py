"""Programs of Node against the running service. What they are made of is locked, and installed beside the fetched jars."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import need

SECONDS = 300

Run = Callable[..., str]


@pytest.fixture(scope="session")
def run_in() -> Run:
    """Runs a command in a folder and gives what it prints; skipped where Node is absent."""
    need("node", "npm")

    def run(folder: Path, *command: str) -> str:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def installed(cache: Path, run_in: Run) -> Callable[[Path], Path]:
    """A copy of a folder, as deep as docs/examples are, with what its package-lock.json names; kept in the cache."""

    def install(source: Path) -> Path:
        lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
        folder = cache / "node" / f"{source.name}-{lock}" / "docs" / "examples" / source.name
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist", "gql", "__*__"))
        if not (folder / "node_modules" / ".package-lock.json").exists():
            run_in(folder, "npm", "ci", "--no-audit", "--no-fund")
        return folder

    return install


@pytest.fixture(scope="session")
def node(installed: Callable[[Path], Path], run_in: Run) -> Run:
    """Runs one of the scripts of this folder with arguments."""
    folder = installed(Path(__file__).parent)
    return lambda *command: run_in(folder, "node", *command)
