import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from policy.errors import BadInput
from policy.values.key import mpn_id

LISTS = frozenset({"mpn_ids"})
"""Columns that hold several values, in CSV separated by a space."""


def cell_text(column: str, value: object) -> str:
    """A typed value of an ndjson or Parquet file as the same cell stands in CSV. Raises BadInput for what no cell can hold."""
    if isinstance(value, str) and value.isascii():
        return value
    if isinstance(value, list) and column in LISTS:
        return " ".join(mpn_id(cell_text(column, each)) for each in value)
    text = TEXTS.get(type(value))
    if text is None:
        raise BadInput(f"`{column}` holds {kind_of(value)}; it takes a text")
    try:
        return text(value)
    except BadInput as error:
        raise BadInput(f"`{column}` {error}") from error
    except UnicodeError as error:
        raise BadInput(f"`{column}` holds what is not UTF-8; write the file again as UTF-8") from error


def kind_of(value: object) -> str:
    """What a value is, in the words of JSON and of tables."""
    return next((words for type_, words in KINDS if isinstance(value, type_)), "what is no text")


def _number(value: float) -> str:
    if math.isnan(value):  # a missing value, as tables of numbers have it
        return ""
    if math.isinf(value):
        raise BadInput(f"holds the number `{value}`, which is no value; leave the cell empty")
    return str(int(value)) if value.is_integer() else str(value)


KINDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (dict, "an object"),
    (list, "a list"),
    (str, "a text"),
    (bool, "true or false"),
    (NoneType, "null"),
    ((int, float, Decimal), "a number"),
    (datetime, "a time"),
    (date, "a date"),
)
"""Of several that hold, the first: a time is a date to Python."""
TEXTS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    NoneType: lambda _: "",
    bool: lambda truth: "true" if truth else "false",
    int: str,
    float: _number,
    bytes: bytes.decode,
}
