"""What the store holds, counted and summed up: each write adds what it creates, and a check holds the graph against it."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson

from policy.facts import Relationship

DERIVED: Final = frozenset({"id", "erased", "sort", "words", "countryFolded", "domainFolded", "typeFolded"})
"""Properties of a node that its book doesn't have: they follow from others, but for `id` and `erased`."""
NOT_SUMMED: Final = DERIVED - {"id", "erased"}
SIZE: Final = 2**64
COMMUNICATIONS: Final = "Communication"


class Checksum(NamedTuple):
    """The number of some records, and the sum of their hashes: the same in whatever order they come."""

    number: int = 0
    total: int = 0

    def __add__(self, other: object) -> "Checksum":
        """Both together."""
        if not isinstance(other, Checksum):
            return NotImplemented
        return Checksum(self.number + other.number, (self.total + other.total) % SIZE)

    def __sub__(self, other: "Checksum") -> "Checksum":
        """What is left without the other."""
        return Checksum(self.number - other.number, (self.total - other.total) % SIZE)


class Checksums(dict[str, Checksum]):
    """
    Kind of records -> their checksum. A kind is a label or a type of relationships as the graph has it.

    changed: the kinds of which records were counted in or out
    """

    def __init__(self, known: Mapping[str, Checksum] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.changed: set[str] = set()

    def __missing__(self, kind: str) -> Checksum:
        """The checksum of no records, for a kind that has none."""
        return Checksum()

    def add(self, kind: str, records: Iterable[object]) -> None:
        """Count records in, each as `node_record`, `relationship_record` or the properties of a communication."""
        self._move(kind, self[kind] + _sum(records))

    def remove(self, kind: str, records: Iterable[object]) -> None:
        """Count records out."""
        self._move(kind, self[kind] - _sum(records))

    def _move(self, kind: str, checksum: Checksum) -> None:
        if checksum != self[kind]:
            self[str(kind)] = checksum  # a plain text, also where it is a term
            self.changed.add(str(kind))

    def written(self, kinds: Iterable[str]) -> str:
        """The checksums of these kinds as the store keeps them."""
        return orjson.dumps({kind: tuple(self[kind]) for kind in sorted(kinds)}).decode()

    @classmethod
    def read(cls, text: str | None) -> "Checksums":
        """The checksums as the store keeps them; none for None. Raises ValueError."""
        return cls({kind: Checksum(number, total) for kind, (number, total) in orjson.loads(text or "{}").items()})


def node_record(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """One version of a node, by its properties as the graph has them; those that follow from others are left out."""
    return {name: value for name, value in properties.items() if name not in NOT_SUMMED}


def relationship_record(record: Relationship) -> Sequence[object]:
    """One record of a relationship."""
    return tuple(record)


def _sum(records: Iterable[object]) -> Checksum:
    hashes = [int.from_bytes(blake2b(orjson.dumps(each, option=orjson.OPT_SORT_KEYS), digest_size=8).digest()) for each in records]
    return Checksum(len(hashes), sum(hashes) % SIZE)
