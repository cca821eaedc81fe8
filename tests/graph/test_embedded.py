import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from threading import Event

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DatabaseError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from graph.address import Address
from graph.embedded import Running, running, start
from graph.embedded.errors import DiskFull, FolderInUse, FolderNotWritable, NotStarted, PortInUse, StoreNotReadable
from tests.programs import mounting
from tests.service.vocero import gone_within

START_SECONDS = 300


def start_small(data: Path, cache: Path) -> Running:
    return start(data, cache, show_progress=False, heap="512m", pagecache="64m")


# a service in short: it starts Neo4j, says so, and holds on to it
SERVICE = """
import sys, time
from pathlib import Path
from graph.embedded import start
neo4j = start(Path(sys.argv[1]), Path(sys.argv[2]), show_progress=False, heap="512m", pagecache="64m")
print(neo4j.pid, flush=True)
time.sleep(600)
"""


def driver_of(address: Address) -> Driver:
    return GraphDatabase.driver(address.uri, auth=(address.user, address.password), max_transaction_retry_time=0)


def answers(address: Address) -> bool:
    try:
        return bool(asked(address, "RETURN 1"))
    except (DriverError, Neo4jError):
        return False


def asked(address: Address, query: str) -> list[list[object]]:
    with driver_of(address) as driver:
        return [list(record.values()) for record in driver.execute_query(query).records]


def write_until_it_fails(address: Address) -> list[int]:
    """The numbers of the writes that were acknowledged."""
    acknowledged: list[int] = []
    with driver_of(address) as driver, suppress(ServiceUnavailable, SessionExpired, DatabaseError):
        while True:
            driver.execute_query("CREATE (:Acknowledged {number: $number})", number=len(acknowledged))
            acknowledged.append(len(acknowledged))
    return acknowledged


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def served(data: Path, cache: Path) -> Iterator[Running]:
    """A Neo4j whose parent and whose own process were killed before, in the midst of it."""
    command = [sys.executable, "-c", SERVICE, str(data), str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as parent:  # noqa: S603
        assert parent.stdout
        child = int(parent.stdout.readline())
        address = running(data)
        assert address
        asked(address, "CREATE (:Kept {name: 'before the parent was killed'})")
        parent.kill()
    assert gone_within(30, child), "Neo4j outlived its parent"
    assert running(data) is None

    neo4j = start_small(data, cache)
    asked(neo4j.address, "CREATE (:Kept {name: 'before it was killed itself'})")
    ended = Event()
    neo4j.keep(ended.set)
    os.kill(neo4j.pid, signal.SIGKILL)
    assert ended.wait(10), "its end was not noticed"
    assert running(data) is None
    neo4j.stop()

    data.chmod(0o755)
    for path in (data / "data", data / "data" / "server_id"):  # as an earlier version left them
        path.chmod(0o755)
    with start_small(data, cache) as neo4j:
        yield neo4j


def test_neo4j_dies_with_its_parent_and_nothing_that_was_written_is_lost(served: Running) -> None:
    """Twice killed by signal 9: first the parent, then Neo4j itself."""
    kept = asked(served.address, "MATCH (k:Kept) RETURN k.name ORDER BY k.name")

    assert kept == [["before it was killed itself"], ["before the parent was killed"]]


def test_another_process_finds_the_running_neo4j(served: Running, data: Path) -> None:
    code = "import sys; from pathlib import Path; from graph.embedded import running; print(running(Path(sys.argv[1])).uri)"
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(data)], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert found.stdout.strip() == served.address.uri


def test_only_the_owner_may_read_the_password(served: Running, data: Path) -> None:
    entry = json.loads((data / "neo4j.json").read_text("utf-8"))

    assert entry["password"] == served.address.password
    assert (data / "neo4j.json").stat().st_mode & 0o777 == 0o600
    assert served.address.password.encode() not in Path(f"/proc/{served.pid}/cmdline").read_bytes()


@pytest.mark.usefixtures("served")
def test_all_that_is_in_the_data_folder_is_for_its_owner_only(data: Path) -> None:
    """Also what was open to others before the last start."""
    assert [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077] == []


