"""A store whose files were spoilt while it was stopped: it opens, and both `/readyz` and `vocero check` say that it is not whole."""

import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.check import check
from graph.embedded import start
from graph.graph import Graph
from graph.store import open_store
from resolvers.load_folder import load_book
from tests.service.vocero import Served, Vocero

RELEASED = Path(__file__).parents[1] / "releases" / "0.1.0" / "store.tar.xz"
SPOILT = 4096
MANY = 600


@pytest.fixture(scope="module")
async def vocero(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Vocero:
    """The store of the first release, which kept no checksums; grown by this one, then spoilt."""
    folder = tmp_path_factory.mktemp("spoilt")
    with tarfile.open(RELEASED) as packed:
        packed.extractall(folder, filter="data")
    book = folder / "book"
    book.mkdir()
    (book / "customers.csv").write_text("\n".join(["key,name", *(f"many{n:03},Customer {n}" for n in range(MANY))]), "utf-8")
    (book / "subscriptions.csv").write_text("\n".join(["key,offer", *(f"many{n:03},Office" for n in range(MANY))]), "utf-8")
    holds = (f"HOLDS,customer:many{n:03},subscription:many{n:03},2024-01-01" for n in range(MANY))
    (book / "relationships.csv").write_text("\n".join(["type,from,to,valid_from", *holds]), "utf-8")
    with start(folder / "data", cache, show_progress=False, heap="256m", pagecache="64m") as running:
        async with Graph.connect(running.address, read_seconds=60) as graph:
            await open_store(graph)
            of_the_release = await check(graph)
            await load_book(graph, book, folder / "rejected.csv", actor="test")
            grown = await check(graph)
    assert (of_the_release.findings, of_the_release.records["Customer"]) == ([], 23)
    assert (grown.findings, grown.records["Customer"]) == ([], 23 + MANY)
    files = folder / "data" / "data" / "databases" / "neo4j"
    with (files / "neostore.propertystore.db").open("r+b") as properties:
        properties.seek((files / "neostore.propertystore.db").stat().st_size // 2 // SPOILT * SPOILT)
        properties.write(b"\xff" * SPOILT)
    nodes = files / "neostore.nodestore.db"
    os.truncate(nodes, nodes.stat().st_size // 2)
    return Vocero(folder)


@pytest.fixture(scope="module")
def served(vocero: Vocero) -> Iterator[Served]:
    """It starts all the same."""
    with vocero.serving() as served:
        yield served


def test_a_spoilt_store_is_not_ready_and_why_is_nobodys_to_know(served: Served) -> None:
    answer = served.client.get("/readyz")
    while answer.json()["status"] == "unavailable":  # not within 2 s, on a machine with other work
        answer = served.client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "damaged",
        "reason": "the store does not hold all that its log counts; `vocero check` and the log say what is missing",
    }
    assert "the store does not hold what its log counts" in served.errors
    assert served.client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("served")
def test_a_check_lists_what_is_wrong_with_it(vocero: Vocero) -> None:
    done, as_json = vocero("check"), vocero("check", "--json")
    findings = json.loads(as_json.stdout)["findings"]
    counted = {each["about"] for each in findings if each["fault"] == "COUNT"}

    assert (done.returncode, as_json.returncode) == (1, 1), (done.stderr, as_json.stderr)
    assert done.stdout.splitlines()[:-1] == [f"{each['fault']} {each['about']}: {each['text']}" for each in findings]
    assert "Customer" in counted
    assert "Subscription" in counted
