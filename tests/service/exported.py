"""Exports as a test reads them."""

import csv
import io
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
from neo4j import AsyncGraphDatabase

from graph.address import Address
from intake.write_matrix import MatrixRow

COLUMNS = list(MatrixRow._fields)
SPOIL = "MATCH (c:Customer) WITH c ORDER BY c.sort DESC LIMIT 1 SET c.was = c.cloud, c.cloud = 'MARS'"
MEND = "MATCH (c:Customer {cloud: 'MARS'}) SET c.cloud = c.was REMOVE c.was"


def rows_of(suffix: str, content: bytes) -> list[dict[str, Any]]:
    """The rows of an export as Python values."""
    if suffix == ".csv":
        read = csv.DictReader(io.StringIO(content.decode(), newline=""))
        assert read.fieldnames == COLUMNS
        return [row | {"permitted": {"true": True, "false": False}[row["permitted"]]} for row in read]
    if suffix == ".ndjson":
        return [json.loads(line) for line in content.decode().splitlines()]
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


def environment_for(neo4j: Address) -> dict[str, str]:
    """Settings under which the command reaches this store."""
    return os.environ | {"VOCERO_NEO4J_URI": neo4j.uri, "VOCERO_NEO4J_USER": neo4j.user, "VOCERO_NEO4J_PASSWORD": neo4j.password}


def files_in(folder: Path) -> list[str]:
    """Their names, in order."""
    return sorted(path.name for path in folder.iterdir())


@asynccontextmanager
async def spoilt(neo4j: Address) -> AsyncIterator[None]:
    """A store whose last customer is in a cloud that there is not: reading it fails when everybody else was read."""
    async with AsyncGraphDatabase.driver(neo4j.uri, auth=(neo4j.user, neo4j.password)) as driver:
        await driver.execute_query(SPOIL)
        yield
        await driver.execute_query(MEND)
