"""The rows of the four files of nodes."""

from collections.abc import Callable, Mapping, Sequence

from graph.ids import new_id
from graph.rows import NodeRow
from policy.errors import BadInput
from policy.facts import Property
from policy.terms import AgreementChannel, Cloud
from policy.values.properties import storable

TRUTHS = {"true": True, "false": False}


def node_row(kind: str, columns: Sequence[str]) -> Callable[[Sequence[str | None]], NodeRow]:
    """What makes a node of that kind from the cells of its columns, of which the first is its key."""

    def of(cells: Sequence[str | None]) -> NodeRow:
        return NodeRow(new_id(kind, cells[0] or ""), properties_of(columns[1:], cells[1:]))

    return of


def properties_of(columns: Sequence[str], cells: Sequence[str | None]) -> Mapping[str, Property]:
    """
    The properties by the names of the graph. An empty cell is None, which clears; a column that is not there gives none.

    raises: BadInput, which says what would be right
    """
    properties: dict[str, Property] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell is None:
            continue
        name, read = READERS.get(column, (column, str))
        properties[name] = read(cell) if cell or column == "channel" else None
    return storable(properties)


def _cloud(cell: str) -> Property:
    if cell not in Cloud.__members__:
        raise BadInput(f"unknown cloud `{cell}`; it is one of {', '.join(Cloud)}, or empty for PUBLIC")
    return str(Cloud(cell))


def _channel(cell: str) -> Property:
    if cell not in AgreementChannel.__members__:
        raise BadInput(f"unknown channel `{cell}`; an agreement's channel is CSP or DIRECT")
    return str(AgreementChannel(cell))


def _consumption(cell: str) -> Property:
    truth = TRUTHS.get(cell.lower())
    if truth is None:
        raise BadInput(f"consumption `{cell}` is neither true nor false")
    return truth


def _words(cell: str) -> Property:
    return cell.split()


READERS: Mapping[str, tuple[str, Callable[[str], Property]]] = {
    "cloud": ("cloud", _cloud),
    "channel": ("channel", _channel),
    "consumption": ("consumption", _consumption),
    "mpn_ids": ("mpnIds", _words),
}
"""Columns that hold more than a text: the property's name in the graph, and what reads the cell."""
