"""What documents that ask for nothing but the schema are answered: always the same, so it is kept."""

from collections import OrderedDict
from typing import Any

from graphql import DocumentNode, FieldNode, OperationDefinitionNode

ROOT_FIELDS = frozenset({"__schema", "__type", "__typename"})
MOST_KEPT, DEAREST_KEPT = 8, 500_000
"""Tools have a few documents, each with one `__schema`; answers of others might take much memory."""


class Introspections:
    """The latest answers, by the document's text."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def get(self, text: str) -> dict[str, Any] | None:
        """The data; None where it is not kept."""
        if text in self._kept:
            self._kept.move_to_end(text)
        return self._kept.get(text)

    def keep(self, text: str, document: DocumentNode, data: dict[str, Any], cost: int) -> None:
        """Keep the data, if nothing but the document decides it."""
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        if cost > DEAREST_KEPT or len(operations) > 1 or operations[0].variable_definitions:
            return
        fields = operations[0].selection_set.selections
        if not all(isinstance(field, FieldNode) and field.name.value in ROOT_FIELDS for field in fields):
            return
        self._kept[text] = data
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
