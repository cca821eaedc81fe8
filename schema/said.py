"""
Who may speak to a customer is kept as it was said, with the facts that it rests on, and goes when they do.

Nothing else decides it: not the instant in their stretch of time, not the revision, not who of those that see everything asks.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from policy.policy import Policy
from policy.situation import Situation
from policy.terms import Verdict
from resolvers.operation import Operation
from resolvers.permission import Answer
from resolvers.permitted_communicators import permitted_at_once
from schema.compiled import Later
from schema.context import Context, asked_about

if TYPE_CHECKING:
    from schema.permission import Permission

OF_THE_FIRST, OF_ANOTHER, OF_ITS_OWN = 350, 40, 250
"""Bytes, about: that keeping the first answer of a situation takes, and another; and one that is alike no other, beside what was sent."""
SHORT: Final = 400
"""Bytes of an answer up to which it is looked for among those that others have: longer ones name more that is nobody else's."""
MOST_ALIKE: Final = 4_000
"""Short answers that are shared: most customers of a partner are given the same few."""


class Said(NamedTuple):
    """What was said about a topic: the verdicts, the number of what was asked of them last, and what was sent."""

    verdicts: Sequence[Verdict]
    selection: int
    sent: bytes
    fragment: orjson.Fragment


class Permitted(Later):
    """
    Who may speak to a customer now about a topic, for ids in the graph's form.

    verdicts: theirs; none where nobody is permitted
    raises:   LookupError where something has to be read for it
    """

    __slots__ = ("_about", "_at", "_decided", "_operation", "_said", "verdicts")

    def __init__(self, operation: Operation, customer: str, topic: str, scope: str | None) -> None:
        self._operation = operation
        self._at = operation.remembered.situation(customer)
        self._about = _about(operation.policy.topics[topic].code, scope)
        self._decided: Sequence[Answer] | None = None
        self._said: Said | None = _kept(self._at, operation.policy).get(self._about)
        self.verdicts: Sequence[Verdict] = () if self._said is None else self._said.verdicts
        if self._said is None:
            self._decided = self._decide()
            self.verdicts = tuple([each.decision.verdict for each in self._decided])

    def known(self, selection: int) -> object:
        """What was said when the same was asked in the same way."""
        return None if self._said is None or self._said.selection != selection else self._said.fragment

    def make(self) -> object:
        """They, as clients see them."""
        of = _permission().of
        return [of(each) for each in (self._decide() if self._decided is None else self._decided)]

    def keep(self, selection: int, completed: object) -> None:
        """Keep it with the situation, in the place of what was asked for in another way."""
        kept = _kept(self._at, self._operation.policy)
        if self._said is None and not self._operation.remembered.has_room(self._at, OF_ANOTHER if kept else OF_THE_FIRST):
            return
        sent = bytes(memoryview(orjson.dumps(completed)))  # what orjson gives holds on to a buffer of several kilobytes
        said = _alike(self.verdicts, selection, sent) if len(sent) <= SHORT else _said(self.verdicts, selection, sent)
        size = OF_ITS_OWN + len(sent) if said.sent is sent else 0
        gone = OF_ITS_OWN + len(self._said.sent) if self._said is not None and len(self._said.sent) > SHORT else 0
        if self._operation.remembered.has_room(self._at, size - gone):
            kept[self._about] = said

    def _decide(self) -> Sequence[Answer]:
        return permitted_at_once(self._operation, self._at.customer, *self._about)


def permitted_communicators(context: Context, customer: str, topic: str, scope: str | None) -> Permitted:
    """The same, of which the context is told. Raises LookupError."""
    permitted = Permitted(context.deciding_at_once(), customer, topic, scope)
    context.gave_at_once(asked_about(customer, topic, scope), topic, permitted.verdicts)
    return permitted


def _kept(at: Situation, policy: Policy) -> dict[tuple[str, str | None], Said]:
    """What was said of a situation by a policy, by topic and scope."""
    by, said = at.worked_out.get("said") or (None, {})
    if by is not policy:
        at.worked_out["said"] = policy, (said := {})
    return said


@lru_cache(MOST_ALIKE)
def _about(topic: str, scope: str | None) -> tuple[str, str | None]:
    return topic, scope


def _said(verdicts: Sequence[Verdict], selection: int, sent: bytes) -> Said:
    return Said(verdicts, selection, sent, orjson.Fragment(sent))


_alike = lru_cache(MOST_ALIKE)(_said)


@cache
def _permission() -> "type[Permission]":
    from schema.permission import Permission

    return Permission
