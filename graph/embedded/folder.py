"""The data folder: who holds it, and where the Neo4j on it answers."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from graph.address import Address
from graph.embedded.errors import FolderInUse, FolderNotWritable
from graph.file_lock import try_lock

LOCK = "lock"
FILE = "neo4j.json"
LOGS = "logs"
STORE = "data"
FIRST = "first-load"
"""Where a store is made; what is left of it after a kill is of no use, unless there is what it was to replace."""
REPLACED = "replaced"
RELATIONSHIPS = Path(STORE, "databases", "neo4j", "neostore.relationshipstore.db")
"""Neo4j's own file of all relationships, empty before there was any."""
PATIENCE = 60.0  # seconds for another process to finish its start or its stop
GRACE = 1.0  # seconds in which a held lock may be no more than a look by `running`


class Entry(NamedTuple):
    """What `<data>/neo4j.json` says."""

    uri: str
    user: str
    password: str
    pid: int  # of the process that started it, which is the one to stop


def running(data: Path) -> Address | None:
    """Where the Neo4j on this folder answers, if a live process serves it."""
    entry = _entry(data)
    return Address(entry.uri, entry.user, entry.password) if entry and _held(data) else None


def prepare(data: Path) -> None:
    """The folder made, if it is not there, closed to other users, and seen to be ours to write. Raises FolderNotWritable."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(PermissionError):  # of another owner, who gave us the right to write
            data.chmod(0o700)
        (data / LOGS).mkdir(mode=0o700, exist_ok=True)
        with (data / LOCK).open("ab"), tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise FolderNotWritable(f"can't write the data folder `{data}`; make it writable, or name another in VOCERO_DATA") from error


@contextmanager
def hold(data: Path) -> Iterator[None]:
    """The folder to ourselves, as long as the process lives. Raises FolderInUse."""
    begun = time.monotonic()
    with (data / LOCK).open("ab") as file:
        while not try_lock(file.fileno()):
            entry = _entry(data)
            # no entry: the other one is starting or stopping, perhaps orphaned by a kill that we follow
            if time.monotonic() - begun > (GRACE if entry else PATIENCE):
                who = f"process {entry.pid}" if entry else "another process"
                raise FolderInUse(f"the data folder `{data}` is in use by {who}; stop it, or name another in VOCERO_DATA")
            time.sleep(0.1)
        withdraw(data)
        _close_to_others(data)
        _end_making(data)
        yield


def has_store(data: Path) -> bool:
    """Whether a Neo4j was ever started on this folder, or a store was put there."""
    return (data / STORE).exists()


def is_filled(data: Path) -> bool:
    """Whether there is a store with relationships, as far as its files tell: one that was not closed may have some in its log alone."""
    try:
        return (data / RELATIONSHIPS).stat().st_size > 0
    except FileNotFoundError:
        return has_store(data)


@contextmanager
def making(data: Path) -> Iterator[Path]:
    """
    An empty folder to make a store in, as its `data`: at the end of the block it is the store of the data folder, all at once.

    The data folder is held meanwhile; a store that it has already stays until then. Raises FolderInUse.
    """
    with hold(data):
        folder = data / FIRST
        folder.mkdir(mode=0o700)
        try:
            yield folder
            if has_store(data):
                (data / STORE).rename(folder / REPLACED)  # a kill now is seen by `hold`
            (folder / STORE).rename(data / STORE)
        finally:
            _end_making(data)


def _end_making(data: Path) -> None:
    """Put a store in its place that was just to be put there, and remove what else is left."""
    folder = data / FIRST
    if (folder / REPLACED).exists() and not has_store(data):
        (folder / STORE).rename(data / STORE)
    shutil.rmtree(folder, ignore_errors=True)


def copy_store(data: Path) -> Path:
    """A copy of the store's files beside them, in a folder of the data folder. Raises FolderInUse, OSError."""
    with hold(data):
        copy = data / f"{STORE}-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}"
        try:
            shutil.copytree(data / STORE, copy)
        except OSError:
            shutil.rmtree(copy, ignore_errors=True)
            raise
    return copy


def publish(data: Path, entry: Entry) -> None:
    """Let other commands on this folder find us; the file is for its owner only."""
    write_whole(data / FILE, json.dumps(entry._asdict()))


def withdraw(data: Path) -> None:
    """Let nobody find us any more."""
    (data / FILE).unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that nobody ever sees half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _close_to_others(data: Path) -> None:
    """Take from other users what an earlier version, or another umask, let them read."""
    for part in (data / LOCK, data / LOGS, data / STORE):
        for path in (part, *part.rglob("*")):
            with suppress(FileNotFoundError, PermissionError):
                path.chmod(path.stat().st_mode & 0o700)


def _entry(data: Path) -> Entry | None:
    with suppress(OSError, ValueError, TypeError):
        return Entry(**json.loads((data / FILE).read_bytes()))
    return None


def _held(data: Path) -> bool:
    try:
        with (data / LOCK).open("rb") as file:
            return not try_lock(file.fileno(), shared=True)
    except FileNotFoundError:
        return False
    except OSError:
        return True
