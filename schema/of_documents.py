from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

from graphql import DocumentNode

V = TypeVar("V")


class OfDocuments(Generic[V]):
    """
    What is worked out of documents, for as long as they are kept.

    They are known by identity: to compare a document with others takes longer than to run what it asks.
    """

    def __init__(self, work_out: Callable[[DocumentNode], V]) -> None:
        self._work_out = work_out
        self._known: dict[int, tuple[ref[DocumentNode], V]] = {}

    def __len__(self) -> int:
        """Of how many documents it is known."""
        return len(self._known)

    def of(self, document: DocumentNode) -> V:
        """That of one document."""
        key = id(document)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = ref(document, lambda _: self._known.pop(key, None)), self._work_out(document)
        return known[1]
