"""What the nodes of a text are called."""

from collections.abc import Iterable, Mapping

from policy.situation import Situation, name_of
from resolvers.operation import Operation

Names = Mapping[str, str]


def names_of(operation: Operation, at: Situation, known_at: int | None, others: Iterable[str] = ()) -> tuple[Names, Names]:
    """
    The names of all around a customer and of others, in the revision that is read; then the ones that were known at `known_at`.

    known_at: as the caller gave it; None = it gave none, so that both are the same and the second is empty
    raises:   Unavailable
    """
    names = at.names()
    names |= {node: _name_now(operation, node, node) for node in others if node not in names}
    if known_at is None:
        return names, {}
    return {node: _name_now(operation, node, name) for node, name in names.items()}, names


def _name_now(operation: Operation, node: str, otherwise: str) -> str:
    shown = operation.shown(node)
    return otherwise if shown is None else name_of(node, shown.properties)
