"""Rows of customers, partners and operators: how facts stand in the index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from policy.facts import History, Relationship, Version
from policy.terms import AdminKind, RelationshipType

TYPES: Final = tuple(RelationshipType)
TYPE_NUMBERS: Final = {type_: number for number, type_ in enumerate(TYPES)}
KINDS: Final = {str(kind): kind for kind in AdminKind}
PROVIDES_FOR: Final = RelationshipType.PROVIDES_FOR
TYING: Final = frozenset({RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.RESELLER_FOR})
"""What makes a partner one of those whose PROVIDES_FOR belong to a customer's history."""

Row = list[Any]
"""A row as plain data, ready to be packed."""


class CustomerRow(NamedTuple):
    """
    What is the customer's own in its history.

    nodes:         its own versions, and those of its subscriptions and agreements
    partners:      ids of the partners and operators that its relationships name
    relationships: all but PROVIDES_FOR
    """

    nodes: Mapping[str, tuple[Version, ...]]
    partners: Sequence[str]
    relationships: tuple[Relationship, ...]

    def history(self, customer: str, partners: Mapping[str, "PartnerRow"]) -> History:
        """
        The history, of this row and those of its partners and of both operators.

        A row may be newer than the index: what it says of a partner whose row is still to come is left out.
        """
        records = self.relationships
        if any(partner not in partners for partner in self.partners):
            unknown = set(self.partners) - partners.keys()
            records = tuple(relationship for relationship in records if relationship.start not in unknown)
        tied = {relationship.start for relationship in records if relationship.type in TYING}
        above = (record for partner in tied for record in partners[partner].providers if record.start in tied)
        nodes = {**self.nodes, **{partner: row.versions for partner, row in partners.items()}}
        return History(customer, (*records, *above), nodes)

    def row(self, customer: str, numbers: Mapping[str, bytes]) -> Row:
        """The plain data: ends of relationships are places in a list of the customer, its nodes and the partners."""
        others = [node for node in self.nodes if node != customer]
        places = {node: place for place, node in enumerate((customer, *others, *self.partners))}
        sources = list(dict.fromkeys(relationship.source for relationship in self.relationships))
        source_places = {source: place for place, source in enumerate(sources)}
        return [
            _written(self.nodes[customer]),
            [[node, _written(self.nodes[node])] for node in others],
            [int.from_bytes(numbers[partner]) for partner in self.partners],
            sources,
            [
                [TYPE_NUMBERS[type_], places[start], places[end], kind, *instants, source_places[source]]
                for type_, start, end, kind, *instants, source in self.relationships
            ],
        ]


class PartnerRow(NamedTuple):
    """A partner or operator: its versions, and all records of who provides for it."""

    versions: tuple[Version, ...]
    providers: tuple[Relationship, ...]

    def row(self, numbers: Mapping[str, bytes]) -> Row:
        """The plain data."""
        providers = [[int.from_bytes(numbers[start]), *instants, source] for _, start, _, _, *instants, source in self.providers]
        return [_written(self.versions), providers]


class LooseRow(NamedTuple):
    """A subscription or agreement that no customer ever had: its versions, and all records that end at it."""

    versions: tuple[Version, ...]
    records: tuple[Relationship, ...]

    def row(self) -> Row:
        """The plain data."""
        return [_written(self.versions), [[TYPE_NUMBERS[type_], start, kind, *rest] for type_, start, _, kind, *rest in self.records]]


def loose_row(node: str, row: Row) -> LooseRow:
    """The row of plain data."""
    versions, records = row
    relationships = (Relationship(TYPES[type_], start, node, kind and KINDS[kind], *rest) for type_, start, kind, *rest in records)
    return LooseRow(_read(versions), tuple(relationships))


def customer_row(customer: str, row: Row, partners: Sequence[str]) -> CustomerRow:
    """The row of plain data; partners: the ids of the numbers that `partner_numbers` gives, in their order."""
    own, others, _, sources, relationships = row
    nodes = {customer: _read(own), **{node: _read(versions) for node, versions in others}}
    names = (*nodes, *partners)
    return CustomerRow(
        nodes,
        partners,
        tuple(
            [
                Relationship(TYPES[type_], names[start], names[end], kind and KINDS[kind], since, until, recorded, gone, sources[source])
                for type_, start, end, kind, since, until, recorded, gone, source in relationships
            ]
        ),
    )


def partner_numbers(row: Row) -> Sequence[int]:
    """The numbers of the partners and operators that a customer's row names."""
    numbers: Sequence[int] = row[2]
    return numbers


def partner_row(partner: str, row: Row, providers: Sequence[str]) -> PartnerRow:
    """The row of plain data; providers: the ids of the numbers that `provider_numbers` gives, in their order."""
    versions, records = row
    return PartnerRow(
        _read(versions),
        tuple(Relationship(PROVIDES_FOR, start, partner, None, *rest) for start, (_, *rest) in zip(providers, records, strict=True)),
    )


def provider_numbers(row: Row) -> Iterator[int]:
    """The numbers of those that ever provided for a partner, one for each record."""
    return (record[0] for record in row[1])


def _written(versions: Iterable[Version]) -> list[list[Any]]:
    return [[recorded_at, superseded_at, dict(properties)] for recorded_at, superseded_at, properties in versions]


def _read(versions: Iterable[list[Any]]) -> tuple[Version, ...]:
    return tuple(Version(*version) for version in versions)
