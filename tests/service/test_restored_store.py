"""A store that is put back from a copy of its files: the index of what came after the copy answers nothing."""

import shutil
from pathlib import Path
from typing import Any

from tests.service.vocero import Served, Vocero

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
ASKED = '{ customer(id: "customer:c1", consistency: {full: true}) { name } customers(first: 10) { edges { node { name } } } }'


def put(served: Served, *names: str) -> None:
    """Give customers c1, c2, … these names, by a change each."""
    for number, name in enumerate(names, 1):
        changes = [{"putCustomer": {"key": f"c{number}", "name": name}}]
        body = served.client.post("/graphql", json={"query": APPLY, "variables": {"changes": changes, "key": name}}).json()
        assert "errors" not in body, body


def names(served: Served) -> Any:  # noqa: ANN401 - JSON
    """The name of c1, and the names in the list."""
    body = served.client.post("/graphql", json={"query": ASKED}).json()
    assert "errors" not in body, body
    return body["data"]["customer"]["name"], [edge["node"]["name"] for edge in body["data"]["customers"]["edges"]]


def test_a_store_that_was_restored_from_a_backup_is_answered_as_it_is_now(cache: Path, tmp_path: Path) -> None:
    vocero = Vocero(tmp_path, VOCERO_CACHE=str(cache))
    store, backup = vocero.data / "data", tmp_path / "backup"
    with vocero.serving() as served:
        put(served, "One", "Two")
        assert names(served) == ("One", ["One", "Two"])
    shutil.copytree(store, backup)
    with vocero.serving() as served:
        put(served, "Other", "Another", "Third")
        assert names(served) == ("Other", ["Another", "Other", "Third"])
    shutil.rmtree(store)
    shutil.copytree(backup, store)

    with vocero.serving() as served:
        assert names(served) == ("One", ["One", "Two"])
        put(served, "Later", "Two again")
        assert names(served) == ("Later", ["Later", "Two again"])
