from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.graph import Graph
from graph.reading import read_steadily, relationship_of, versions_of
from graph.revision import Revision
from policy.facts import Relationship, Version


class Ties(NamedTuple):
    """What a partner is to others at one instant."""

    bills_alone: bool
    bills_resold: bool
    resells_billed: bool
    providers: Sequence[str]
    resellers: Sequence[str]


class TiesOfPartners(NamedTuple):
    """The ties of each partner, unknown ones absent, and the nodes of their providers and resellers."""

    of: Mapping[str, Ties]
    nodes: Mapping[str, tuple[Version, ...]]


class Providers(NamedTuple):
    """All records of who provides for each partner that was asked for, and the nodes of the providers."""

    revision: Revision
    of: Mapping[str, tuple[Relationship, ...]]
    nodes: Mapping[str, tuple[Version, ...]]


class Resellers(NamedTuple):
    """For whom each partner provides at one instant, ids; unknown partners are absent; and the nodes of the resellers."""

    of: Mapping[str, Sequence[str]]
    nodes: Mapping[str, tuple[Version, ...]]


async def providers_of(graph: Graph, partners: Sequence[str]) -> Providers:
    """
    All that was ever recorded of who provides for each partner, in one round trip.

    partners: 1 to 1000 ids
    raises:   Unavailable
    source:   queries/providers_of_partners.cypher
    """
    row = await read_steadily(graph, "providers_of_partners", partners=list(partners))
    records: dict[str, list[Relationship]] = {partner: [] for partner in partners}
    for each in map(relationship_of, row["relationships"]):
        records[each.end].append(each)
    revision = await graph.seen(row["revision"], row["recordedAt"])
    return Providers(revision, {partner: tuple(found) for partner, found in records.items()}, versions_of(row["nodes"]))


async def resellers_of(graph: Graph, partners: Sequence[str], *, valid_at: int, known_at: int) -> Resellers:
    """
    Those of each partner at (valid_at, known_at), in one round trip.

    partners: 1 to 1000 ids
    raises:   Unavailable
    source:   queries/resellers_of_partners.cypher
    """
    row = await graph.read("resellers_of_partners", partners=list(partners), validAt=valid_at, knownAt=known_at)
    return Resellers(dict(row["partners"]), versions_of(row["nodes"]))


async def ties_of(graph: Graph, partners: Sequence[str], *, valid_at: int, known_at: int, as_seen: bool = False) -> TiesOfPartners:
    """
    What each partner is to others at (valid_at, known_at), in one round trip.

    partners: 1 to 1000 ids
    as_seen:  as the partner itself may know it: nothing that others recorded of what it had to do with no more
    raises:   Unavailable
    source:   queries/ties_of_partners.cypher
    """
    row = await graph.read("ties_of_partners", partners=list(partners), validAt=valid_at, knownAt=known_at, asSeen=as_seen)
    return TiesOfPartners({partner: Ties(*ties) for partner, *ties in row["partners"]}, versions_of(row["nodes"]))