def test_neo4j_listens_on_loopback_only_and_not_without_the_password(served: Running) -> None:
    assert served.address.uri.startswith("bolt://127.0.0.1:")
    with pytest.raises(Exception, match="Unauthorized"):
        asked(served.address._replace(password="neo4j"), "RETURN 1")  # noqa: S106 - the one it comes with


@pytest.mark.usefixtures("served")
def test_a_second_start_on_the_same_folder_names_the_process_that_uses_it(data: Path, cache: Path) -> None:
    with pytest.raises(FolderInUse, match=f"in use by process {os.getpid()}; stop it, or name another"):
        start(data, cache, show_progress=False)
    assert running(data), "the first one still serves"


def test_a_port_in_use_is_named(served: Running, tmp_path: Path, cache: Path) -> None:
    port = int(served.address.uri.rpartition(":")[2])

    with pytest.raises(PortInUse, match=f"port {port} is in use"):
        start(tmp_path, cache, show_progress=False, port=port)


def test_a_file_left_by_a_dead_process_is_not_believed(tmp_path: Path) -> None:
    entry = {"uri": "bolt://127.0.0.1:1", "user": "neo4j", "password": "p", "pid": os.getpid()}
    (tmp_path / "neo4j.json").write_text(json.dumps(entry), "utf-8")

    assert running(tmp_path) is None
    (tmp_path / "lock").touch()
    assert running(tmp_path) is None


def test_a_folder_that_cant_be_written_is_named(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")

    with pytest.raises(FolderNotWritable, match=r"can't write the data folder `.*file`; make it writable"):
        start(tmp_path / "file", cache, show_progress=False)


def test_a_full_disk_is_told_as_one(tmp_path: Path, cache: Path) -> None:
    """A file system of 16 MB of its own, where the machine lets us mount one."""
    script = """
import sys
from pathlib import Path
from graph.embedded import start
try:
    start(Path(sys.argv[1]), Path(sys.argv[2]), show_progress=False, heap="512m", pagecache="64m")
except Exception as error:
    print(type(error).__name__, error)
"""
    mounted = 'mount -t tmpfs -o size=16m none "$1" || exit 77; exec "$0" -c "$3" "$1" "$2"'
    done = mounting(mounted, sys.executable, str(tmp_path), str(cache), script)

    assert done.stdout.startswith(f"{DiskFull.__name__} no space left in the data folder `{tmp_path}`"), done


def test_a_neo4j_that_cant_write_its_log_is_started_again_and_holds_all_that_was_acknowledged(served: Running) -> None:
    """Its files may grow no more, in place of a full disk, from the midst of its writes on."""
    served.keep(lambda: None)
    before = served.pid
    asked(served.address, "CREATE (:Acknowledged {number: -1})")
    prlimit(before, RLIMIT_FSIZE, (4096, RLIM_INFINITY))
    acknowledged = write_until_it_fails(served.address)
    assert gone_within(30, before)

    until = time.monotonic() + START_SECONDS
    while not answers(served.address) and time.monotonic() < until:
        time.sleep(0.2)
    assert served.pid != before
    assert asked(served.address, "MATCH (node:Acknowledged) RETURN collect(node.number)") == [[[-1, *acknowledged]]]


def test_a_store_of_a_newer_neo4j_is_refused_and_not_harmed(tmp_path: Path, cache: Path) -> None:
    """The version in the header of the transaction log is raised, as a newer Neo4j would."""
    with start_small(tmp_path, cache) as neo4j:
        asked(neo4j.address, "CREATE (:Kept)")
    log = next((tmp_path / "data" / "transactions" / "neo4j").glob("neostore.transaction.db.*"))
    before = log.read_bytes()
    log.write_bytes(bytes([before[0] ^ 0x40]) + before[1:])

    with pytest.raises(StoreNotReadable, match=r"a newer Neo4j wrote it, or its files are damaged; .*logs` says more"):
        start_small(tmp_path, cache)

    log.write_bytes(before)
    with start_small(tmp_path, cache) as neo4j:
        assert asked(neo4j.address, "MATCH (k:Kept) RETURN count(k)") == [[1]]


def test_a_jvm_that_cant_start_is_told_with_the_folder_of_its_logs(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(NotStarted, match=f"ended while it started; `{tmp_path}/logs` says why") as caught:
        start(tmp_path, cache, show_progress=False, heap="1k")

    assert "\n" not in str(caught.value)
