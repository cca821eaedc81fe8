"""
Generations of the index of one store: folders, of which one is in use and others are made beside it or wait to be deleted.

`<root>/<store>-<format>/current` names the one in use; `<root>/<store>-<format>/<number>/` is one of them, and
`open-<pid>-<chance>` in it is locked for as long as a process has it open. What a killed process left of these says what it had open.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from graph.embedded.folder import write_whole
from graph.file_lock import locked
from graph.index.environment import FORMAT, Environment
from graph.space import Space
from policy.errors import Unavailable

CURRENT, HOST, OPEN, FILLER, FILLED, GIVEN_UP = "current", "host", "open", "filler", "filled", "given-up"
NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.glusterfs"}
)
"""File systems whose files several hosts may map: LMDB's would be torn there."""
MOUNTS: Final = Path("/proc/mounts")


class Generations:
    """
    The generations of one store on this host.

    root:   made where it is not there, for its owner only
    store:  what tells the store from others, as text of any length
    space:  of the disk, without which nothing is written
    raises: Unavailable where the folder is on a network file system, or was written by another host
    """

    def __init__(self, root: Path, store: str, space: Space | None = None) -> None:
        self._space = space
        self._folder = root / f"{sha256(store.encode()).hexdigest()[:32]}-{FORMAT}"
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        _expect_local(self._folder)
        self._expect_own_host()

    def current(self) -> int | None:
        """The number of the one in use; None before the first."""
        return _current(self._folder)

    @contextmanager
    def opened(self, number: int) -> Iterator[Environment]:
        """
        A generation, open; it is not deleted for as long as the block runs. Opened once at a time in a process.

        raises: Unavailable, Damaged
        """
        folder = self._folder / str(number)
        folder.mkdir(mode=0o700, exist_ok=True)
        mark = folder / f"{OPEN}-{os.getpid()}-{token_hex(4)}"
        try:
            with locked(mark), Environment(folder, self._space) as environment:
                yield environment
        finally:
            mark.unlink(missing_ok=True)

    @contextmanager
    def filling(self) -> Iterator[int | None]:
        """The number of the one to fill, for as long as the block runs; None where another process is filling it."""
        with locked(self._folder / FILLER) as is_ours:
            if not is_ours:
                yield None
                return
            numbers = self._numbers()
            current = self.current()
            begun = [number for number in numbers if number > (current or 0) and not self._is_given_up(number)]
            yield min(begun, default=max(numbers, default=0) + 1)

    def note_filled(self, number: int, customers: int) -> None:
        """Say how many customers were written to a generation that is being filled."""
        write_whole(self._folder / str(number) / FILLED, str(customers))

    def filled(self) -> int | None:
        """How many customers were written to the generation that a process is filling; None where none is known."""
        for number in reversed(self._numbers()):
            if self._is_given_up(number):
                continue
            with suppress(FileNotFoundError, ValueError):
                return int((self._folder / str(number) / FILLED).read_text("ascii"))
        return None

    def publish(self, number: int) -> None:
        """Use this one from now on: whoever looks for the newest revision looks for the current generation too."""
        write_whole(self._folder / CURRENT, str(number))
        (self._folder / str(number) / FILLED).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete the older ones, and those that were given up, that nobody has open."""
        current = self.current() or 0
        for number in self._numbers():
            if number < current or self._is_given_up(number):
                folder = self._folder / str(number)
                if not _is_open(folder):
                    shutil.rmtree(folder)

    def give_up(self, number: int) -> None:
        """Use this one no more, because it is damaged or of another history: the next that is filled takes its place."""
        _give_up(self._folder / str(number))

    def _is_given_up(self, number: int) -> bool:
        return (self._folder / str(number) / GIVEN_UP).exists()

    def _numbers(self) -> list[int]:
        return sorted(int(path.name) for path in self._folder.iterdir() if path.name.isdigit())

    def _expect_own_host(self) -> None:
        host = self._folder / HOST
        try:
            with host.open("x", encoding="utf-8") as file:
                file.write(socket.gethostname())
            host.chmod(0o600)
        except FileExistsError:
            other = host.read_text("utf-8")
            if other != socket.gethostname():
                raise Unavailable(f"the index in `{self._folder}` is of the host `{other}`; name a folder of this host alone") from None


def _expect_local(folder: Path) -> None:
    """Look at the file system of a folder, where the system tells. Raises Unavailable."""
    if not MOUNTS.exists():
        return
    resolved = folder.resolve()
    mounts = [line.split(" ")[1:3] for line in MOUNTS.read_text("utf-8").splitlines()]
    above = [(len(mount), kind) for mount, kind in mounts if resolved.is_relative_to(mount)]
    if above and max(above)[1] in NETWORK:
        raise Unavailable(f"the folder `{folder}` is on a network file system, where an index would be torn; name one on a local disk")


def give_up_those_of(root: Path, pid: int) -> bool:
    """Give up what a process had open that ended by a signal; whether it had anything. Its file may be why: cut short, or damaged."""
    folders = {mark.parent for mark in root.glob(f"*/*/{OPEN}-{pid}-*")}
    for folder in folders:
        _give_up(folder)
    return bool(folders)


def _give_up(folder: Path) -> None:
    (folder / GIVEN_UP).touch(mode=0o600)
    if _current(folder.parent) == int(folder.name):
        (folder.parent / CURRENT).unlink(missing_ok=True)


def _current(folder: Path) -> int | None:
    try:
        return int((folder / CURRENT).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None


def _is_open(folder: Path) -> bool:
    """Does a process have it open? What a killed one left of its own is not locked."""
    for mark in folder.glob(f"{OPEN}-*"):
        with locked(mark) as is_left:
            if not is_left:
                return True
    return False
