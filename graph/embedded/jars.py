import errno
import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path

import requests
from jgo.constants import MAVEN_CENTRAL_URL
from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from graph.embedded.errors import DiskFull, FolderNotWritable, NotFetched, WrongChecksum
from graph.embedded.folder import write_whole
from graph.embedded.locked import Locked, locked

AT_ONCE = 12
ATTEMPTS = 3
SECONDS = 30  # without a byte, not for a whole jar
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


def fetch(cache: Path, *, show_progress: bool, repository: str = MAVEN_CENTRAL_URL) -> Jars:
    """
    Every jar of the lock, in `<cache>/jars`: what is there stays, what is missing is downloaded, all of it verified.

    cache:      a folder that may be shared by processes, and read-only once it is full
    repository: the address of a Maven repository, such as a company's mirror
    raises:     WrongChecksum, NotFetched, DiskFull, FolderNotWritable
    """
    folder = cache / "jars"
    missing: list[Locked] = []
    try:
        missing = _verify(folder)
        if missing:
            folder.mkdir(parents=True, exist_ok=True)
            _download(missing, folder, repository, show_progress=show_progress)
            _verify(folder)
    except requests.RequestException as error:  # an OSError too, so it stands first
        raise NotFetched(_why(error)) from error
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


def _download(jars: Iterable[Locked], folder: Path, repository: str, *, show_progress: bool) -> None:
    columns = (TextColumn("fetching Neo4j"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with (
        requests.Session() as session,
        Progress(*columns, console=Console(stderr=True), disable=not show_progress) as progress,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        session.mount("https://", HTTPAdapter(pool_maxsize=AT_ONCE))
        # the session reads REQUESTS_CA_BUNDLE and the proxies by itself, but not what the rest of Python goes by
        session.verify = os.environ.get("SSL_CERT_FILE") or True
        task = progress.add_task("", total=sum(jar.size for jar in jars))
        advance = partial(progress.advance, task)
        try:
            for done in as_completed([pool.submit(_download_one, session, repository, jar, folder, advance) for jar in jars]):
                done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _download_one(session: requests.Session, repository: str, jar: Locked, folder: Path, advance: Callable[[float], None]) -> None:
    # a name of its own, so that two processes may fetch into one cache; what is renamed is whole
    part = folder / f"{jar.file_name}.{os.getpid()}.part"
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                digest = _copy(session, f"{repository.rstrip('/')}/{jar.path}", part, advance)
                break
            except requests.RequestException as error:
                refused = error.response is not None and error.response.status_code < 500  # noqa: PLR2004 - the server's own troubles may pass
                if refused or attempt == ATTEMPTS:
                    raise
                time.sleep(attempt / 2)
        if digest != jar.sha256:
            raise WrongChecksum(
                f"`{jar.file_name}` came with a wrong SHA-256 and was thrown away; run `vocero fetch` again, "
                "and if it stays so, the repository or something on the way to it changes files: don't trust it"
            )
        part.replace(folder / jar.file_name)
    finally:
        part.unlink(missing_ok=True)


def _copy(session: requests.Session, url: str, part: Path, advance: Callable[[float], None]) -> str:
    digest = sha256()
    written = 0
    try:
        with session.get(url, stream=True, timeout=SECONDS) as response, part.open("wb") as file:
            response.raise_for_status()
            for chunk in response.iter_content(1 << 17):
                file.write(chunk)
                digest.update(chunk)
                written += len(chunk)
                advance(len(chunk))
    except requests.RequestException:
        advance(-written)
        raise
    return digest.hexdigest()


def _why(error: requests.RequestException) -> str:
    name = "the jars of Neo4j"
    if isinstance(error, requests.exceptions.SSLError):
        return f"can't fetch {name}: the repository's certificate is not trusted; name your network's own in SSL_CERT_FILE"
    if error.response is not None:
        return f"can't fetch {name}: the repository answers {error.response.status_code}; check its address, then run `vocero fetch`"
    return f"can't fetch {name}: no way to the repository; run `vocero fetch` where there is a network, and bring its cache folder here"
