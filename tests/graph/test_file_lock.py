"""Locks of files: one holder among all processes, until it ends; on every system."""

import ast
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from graph.file_lock import lock_within, locked, open_lock, try_lock, unlock

ROOT = Path(__file__).parents[2]
ROOMS = ("graph", "intake", "policy", "resolvers", "schema", "service")
HOLDS = """
import sys
from pathlib import Path
from graph.file_lock import locked
with locked(Path(sys.argv[1])) as is_ours:
    print(is_ours, flush=True)
    sys.stdin.read()
"""


def test_a_lock_has_one_holder_and_ends_with_its_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with locked(tmp_path / "lock") as is_ours:
            assert not is_ours
        other.kill()
        other.wait()
    with locked(tmp_path / "lock") as is_ours:
        assert is_ours


def test_whoever_waits_for_a_lock_gives_up_in_time_and_has_it_when_it_is_given_back(tmp_path: Path) -> None:
    one, other = open_lock(tmp_path / "lock"), open_lock(tmp_path / "lock")
    assert try_lock(one)
    begun = monotonic()
    assert not lock_within(other, 0.1)
    assert 0.1 <= monotonic() - begun < 2
    unlock(one)
    assert lock_within(other, 0.1)


@pytest.mark.parametrize("system", ["fcntl", "msvcrt"])
def test_what_one_system_alone_has_is_imported_at_one_place(system: str) -> None:
    """So the service starts wherever this module does."""
    found = {path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py") if system in imported(path)}

    assert found == {"graph/file_lock.py"}


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
