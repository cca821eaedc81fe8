"""What a judgement gives back: the reason travels with the verdict."""

from typing import NamedTuple

from policy.facts import Relationship
from policy.terms import Standing, Verdict


class Ruling(NamedTuple):
    """The verdict in one scope: the id of the subscription, agreement or customer, and the edges that give the standing."""

    scope: str
    verdict: Verdict
    standing: Standing
    statements: tuple[str, ...]
    interpretation: str | None
    path: tuple[Relationship, ...]


class Decision(NamedTuple):
    """The one answer for a communicator and a customer about a category, over the scopes asked about; ids are node ids."""

    communicator: str
    customer: str
    verdict: Verdict
    rulings: tuple[Ruling, ...]

    @property
    def permitted(self) -> bool:
        """May it speak wherever it was asked about?"""
        return self.verdict in (Verdict.EXPECTED, Verdict.PERMITTED)

    @property
    def permitted_in(self) -> tuple[str, ...]:
        """The scopes in which it may speak; a MIXED answer has some too."""
        return tuple(ruling.scope for ruling in self.rulings if ruling.verdict in (Verdict.EXPECTED, Verdict.PERMITTED))
