"""What an earlier release wrote means the same to this one."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from rich.console import Console

from graph.keys import all_keys
from policy.policy_file import first_policy
from policy.values.instant import instant_from
from resolvers.instants import AsOf
from resolvers.token import token_given
from service.exports import export_a_matrix
from service.replay import replay
from tests.running_index import indexed, reading_through
from tests.running_service import RunningService

EXPORTED = "2026-11-30T21:52:00Z"
MUTATIONS = {
    "apply": """mutation ($key: String!, $given: [Change!]!) {
      made: apply(changes: $given, idempotencyKey: $key) { revision applied replayed } }""",
    "recordCommunications": """mutation ($key: String!, $given: [SentCommunication!]!) {
      made: recordCommunications(entries: $given, idempotencyKey: $key) { revision recorded replayed } }""",
}


def requests_of(release: Path) -> list[tuple[str, str, list[dict[str, Any]], dict[str, Any]]]:
    """(mutation, idempotency key, changes or entries, the answer then) of every request that was sent."""
    sent = json.loads((release / "requests.json").read_text("utf-8"))
    communications = sent["recordCommunications"]
    answer = communications["answer"]["data"]["recordCommunications"]
    requests = [("apply", each["key"], each["changes"], each["answer"]) for each in sent["apply"]]
    return [*requests, ("recordCommunications", communications["key"], communications["entries"], answer)]


async def test_a_request_of_then_sent_again_gets_its_answer_of_then(released_store: RunningService, release: Path) -> None:
    for kind, key, given, answer in requests_of(release):
        made = (await released_store.query(MUTATIONS[kind], key=key, given=given))["made"]

        assert made | {"revision": None} == answer | {"revision": None, "replayed": True}
        tokens = [token_given(released_store.graph, token) for token in (made["revision"], answer["revision"])]
        assert tokens[0] == tokens[1], "both tokens name one revision, however each release writes it"


async def test_something_else_under_a_key_of_then_is_a_conflict(released_store: RunningService, release: Path) -> None:
    for kind, key, given, _ in requests_of(release):
        for other in (given[:-1], [*given, given[0]], given[::-1], [_changed(given[0]), *given[1:]]):
            body = await released_store.execute(MUTATIONS[kind], key=key, given=other)

            assert other == given or [error["extensions"]["code"] for error in body["errors"]] == ["CONFLICT"], other


async def test_the_matrix_of_then_is_the_matrix_of_that_instant_by_the_policy_of_then(
    released_store: RunningService, release: Path, tmp_path: Path
) -> None:
    """It had one column less."""
    as_of = AsOf(instant_from(EXPORTED), None)
    async with indexed(released_store.graph, tmp_path / "index", staleness=600) as index:
        await export_a_matrix(index, first_policy(), tmp_path / "matrix.csv", as_of, Console(quiet=True))

    rows = [row[:-1] for row in csv.reader((tmp_path / "matrix.csv").read_text("utf-8").splitlines())]
    assert rows == list(csv.reader((release / "matrix.csv").read_text("utf-8").splitlines()))


async def test_the_book_of_then_is_exported_again_to_the_byte(released_store: RunningService, release: Path) -> None:
    exported = ZipFile(io.BytesIO((await released_store.client.get("/export/book.zip")).content))

    files = {file.name: file.read_bytes() for file in (release / "book").iterdir()}
    assert {name: exported.read(name) for name in exported.namelist()} == files


async def test_the_decisions_of_then_are_made_again(released_store: RunningService, release: Path) -> None:
    lines = [line async for line in replay(reading_through(released_store.graph), [first_policy()], [release / "decisions.ndjson"])]

    assert len(lines) > 50
    assert [line for line in lines if not line.is_same] == []


async def test_communications_and_keys_of_then_are_listed(released_store: RunningService, release: Path) -> None:
    [entries] = [given for kind, _, given, _ in requests_of(release) if kind == "recordCommunications"]
    document = "{ communications { totalCount edges { node { reference topic { code } communicator { ... on Node { id } } } } } }"
    listed = (await released_store.query(document))["communications"]
    found = [(each["node"]["reference"], each["node"]["topic"]["code"], each["node"]["communicator"]["id"]) for each in listed["edges"]]

    assert listed["totalCount"] == len(entries)
    assert sorted(found) == sorted((each["reference"], each["topic"], each["communicator"]) for each in entries)
    assert [key.name for key in await all_keys(released_store.graph)] == ["fixture"]


def _changed(given: dict[str, Any]) -> dict[str, Any]:
    """A request with one more letter in the first text that may be any."""
    name, value = next((name, value) for name, value in given.items() if isinstance(value, dict) or name in {"key", "to", "reference"})
    return given | {name: _changed(value) if isinstance(value, dict) else f"{value}x"}
