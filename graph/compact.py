from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from graph.checksums import DERIVED
from graph.ids import OF_MANY
from policy.facts import History, Property, Relationship, Version

MOST_SHARED: Final = 100_000
OWN: Final = frozenset({"name", "domain"})


class Sharing:
    """Makes histories small: what many of them hold is there once, and what only the graph needs is left out."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}
        self._partners: dict[str, tuple[Version, ...]] = {}

    def compact(self, history: History) -> History:
        """The same history, equal but for properties that others are derived from."""
        if len(self._values) + len(self._partners) > MOST_SHARED:
            self._values, self._partners = {}, {}  # what is shared already stays so
        ids = {self._own(node): self._versions(node, versions) for node, versions in history.nodes.items()}
        own = {node: node for node in ids}
        relationships = tuple([self._relationship(each, own) for each in history.relationships])
        return replace(history, customer=own[history.customer], relationships=relationships, nodes=ids)

    def _own(self, node: str) -> str:
        return self._shared(node) if _is_of_many(node) else node

    def _versions(self, node: str, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        small = tuple([self._version(each) for each in versions])
        if not _is_of_many(node):
            return small
        known = self._partners.get(node)
        if known != small:
            known = self._partners[node] = small
        return known

    def _version(self, version: Version) -> Version:
        properties = {self._shared(name): self._property(name, value) for name, value in version.properties.items() if name not in DERIVED}
        return Version(self._shared(version.recorded_at), self._shared(version.superseded_at), properties)

    def _property(self, name: str, value: Property) -> Property:
        return self._shared(value) if isinstance(value, str) and name not in OWN else value

    def _relationship(self, each: Relationship, own: Mapping[str, str]) -> Relationship:
        type_, start, end, kind, *rest = each
        return Relationship(type_, own[start], own[end], kind, *map(self._shared, rest))

    def _shared(self, value: Any) -> Any:  # noqa: ANN401 - whatever can be a key
        return self._values.setdefault(value, value)


def _is_of_many(node: str) -> bool:
    """Does the node stand around many customers?"""
    return node.startswith(OF_MANY)
