"""A disk that gets full under a service: what it says, and that nothing is lost which it had answered."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.programs import mounting

MOUNTED = 'mount -t tmpfs -o size=256m none "$1/data" || exit 77; VOCERO_CACHE="$2" exec "$0" -m tests.service.full_disk "$1"'
INDEX_FULL = r"the disk of the local index is full: \d+ MB are free, and a write needs 120 MB; ask again when its operator has made room"
FULL = r"the graph's disk is full: \d+ MB are free, and a write needs 100 MB; ask again when its operator has made room"


@pytest.fixture(scope="module")
def seen(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of it, on a file system of its own where the machine lets us mount one."""
    folder = tmp_path_factory.mktemp("disk")
    (folder / "data").mkdir()
    done = mounting(MOUNTED, sys.executable, str(folder), str(cache))
    assert done.returncode == 0, done
    found: dict[str, Any] = json.loads(done.stdout)
    return found


READ = {"data": {"customer": {"name": "Customer 0"}}}


def test_below_its_mark_nothing_is_written_and_everything_is_read(seen: dict[str, Any]) -> None:
    below = seen["below the mark"]

    assert (below["applied"], below["codes"]) == (False, ["UNAVAILABLE"])
    assert below["read"]["data"] == READ["data"]
    status, ready = below["ready"]
    assert (status, ready["status"], ready["writes"]) == (200, "ready", "refused")
    assert re.fullmatch(FULL, ready["reason"]), ready


def test_below_the_mark_of_the_index_it_is_ready_until_the_graph_moves_on_and_then_reads_named_customers_through(
    seen: dict[str, Any],
) -> None:
    at_rest, moved = seen["below the mark of the index, at the same revision"], seen["below the mark of the index"]

    assert at_rest["ready"] == [200, {"status": "ready"}]
    assert moved["applied"]
    assert moved["read"]["data"] == READ["data"]
    status, ready = moved["ready"]
    assert (status, ready["status"]) == (503, "unavailable")
    assert re.fullmatch(INDEX_FULL, ready["reason"]), ready
    [error] = seen["its lists"]["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["message"].startswith("the disk of the local index is full")
    assert seen["with room for the index again"]
    assert seen["its lists then"]["data"] == {"customers": {"totalCount": 4}}


def test_it_writes_again_by_itself_when_there_is_room(seen: dict[str, Any]) -> None:
    assert seen["with room"] == [True] * 3
    assert seen["with room again"]["applied"]
    assert seen["with room again"]["ready"] == [200, {"status": "ready"}]


def test_a_neo4j_that_cant_write_its_log_is_ended_and_all_is_told_to_be_unavailable_for_the_disk(seen: dict[str, Any]) -> None:
    gone = seen["while it is gone"]

    assert seen["ended in its panic"]
    assert (gone["applied"], gone["codes"]) == (False, ["UNAVAILABLE"])
    [error] = gone["read"]["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert re.fullmatch(FULL, error["message"])
    status, ready = gone["ready"]
    assert (status, ready["status"]) == (503, "unavailable")
    assert re.fullmatch(FULL, ready["reason"]), ready


def test_it_comes_back_by_itself_with_all_that_was_acknowledged_and_nothing_that_was_refused(seen: dict[str, Any]) -> None:
    assert seen["back by itself"]
    assert seen["after it came back"] == [0, 1, 2, 4, 6, 100]


def test_a_service_that_is_ended_on_a_full_disk_has_all_of_it_at_its_next_start(seen: dict[str, Any]) -> None:
    assert seen["more"] == [True] * 3
    assert seen["ended on a full disk"] == 0
    assert seen["acknowledged"] == [0, 1, 2, 4, 6, 7, 8, 9, 100]
    assert seen["at the next start"] == seen["made before"] == seen["acknowledged"]
