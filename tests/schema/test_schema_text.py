"""The schema as a file, for clients and for whoever reads a change of it in a diff."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes

import schema
from schema.schema import VoceroSchema

FILE = Path(schema.__file__).with_name("schema.graphql")
PRINTED = VoceroSchema(report=lambda _: None).as_str() + "\n"

RELEASED = Path(__file__).with_name("released.graphql")


def test_the_file_is_what_the_code_prints() -> None:
    """After a change of the API: write PRINTED to the file, and read the diff as a client would."""
    written = FILE.read_text("utf-8")

    assert written == PRINTED


def test_the_code_breaks_no_client_of_the_last_release() -> None:
    """docs/operations.md says when the released schema is moved on."""
    breaking = find_breaking_changes(build_schema(RELEASED.read_text("utf-8")), build_schema(PRINTED))

    assert breaking == []
