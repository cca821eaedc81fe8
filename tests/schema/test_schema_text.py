"""The schema as a file, for clients and for whoever reads a change of it in a diff."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes

import schema
from schema.schema import VoceroSchema

FILE = Path(schema.__file__).with_name("schema.graphql")
PRINTED = VoceroSchema(report=lambda _: None).as_str() + "\n"

RELEASED, CONTRACT = (Path(__file__).with_name(name) for name in ("released.graphql", "contract.graphql"))
TO_COME = Path(__file__).with_name("to_come.txt")
"""What the contract has and the service doesn't yet, as graphql-core says it; whoever builds a part of it takes its lines away."""


def test_the_file_is_what_the_code_prints() -> None:
    """After a change of the API: write PRINTED to the file, and read the diff as a client would."""
    written = FILE.read_text("utf-8")

    assert written == PRINTED


def test_the_code_breaks_no_client_of_the_last_release() -> None:
    """docs/operations.md says when the released schema is moved on."""
    breaking = find_breaking_changes(build_schema(RELEASED.read_text("utf-8")), build_schema(PRINTED))

    assert breaking == []


def test_the_service_serves_the_contract() -> None:
    """Names and types that clients and acceptance checks are written against."""
    breaking = find_breaking_changes(build_schema(CONTRACT.read_text("utf-8")), build_schema(PRINTED))

    assert sorted({change.description for change in breaking}) == TO_COME.read_text("utf-8").splitlines()
