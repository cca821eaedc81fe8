"""The driver in a process: small, and what was made small of it gives the same."""

import subprocess
import sys

from neo4j import time
from neo4j._codec.packstream import v1, v2

import graph.driver  # noqa: F401 - its import is what is tested

MEGABYTES = 10
SIZE = """
import tracemalloc
import asyncio, dataclasses, datetime, random, ssl, typing, typing_extensions, uuid

tracemalloc.start()
import graph.driver

print(tracemalloc.get_traced_memory()[0] / 1e6)
"""


def test_the_driver_takes_few_megabytes_of_a_process() -> None:
    """Its own tables alone would take 22 more."""
    told = subprocess.run([sys.executable, "-c", SIZE], check=True, capture_output=True, text=True)  # noqa: S603

    assert float(told.stdout) < MEGABYTES


def test_its_tables_give_what_they_gave() -> None:
    for each in (v1, v2):
        assert [each.PACKED_UINT_16[number] for number in (0, 1, 255, 256, 65_535)] == [b"\0\0", b"\0\1", b"\0\xff", b"\1\0", b"\xff\xff"]
        assert each.UNPACKED_UINT_16[b"\1\2"] == 258
    assert [time.Date.days_in_month(*month) for month in ((1, 1), (1900, 2), (2000, 2), (2024, 2), (9999, 11))] == [31, 28, 29, 29, 30]
    assert time.Date(2024, 2, 29) + time.Duration(years=1) == time.Date(2025, 2, 28)
