"""The files that are read row by row, and their columns."""

from collections.abc import Sequence
from types import MappingProxyType

from policy.errors import BadInput

COLUMNS = MappingProxyType(
    {  # of a book; in the order in which they are loaded: nodes stand before the relationships between them
        "customers": ("key", "name", "domain", "country", "cloud"),
        "partners": ("key", "name", "country", "mpn_ids"),
        "subscriptions": ("key", "offer", "status", "consumption"),
        "agreements": ("key", "type", "channel"),
        "versions": (
            *("id", "recorded_at", "superseded_at"),
            *("name", "domain", "country", "cloud", "mpn_ids", "offer", "status", "consumption", "type", "channel"),
        ),
        "relationships": ("type", "from", "to", "kind", "valid_from", "valid_to", "recorded_at", "superseded_at", "source"),
    }
)
AUDIT = "audit"
"""The file of communications that were sent; it is no part of a book."""
FILES = MappingProxyType({**COLUMNS, AUDIT: ("communicator", "customer", "topic", "scope", "at", "reference")})
REQUIRED = MappingProxyType(
    {
        "customers": ("key",),
        "partners": ("key",),
        "subscriptions": ("key",),
        "agreements": ("key", "channel"),
        "versions": ("id", "recorded_at", "superseded_at"),
        "relationships": ("type", "from", "to", "valid_from"),
        AUDIT: ("communicator", "customer", "topic", "at"),
    }
)


def check_columns(file: str, name: str, given: Sequence[str]) -> None:
    """
    Hold the columns of a file against those that it has to have.

    file:   the file's name, for the message
    name:   which of FILES it is
    raises: BadInput, which names what is missing, unknown or there twice
    """
    if missing := [column for column in REQUIRED[name] if column not in given]:
        raise BadInput(f"{file} lacks {_quoted(missing)}; its columns are {','.join(FILES[name])}")
    if unknown := [column for column in given if column not in FILES[name]]:
        raise BadInput(f"{file} has unknown columns {_quoted(unknown)}; its columns are {','.join(FILES[name])}")
    if twice := sorted({column for column in given if given.count(column) > 1}):
        raise BadInput(f"{file} has {_quoted(twice)} more than once; each column stands once")


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)
