"""Decisions that were given once, asked for again."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.index.local_index import LocalIndex
from policy.caller import Caller
from policy.errors import BadInput, NotFound, VoceroError
from policy.instant import now
from policy.policy import Policy
from policy.terms import Verdict
from resolvers.decided import Asked
from resolvers.freshness import Freshness
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import Question, permission
from resolvers.permitted_communicators import permitted_communicators


class Given(NamedTuple):
    """A decision as it was given to a caller; the members are those of `Decided`."""

    asked: Asked
    caller: Caller
    communicator: str | None
    customer: str
    topic: str
    scope: str | None
    valid_at: int
    known_at: int
    verdict: Verdict | None
    of: int
    policy_version: str


class Found(NamedTuple):
    """What the same question gives today: the verdict on the same communicator, None where it is not given, and how many are."""

    verdict: Verdict | None
    of: int


def replayed(index: LocalIndex, policies: Mapping[str, Policy], given: Sequence[Given]) -> list[Found | VoceroError]:
    """
    What each question gives today, in their order, to such a caller as it was; one that can't be asked has its error in its place.

    policies: version -> the policy, of every version that decided one of them
    raises:   Unavailable
    """
    operations: dict[tuple[str, Caller], Operation] = {}
    found = []
    for each in given:
        asks = each.policy_version, each.caller
        if asks not in operations:
            operations[asks] = Operation(index, policies[each.policy_version], now(), Freshness(full=True), each.caller)
        found.append(_found_or_error(operations[asks], each))
    return found


def _found_or_error(operation: Operation, given: Given) -> Found | VoceroError:
    try:
        return _found(operation, given)
    except (BadInput, NotFound) as error:
        return error


def _found(operation: Operation, given: Given) -> Found:
    as_of = AsOf(given.valid_at, given.known_at)
    if given.asked is Asked.PERMISSION:
        question = Question(given.communicator or "", given.customer, given.topic, given.scope)
        return Found(permission(operation, question, as_of).decision.verdict, 1)
    answers = permitted_communicators(operation, given.customer, given.topic, given.scope, as_of)
    verdicts = (each.decision.verdict for each in answers if each.decision.communicator == given.communicator)
    return Found(next(verdicts, None), len(answers))
