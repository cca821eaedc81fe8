from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.graph import Graph
from graph.reading import versions_of
from policy.facts import Version


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


class Provisions(NamedTuple):
    """Who provides for a partner, and for whom it provides, at one instant; ids."""

    providers: Sequence[str]
    resellers: Sequence[str]


class ProvisionsOfPartners(NamedTuple):
    """Those of each partner, unknown ones absent, and the nodes that they name."""

    of: Mapping[str, Provisions]
    nodes: Mapping[str, tuple[Version, ...]]


async def provisions_of(graph: Graph, partners: Sequence[str], *, valid_at: int, known_at: int) -> ProvisionsOfPartners:
    """
    Those of each partner at (valid_at, known_at), in one round trip.

    partners: 1 to 1000 ids
    raises:   Unavailable
    source:   queries/provisions_of_partners.cypher
    """
    row = await graph.read("provisions_of_partners", partners=list(partners), validAt=valid_at, knownAt=known_at)
    return ProvisionsOfPartners({partner: Provisions(*ends) for partner, *ends in row["partners"]}, versions_of(row["nodes"]))


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
