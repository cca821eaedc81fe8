"""
What was said of a customer is kept with the facts that it rests on, and goes when they do.

Nothing else decides it: not the instant in their stretch of time, not the revision, not who of those that see everything asks.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import orjson

from policy.situation import Situation
from policy.terms import Verdict
from resolvers.operation import Operation
from resolvers.permission import Answer as Decided
from resolvers.permission import Question, permission_at_once
from resolvers.permitted_communicators import permitted_at_once
from schema.compiled import Later
from schema.context import Context, asked_about

if TYPE_CHECKING:
    from schema.permission import Permission

OF_AN_ANSWER: Final = 500
OF_A_VALUE: Final = 150
OF_A_BYTE: Final = 4
"""Bytes, about, that an answer takes in memory, and a value beside what it is as JSON, and a byte of that."""
MOST_VALUES: Final = 8
"""Ways in which one answer is kept, as it was asked for."""


Decide = Callable[[], Sequence[Decided]]
Show = Callable[[Sequence[Decided]], object]


class Said(NamedTuple):
    """
    What was answered to one question.

    values:   what the answer was completed to, by what was asked of it
    verdicts: those that it gives; none where nobody is permitted
    """

    values: dict[int, object]
    verdicts: Sequence[Verdict]


class Answer(Later):
    """
    An answer of now to one question.

    decide: what it says
    show:   makes of that what clients see
    """

    __slots__ = ("_at", "_decide", "_decided", "_keeps", "_operation", "_show", "verdicts")

    def __init__(self, operation: Operation, at: Situation, decide: Decide, show: Show) -> None:
        super().__init__({})
        self._operation = operation
        self._at = at
        self._decide = decide
        self._show = show
        self._keeps = False
        self._decided: Sequence[Decided] | None = None
        self.verdicts: Sequence[Verdict] = ()

    def look(self, key: Hashable, *, keeps: bool) -> Self:
        """Find what was said before; keeps: may it be kept what is said now? Raises LookupError where there is no answer."""
        policy, said = self._at.worked_out.get("said") or (None, dict[Hashable, Said]())
        if policy is not self._operation.policy:
            said = {}
        found: Said | None = said.get(key)
        if found is None:
            self._decided = self._decide()
            found = Said({}, tuple([each.decision.verdict for each in self._decided]))
            keeps = keeps and self._operation.has_room(self._at, OF_AN_ANSWER)
            if keeps:
                said[key] = found
                self._at.worked_out["said"] = self._operation.policy, said
        self.kept, self.verdicts = found
        self._keeps = keeps
        return self

    def make(self) -> object:
        """It, as clients see it."""
        return self._show(self._decide() if self._decided is None else self._decided)

    def keep(self, selection: int, completed: object) -> None:
        """Keep it with the situation."""
        size = OF_A_VALUE + OF_A_BYTE * len(orjson.dumps(completed))
        if self._keeps and len(self.kept) < MOST_VALUES and self._operation.has_room(self._at, size):
            self.kept[selection] = completed


def permitted_communicators(context: Context, customer: str, topic: str, scope: str | None) -> Later:
    """Who may speak to the customer now, where nothing has to be read or written for it. Raises LookupError."""
    operation, of = context.deciding_at_once(), _permission().of
    answer = Answer(
        operation,
        operation.known_at_once(customer).situation,
        lambda: permitted_at_once(operation, customer, topic, scope),
        lambda decided: [of(each) for each in decided],
    ).look((topic, scope), keeps=True)
    context.gave_at_once(asked_about(customer, topic, scope), topic, answer.verdicts)
    return answer


def permission(context: Context, question: Question) -> Later:
    """May the communicator speak to the customer now, where nothing has to be read or written for it? Raises LookupError."""
    operation, of = context.deciding_at_once(), _permission().of
    who, customer, topic, scope = question
    at = operation.known_at_once(customer).situation
    answer = Answer(operation, at, lambda: [permission_at_once(operation, question)], lambda decided: of(decided[0]))
    # whoever nothing ties to the customer may get another name without the customer being touched
    answer.look((who, topic, scope), keeps=at.has_node(who))
    context.gave_at_once(asked_about(customer, topic, scope, who), topic, answer.verdicts)
    return answer


@cache
def _permission() -> "type[Permission]":
    from schema.permission import Permission

    return Permission
