"""Generations of the index: one in use, another beside it, old ones deleted when nobody has them open."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graph.index import generations as module
from graph.index.change import change
from graph.index.generations import Generations
from graph.index.snapshot import State, snapshot
from policy.errors import Unavailable

HOLDS = """
import sys
from pathlib import Path
from graph.index.generations import Generations
generations = Generations(Path(sys.argv[1]), "store")
with generations.filling() as number, generations.opened(1):
    print(number, flush=True)
    sys.stdin.read()
"""


def filled(generations: Generations) -> int:
    """A generation that was filled and is in use."""
    with generations.filling() as number:
        assert number is not None
        with generations.opened(number) as environment, change(environment) as changed:
            changed.set_state(State(str(number), None, None))
        generations.publish(number)
    return number


def test_a_new_generation_takes_the_place_of_the_old_one_which_goes(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "store")
    assert generations.current() is None

    first = filled(generations)
    second = filled(generations)
    generations.sweep()

    assert (first, second, generations.current()) == (1, 2, 2)
    assert [path.name for path in tmp_path.rglob("data.mdb")] == ["data.mdb"]
    with generations.opened(second) as environment, snapshot(environment) as index:
        assert index.state() == State("2", None, None)


def test_one_that_was_begun_and_not_published_is_gone_on_with(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "store")
    filled(generations)
    for _ in range(2):
        with generations.filling() as number, generations.opened(number or 0):
            assert number == 2
    assert generations.current() == 1


def test_one_process_fills_and_what_another_has_open_is_not_deleted(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "store")
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        with generations.filling() as number:
            assert number is None
        generations.publish(2)
        generations.sweep()
        assert [path.parent.name for path in tmp_path.rglob("data.mdb")] == ["1"]
        other.communicate("")
    generations.sweep()
    assert list(tmp_path.rglob("data.mdb")) == []


def test_one_that_is_given_up_is_used_no_more(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "store")
    generations.give_up(filled(generations))

    assert generations.current() is None
    assert filled(generations) == 2


def test_stores_have_folders_of_their_own_for_their_owner_only(tmp_path: Path) -> None:
    for store in ("one", "other"):
        filled(Generations(tmp_path / "index", store))

    assert len(list((tmp_path / "index").iterdir())) == 2
    assert [path for path in (tmp_path / "index", *(tmp_path / "index").rglob("*")) if path.stat().st_mode & 0o077] == []


def test_a_folder_of_another_host_is_refused(tmp_path: Path) -> None:
    Generations(tmp_path, "store")
    [host] = tmp_path.rglob("host")
    assert host.read_text("utf-8") == socket.gethostname()
    host.write_text("elsewhere", "utf-8")

    with pytest.raises(Unavailable, match="is of the host `elsewhere`"):
        Generations(tmp_path, "store")


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/share {tmp_path.resolve()} nfs4 rw 0 0\n", "utf-8")
    monkeypatch.setattr(module, "MOUNTS", mounts)

    with pytest.raises(Unavailable, match="network file system"):
        Generations(tmp_path / "index", "store")
