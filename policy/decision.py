"""What a judgement gives back: the reason travels with the verdict."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol, Self

from policy.facts import Relationship
from policy.terms import Language, Standing, Verdict

ALLOWING: Final = (Verdict.EXPECTED, Verdict.PERMITTED)
CLOSING: Final = frozenset({Standing.CLOSING_PARTNER, Standing.OPERATOR_CLOSING})


class Outline(Protocol):
    """What a ruling says beside its scope and its path."""

    @property
    def verdict(self) -> Verdict:
        """In that scope."""

    @property
    def standing(self) -> Standing:
        """What the communicator is there."""

    @property
    def statements(self) -> tuple[str, ...]:
        """Codes of the statements that it rests on."""

    @property
    def interpretations(self) -> tuple[str, ...]:
        """Names of the interpretations that it used."""


class Form(Protocol):
    """What decisions have in common that differ in names only."""

    @property
    def verdict(self) -> Verdict:
        """Of all scopes."""

    @property
    def permits(self) -> bool:
        """Is there a scope in which it may speak?"""

    @property
    def rulings(self) -> Sequence["Outline"]:
        """One for each scope."""

    @property
    def everywhere(self) -> bool:
        """May it speak in every scope asked about?"""

    @property
    def rests(self) -> dict[Language, Sequence[str]]:
        """What it rests on, in words, as far as that was said before."""


class Ruling(NamedTuple):
    """The verdict in one scope: the id of the subscription, agreement or customer, and the edges that give the standing."""

    scope: str
    verdict: Verdict
    standing: Standing
    statements: tuple[str, ...]
    interpretations: tuple[str, ...]
    path: tuple[Relationship, ...]

    @property
    def interpretation(self) -> str | None:
        """The first of them, which is that of the cell where it has one."""
        return next(iter(self.interpretations), None)

    @property
    def closing(self) -> bool:
        """Is the scope one of this communicator alone?"""
        return self.standing in CLOSING


Rulings = tuple[Ruling, ...]


class Decision:
    """
    The one answer for a communicator and a customer about a category, over the scopes asked about; ids are node ids.

    form: what the verdict and all of the rulings but their scopes and paths hang on: those of another decision of this very form are the
          same; None where it is not known
    """

    __slots__ = ("_name", "_rulings", "communicator", "customer", "everywhere", "form", "permits", "verdict")

    def __init__(self, communicator: str, customer: str, verdict: Verdict, rulings: Rulings, *, everywhere: bool) -> None:
        self.communicator = communicator
        self.customer = customer
        self.verdict = verdict
        self.form: Form | None = None
        self.permits = any(each.verdict in ALLOWING for each in rulings)
        """May it speak in some scope?"""
        self.everywhere = everywhere
        """May it speak in every scope asked about, also one that isn't told of?"""
        self._rulings: Rulings | None = rulings
        self._name: Callable[[], Rulings] | None = None

    @classmethod
    def of_form(cls, communicator: str, customer: str, form: Form, name: Callable[[], Rulings]) -> Self:
        """One of a known form; name: gives its rulings, which few ask for."""
        decision = object.__new__(cls)
        decision.communicator, decision.customer = communicator, customer
        decision.form, decision.verdict, decision.permits, decision.everywhere = form, form.verdict, form.permits, form.everywhere
        decision._rulings, decision._name = None, name
        return decision

    @property
    def rulings(self) -> Rulings:
        """One for each scope."""
        if self._rulings is None and self._name is not None:
            self._rulings = self._name()
        return self._rulings or ()

    @property
    def outlines(self) -> Sequence[Outline]:
        """The rulings, where neither scopes nor paths are asked for: nothing has to be read for it."""
        return self.rulings if self.form is None else self.form.rulings

    @property
    def permitted(self) -> bool:
        """May it speak in some scope, and is forbidden to in none?"""
        return self.verdict in ALLOWING

    @property
    def permitted_in(self) -> tuple[str, ...]:
        """The scopes in which it may speak; a MIXED answer has some too."""
        return tuple(ruling.scope for ruling in self.rulings if ruling.verdict in ALLOWING)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def __repr__(self) -> str:
        return f"Decision{self._said()}"

    def _said(self) -> tuple[str, str, Verdict, bool, Rulings]:
        return self.communicator, self.customer, self.verdict, self.everywhere, self.rulings
