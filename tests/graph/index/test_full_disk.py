"""A disk with less room than the index leaves free: nothing is written, and no answer is another one for it."""

import sys
from functools import partial
from pathlib import Path

import pytest

from graph.apply import apply
from graph.graph import Graph
from graph.index import local_index
from graph.index.check import check_index
from graph.index.local_index import LocalIndex
from graph.once import Asking
from graph.space import Space
from graph.time_slices import call
from policy.change import Put
from policy.errors import Unavailable
from resolvers.fact_reader import FactReader
from tests.graph.index.comparison import BOUNDARIES
from tests.running_index import indexed

FULL = "the disk of the local index is full: 0 MB are free, and a write needs 1 MB"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that never has any room")


class Disk:
    """A disk, which gets full and has room again: /proc never has any."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / "disk"
        self._link.symlink_to(folder)
        self.space = Space(self._link, 1 << 20, "the disk of the local index")

    def fill(self) -> None:
        self._link.unlink()
        self._link.symlink_to("/proc")

    def free(self) -> None:
        self._link.unlink()
        self._link.symlink_to(self._folder)


async def rename(graph: Graph, name: str) -> None:
    await apply(graph, [Put("customer:c7", {"name": name})], BOUNDARIES, await Asking.of("test", name, {"kind": "apply"}))


async def name_read(index: LocalIndex) -> object:
    history = await call(partial(FactReader(index).history, "customer:c7"))
    assert history is not None
    return history.nodes["customer:c7"][0].properties["name"]


async def test_below_its_mark_the_index_is_good_until_the_graph_moves_on_and_then_named_customers_are_read_through(
    stored: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_index, "MOST_WAIT_SECONDS", 0.2)
    disk = Disk(tmp_path)
    async with indexed(stored, tmp_path / "index", space=disk.space) as index:
        disk.fill()
        await index.poller.revision(fresh=True)
        assert index.unready() is None
        assert await call(partial(FactReader(index).provided_by, "partner:fabrikam")) == ["partner:adatum"]

        assert index.opened is not None
        written = index.opened.environment.last_transaction
        await rename(stored, "Seven")
        await index.poller.revision(fresh=True)
        assert (index.unready() or "").startswith(FULL)
        assert await name_read(index) == "Seven"
        with pytest.raises(Unavailable, match=FULL):
            await call(partial(FactReader(index).provided_by, "partner:fabrikam"))
        assert index.opened.environment.last_transaction == written

        disk.free()
        await index.poller.revision(fresh=True)
        await index.whole()
        assert await call(partial(FactReader(index).provided_by, "partner:fabrikam")) == ["partner:adatum"]
        assert await name_read(index) == "Seven"
        assert (await check_index(index, None)).differences == []


async def test_a_whole_index_is_opened_on_a_full_disk_and_one_that_is_not_there_is_not_begun(stored: Graph, tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    async with indexed(stored, tmp_path / "index", space=disk.space):
        pass
    disk.fill()
    async with indexed(stored, tmp_path / "index", space=disk.space) as index:
        assert await name_read(index) == "C 7"
        assert await call(partial(FactReader(index).provided_by, "partner:fabrikam")) == ["partner:adatum"]
    with pytest.raises(Unavailable, match=FULL):
        await LocalIndex(stored, tmp_path / "other", staleness=0, most_bytes=0, space=disk.space).fill()
