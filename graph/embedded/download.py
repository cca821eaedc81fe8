"""The jars that are missing, out of a Maven repository."""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from hashlib import sha256
from pathlib import Path

import requests
from jgo.constants import MAVEN_CENTRAL_URL
from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from graph.embedded.errors import NotFetched, WrongChecksum
from graph.embedded.locked import Locked

AT_ONCE = 12
ATTEMPTS = 3
SECONDS = 30  # without a byte, not for a whole jar


def download(jars: Iterable[Locked], folder: Path, repository: str | None, *, show_progress: bool) -> None:
    """Bring these jars into a folder, each checked. Raises WrongChecksum, NotFetched, OSError."""
    try:
        _download(jars, folder, repository or MAVEN_CENTRAL_URL, show_progress=show_progress)
    except requests.RequestException as error:
        raise NotFetched(_why(error)) from error


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
