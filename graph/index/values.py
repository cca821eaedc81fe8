"""Values of the index as bytes: JSON with a checksum at its end."""

from typing import Any
from zlib import crc32

import orjson

CHECKSUM_BYTES, VERSION_BYTES = 4, 8


class Damaged(Exception):  # noqa: N818 - a state of the file, which ends its generation
    """A value that is not what was written."""


def packed(value: object) -> bytes:
    """The bytes of a value of JSON."""
    body = orjson.dumps(value)
    return body + crc32(body).to_bytes(CHECKSUM_BYTES)


def unpacked(content: bytes) -> Any:  # noqa: ANN401 - JSON
    """The value of these bytes. Raises Damaged."""
    body, checksum = content[:-CHECKSUM_BYTES], content[-CHECKSUM_BYTES:]
    if crc32(body).to_bytes(CHECKSUM_BYTES) != checksum:
        raise Damaged
    return orjson.loads(body)


def packed_row(value: object, version: int) -> bytes:
    """The bytes of a row; version: the number of the write transaction, which no other row of its node has."""
    return version.to_bytes(VERSION_BYTES) + packed(value)


def unpacked_row(content: bytes) -> Any:  # noqa: ANN401 - JSON
    """The value of the bytes of a row. Raises Damaged."""
    return unpacked(content[VERSION_BYTES:])


def version_of_row(content: bytes) -> bytes:
    """What tells a row from those that its node had before."""
    return content[:VERSION_BYTES]
