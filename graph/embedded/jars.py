import errno
import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from graph.embedded.errors import DiskFull, FolderNotWritable, WrongChecksum
from graph.embedded.folder import write_whole
from graph.embedded.locked import Locked, locked

VERIFIED = "verified.json"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Jars:
    """The jars of the lock in a cache, each verified."""

    folder: Path

    @property
    def classpath(self) -> tuple[Path, ...]:
        """What Neo4j runs from."""
        return tuple(self.folder / jar.file_name for jar in locked() if not jar.is_webjar)

    def webjar(self, name: str) -> Path:
        """The jar with the page library of this name, such as `graphiql`. Raises KeyError."""
        jars = {jar.artifact: jar for jar in locked() if jar.is_webjar}
        return self.folder / jars[name].file_name


def fetch(cache: Path, *, show_progress: bool, repository: str | None = None) -> Jars:
    """
    Every jar of the lock, in `<cache>/jars`: what is there stays, what is missing is downloaded, all of it verified.

    cache:      a folder that may be shared by processes, and read-only once it is full
    repository: the address of a Maven repository, such as a company's mirror; None = Maven Central
    raises:     WrongChecksum, NotFetched, DiskFull, FolderNotWritable
    """
    folder = cache / "jars"
    missing: list[Locked] = []
    try:
        missing = _verify(folder)
        if missing:
            from graph.embedded.download import download  # noqa: PLC0415 - mostly nothing is missing, and its libraries take a while

            folder.mkdir(parents=True, exist_ok=True)
            download(missing, folder, repository, show_progress=show_progress)
            _verify(folder)
    except OSError as error:
        if error.errno in NO_SPACE:
            needed = f"the jars need {sum(jar.size for jar in missing) / 1e6:.0f} MB more"
            raise DiskFull(f"no space left in `{folder}`, {needed}; free some, or name another folder in VOCERO_CACHE") from error
        raise FolderNotWritable(f"can't write `{folder}`; make it writable, or name another folder in VOCERO_CACHE") from error
    return Jars(folder)


def _verify(folder: Path) -> list[Locked]:
    """The jars that are missing. A jar is read only if it isn't known to be the one that was verified before."""
    record = folder / VERIFIED
    try:
        known: dict[str, list[object]] = json.loads(record.read_bytes())
    except (OSError, ValueError):
        known = {}
    found: dict[str, list[object]] = {}
    missing = []
    for jar in locked():
        path = folder / jar.file_name
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            missing.append(jar)
            continue
        seen = [jar.sha256, status.st_size, status.st_mtime_ns]
        if known.get(jar.file_name) != seen and _digest(path) != jar.sha256:
            raise WrongChecksum(
                f"`{path}` was changed after it was fetched (its SHA-256 is not the locked one); delete it, then run `vocero fetch`"
            )
        found[jar.file_name] = seen
    if found != known and folder.is_dir():
        with suppress(OSError):  # a read-only cache is read anew at each start, that's all
            write_whole(record, json.dumps(found))
    return missing


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
