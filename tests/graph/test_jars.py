import os
import shutil
import socket
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest

from graph.embedded.errors import DiskFull, FolderNotWritable, NotFetched, WrongChecksum
from graph.embedded.jars import Jars, fetch
from graph.embedded.locked import locked


@pytest.fixture(scope="session")
def jars(cache: Path) -> Jars:
    return fetch(cache, show_progress=False)


@pytest.fixture
def own_cache(jars: Jars, tmp_path: Path) -> Path:
    """A cache of our own, to spoil: links to the jars, so it costs nothing."""
    own_cache = tmp_path / "cache"
    (own_cache / "jars").mkdir(parents=True)
    for jar in locked():
        (own_cache / "jars" / jar.file_name).symlink_to(jars.folder / jar.file_name)
    return own_cache


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A Maven repository of this machine, empty: its folder is `tmp_path / "repository"`."""
    folder = tmp_path / "repository"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def mirror(jars: Jars, tmp_path: Path, *names: str) -> None:
    for jar in locked():
        if jar.artifact in names:
            path = tmp_path / "repository" / jar.path
            path.parent.mkdir(parents=True)
            shutil.copyfile(jars.folder / jar.file_name, path)


def without(own_cache: Path, name: str) -> Path:
    (path,) = (own_cache / "jars" / jar.file_name for jar in locked() if jar.artifact == name)
    path.unlink()
    return path


def test_the_lock_has_neo4j_and_the_page_libraries_and_no_two_jars_of_one_file_name() -> None:
    names = [jar.file_name for jar in locked()]

    assert {"neo4j-2026.08.1.jar", "neo4j-bolt-2026.08.1.jar", "react-18.2.0.jar"} <= set(names)
    assert len(names) == len(set(names))


def test_a_page_library_is_in_its_webjar_and_not_on_the_class_path(jars: Jars) -> None:
    with ZipFile(jars.webjar("graphiql")) as jar:
        names = jar.namelist()

    assert "META-INF/resources/webjars/graphiql/2.4.7/graphiql.min.js" in names
    assert jars.webjar("graphiql") not in jars.classpath


def test_only_the_missing_jar_is_fetched(jars: Jars, own_cache: Path, repository: str, tmp_path: Path) -> None:
    """The mirror has no other jar, so anything more would fail."""
    mirror(jars, tmp_path, "react")
    missing = without(own_cache, "react")

    fetch(own_cache, show_progress=False, repository=repository)

    assert missing.read_bytes() == jars.webjar("react").read_bytes()
    assert not list(own_cache.rglob("*.part"))


def test_a_jar_changed_in_the_cache_is_noticed_and_named(own_cache: Path, jars: Jars) -> None:
    fetch(own_cache, show_progress=False)
    changed = without(own_cache, "react")
    changed.write_bytes(jars.webjar("react").read_bytes()[:-1] + b"!")  # of the same size

    with pytest.raises(WrongChecksum, match=r"react-18\.2\.0\.jar.*delete it, then run `vocero fetch`"):
        fetch(own_cache, show_progress=False)


def test_a_jar_changed_on_the_way_is_not_kept(jars: Jars, own_cache: Path, repository: str, tmp_path: Path) -> None:
    mirror(jars, tmp_path, "react")
    (served,) = (tmp_path / "repository").rglob("react-18.2.0.jar")
    served.write_bytes(served.read_bytes() + b"!")
    missing = without(own_cache, "react")

    with pytest.raises(WrongChecksum, match=r"react-18\.2\.0\.jar.*don't trust it"):
        fetch(own_cache, show_progress=False, repository=repository)
    assert not missing.exists()
    assert not list(own_cache.rglob("*.part"))


def test_a_repository_without_the_jar_is_an_error_that_says_what_it_answered(own_cache: Path, repository: str) -> None:
    without(own_cache, "react")

    with pytest.raises(NotFetched, match="answers 404"):
        fetch(own_cache, show_progress=False, repository=repository)


def test_without_a_network_the_error_names_the_command_to_run_elsewhere(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{closed.getsockname()[1]}")
        without(own_cache, "react")

        with pytest.raises(NotFetched, match="run `vocero fetch` where there is a network"):
            fetch(own_cache, show_progress=False)


def test_a_full_cache_needs_no_network(own_cache: Path) -> None:
    fetch(own_cache, show_progress=False, repository="http://127.0.0.1:1")


def test_a_full_disk_is_an_error_that_says_how_much_is_needed(jars: Jars, own_cache: Path, repository: str, tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    mirror(jars, tmp_path, "react")
    missing = without(own_cache, "react")
    (missing.parent / f"{missing.name}.{os.getpid()}.part").symlink_to("/dev/full")

    with pytest.raises(DiskFull, match=r"no space left in .*jars need .* MB more"):
        fetch(own_cache, show_progress=False, repository=repository)


def test_a_cache_that_cant_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")

    with pytest.raises(FolderNotWritable, match=r"can't write `.*file/jars`"):
        fetch(tmp_path / "file", show_progress=False)
