"""Exports as a test reads them."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from graph.address import Address
from intake.write_matrix import MatrixRow

COLUMNS = list(MatrixRow._fields)


def rows_of(suffix: str, content: bytes) -> list[dict[str, Any]]:
    """The rows of an export as Python values."""
    if suffix == ".csv":
        read = csv.DictReader(io.StringIO(content.decode(), newline=""))
        assert read.fieldnames == COLUMNS
        truth = {"true": True, "false": False}
        return [row | {name: truth[row[name]] for name in ("permitted", "everywhere")} for row in read]
    if suffix == ".ndjson":
        return [json.loads(line) for line in content.decode().splitlines()]
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


def environment_for(neo4j: Address, index: Path) -> dict[str, str]:
    """Settings under which the command reaches this store and its index."""
    server = {"VOCERO_NEO4J_URI": neo4j.uri, "VOCERO_NEO4J_USER": neo4j.user, "VOCERO_NEO4J_PASSWORD": neo4j.password}
    return os.environ | server | {"VOCERO_INDEX": str(index)}


def files_in(folder: Path) -> list[str]:
    """Their names, in order."""
    return sorted(path.name for path in folder.iterdir())
