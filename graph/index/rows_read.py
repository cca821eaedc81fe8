"""What the rows of the index are made of, as the graph holds it now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from graph.graph import Graph
from graph.histories import histories_of
from graph.index.rows import PartnerRow
from graph.nodes import nodes_of
from graph.ties import providers_of
from policy.facts import History

PAGE: Final = 250
"""Customers of one reading, and partners: the event loop has its turn between two."""


class Rows(NamedTuple):
    """Rows of customers, and of partners and operators, by id; of an unknown one there is none."""

    customers: Mapping[str, History]
    partners: Mapping[str, PartnerRow]


async def rows_of(graph: Graph, customers: Iterable[str], partners: Iterable[str]) -> Rows:
    """The rows of these, read page by page. Raises Unavailable."""
    histories: dict[str, History] = {}
    for page in pages(customers):
        histories.update((await histories_of(graph, page)).of)
    found: dict[str, PartnerRow] = {}
    for page in pages(partners):
        found.update(await partners_of(graph, page))
    return Rows(histories, found)


async def partners_of(graph: Graph, partners: Sequence[str]) -> Mapping[str, PartnerRow]:
    """The rows of these partners and operators, 1 to PAGE. Raises Unavailable."""
    nodes = (await nodes_of(graph, partners)).of
    providers = (await providers_of(graph, partners)).of
    return {partner: PartnerRow(versions, providers.get(partner, ())) for partner, versions in nodes.items()}


def pages(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """The ids in pages, in their order."""
    listed = list(ids)
    return (listed[first : first + PAGE] for first in range(0, len(listed), PAGE))
