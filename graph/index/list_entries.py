"""The entries of a node in the databases that list nodes."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from graph.ids import kind_of
from graph.index import keys
from graph.index.listing import Listing
from graph.index.numbers import Number
from graph.index.values import packed

NOTHING: Final = b""


class ListEntry(NamedTuple):
    """A key and its value in the database of this name."""

    database: str
    key: bytes
    value: bytes


def list_entries(node: str, number: Number, listing: Listing, numbers: Mapping[str, Number]) -> list[ListEntry]:
    """The entries of a node; numbers: those of the partners and operators that its listing names."""
    sort = listing.sort.encode()
    return [
        ListEntry("by_name", keys.KINDS[kind_of(node)] + keys.place(listing.sort, number), sort),
        *(ListEntry("of_partner", numbers[who] + keys.place(listing.sort, number), sort) for who in sorted(listing.ties)),
        *(ListEntry("seen_by", numbers[who] + keys.place(last, number), last.encode()) for who, last in sorted(listing.seen.items())),
        *(ListEntry("words", keys.word_key(word, number), NOTHING) for word in sorted(listing.words)),
        *(ListEntry("ties", numbers[who] + number, NOTHING) for who in sorted(listing.ties)),
    ]


def packed_entries(entries: Iterable[ListEntry]) -> bytes:
    """The keys of entries and their values, so that they can be deleted, and told from others."""
    found = list(entries)
    return packed({"keys": [(name, key.hex()) for name, key, _ in found], "sorts": [value.decode() for _, _, value in found if value]})
