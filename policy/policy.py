"""The policy as plain values: what policy.toml holds once it is read and found total."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from policy.rules import Rules
from policy.terms import Boundary, Category, Cloud, Language, Standing, Verdict

Text = Mapping[Language, str]

WITHOUT_CELLS: Final = ("governed-by-direct-agreement", "last-biller-until-deleted")
"""Interpretations that no cell names: the facts of a scope bring them with them, in this order."""


class Statement(NamedTuple):
    """One sentence of the source, in our words; source names the document, its date and the paragraph."""

    code: str
    text: Text
    source: str


class Interpretation(NamedTuple):
    """A reading where the policy is silent or two statements meet; changed: a policy file gave one of its cells another verdict."""

    name: str
    text: Text
    changed: bool


class Topic(NamedTuple):
    """What a communication is about; its category decides."""

    code: str
    category: Category
    name: Text
    description: Text


class Cell(NamedTuple):
    """One cell of the table: the verdict, the codes of the statements it rests on, the name of the interpretation it used."""

    verdict: Verdict
    statements: tuple[str, ...]
    interpretation: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """
    One version of the policy, total: every standing has exactly one cell for every category.

    version:        SHA-256 of the content of its file, in hexadecimal
    effective_from: microseconds since 1970, UTC
    topics:         in the order of the file, which is the order of every list
    rules:          how it takes the facts before it judges them
    boundaries:     is the subscription's billing by consumption? -> when a completed transfer takes effect
    switched:       the cells to which an operator's policy file gave another verdict
    remembered:     decisions that were worked out by it, by the shape of the facts
    """

    version: str
    title: str
    source: str
    effective_from: int
    clouds: frozenset[Cloud]
    statements: Mapping[str, Statement]
    interpretations: Mapping[str, Interpretation]
    topics: Mapping[str, Topic]
    table: Mapping[tuple[Standing, Category], Cell]
    boundaries: Mapping[bool, Boundary]
    rules: Rules
    switched: frozenset[tuple[Standing, Category]] = frozenset()
    remembered: dict[Hashable, dict[Any, Any]] = field(default_factory=dict, repr=False, compare=False)

    def in_force(self, valid_at: int) -> bool:
        """Was the page published by then?"""
        return valid_at >= self.effective_from
