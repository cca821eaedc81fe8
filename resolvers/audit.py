"""Was it permitted to send these communications when they were sent?"""

from collections.abc import Sequence
from typing import NamedTuple

from graph.ids import is_id
from graph.index.local_index import LocalIndex
from graph.revision import Revision
from graph.time_slices import give_way
from policy.caller import ANYBODY
from policy.errors import BadInput, NotFound, VoceroError
from policy.instant import now, written
from policy.policy import Policy
from policy.terms import Language, Verdict
from resolvers.explanation import explanation
from resolvers.freshness import Freshness
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import Answer, Question, permission

FINDINGS = {Verdict.PROHIBITED, Verdict.MIXED}
"""Who sends with regard to one scope names it, so that MIXED says: it was not confined to the scopes where it is permitted."""


class Sent(NamedTuple):
    """A communication that was sent: what it was in its sender's own words, when, in microseconds, and its sender's name for it."""

    question: Question
    at: int
    reference: str


class Audited(NamedTuple):
    """What is known of one communication, and the operation that it was asked in."""

    answer: Answer
    operation: Operation

    @property
    def is_finding(self) -> bool:
        """Should it not have been sent like this?"""
        return self.answer.decision.verdict in FINDINGS

    def explanation(self, language: Language = Language.EN) -> str:
        """The reason in words. Raises Unavailable."""
        # nobody gave the revision's own instant as a `knownAt`
        return explanation(self.operation, self.answer._replace(known_at=None), language)


def judged(operation: Operation, sent: Sequence[Sent], known_at: int | None = None) -> list[Answer | VoceroError]:
    """
    The verdict on each communication at its instant, in their order; one that can't be judged has its error in its place.

    known_at: microseconds; None = all that the operation's revision holds
    raises:   Unavailable
    """
    operation.prefetch(each.question.customer for each in sent if is_id(each.question.customer, ("customer",)))
    return [_judged(operation, each, known_at) for each in sent]


def audited(index: LocalIndex, policy: Policy, sent: Sequence[Sent], at: Revision) -> list[Audited | VoceroError]:
    """
    What is known of some communications, in their order; one that can't be judged has its error in its place.

    at:     the revision that all of it is answered at, however many calls it takes
    raises: Unavailable
    """
    operation = Operation(index, policy, now(), Freshness(full=True), ANYBODY)
    answers = judged(operation, sent, at.recorded_at)
    return [answer if isinstance(answer, VoceroError) else Audited(answer, operation) for answer in answers]


def _judged(operation: Operation, sent: Sent, known_at: int | None) -> Answer | VoceroError:
    give_way()
    if sent.at > operation.now:
        return BadInput(f"at `{written(sent.at)}` is in the future; give the instant at which it was sent")
    try:
        return permission(operation, sent.question, AsOf(sent.at, known_at))
    except (BadInput, NotFound) as error:
        return error
