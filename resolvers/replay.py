"""Decisions that were given once, asked for again."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from graph.graph import Graph
from policy.caller import Caller
from policy.errors import BadInput, NotFound, VoceroError
from policy.instant import now
from policy.policy import Policy
from policy.terms import Verdict
from resolvers.batching import Batching
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


async def replayed(graph: Graph, policy: Policy, given: Sequence[Given], batched: Batching) -> list[Found | VoceroError]:
    """
    What each question gives today, in their order, to such a caller as it was; one that can't be asked has its error in its place.

    raises: Unavailable
    """
    operations: dict[Caller, Operation] = {}
    for each in given:
        if each.caller not in operations:
            operations[each.caller] = Operation(graph, policy, now(), Freshness(full=True), batched, each.caller)
    found = await asyncio.gather(*(_found(operations[each.caller], each) for each in given), return_exceptions=True)
    for answer in found:
        if isinstance(answer, BaseException) and not isinstance(answer, BadInput | NotFound):
            raise answer
    return found  # type: ignore[return-value]  # the loop above leaves only these


async def _found(operation: Operation, given: Given) -> Found:
    as_of = AsOf(given.valid_at, given.known_at)
    if given.asked is Asked.PERMISSION:
        question = Question(given.communicator or "", given.customer, given.topic, given.scope)
        return Found((await permission(operation, question, as_of)).decision.verdict, 1)
    answers = await permitted_communicators(operation, given.customer, given.topic, given.scope, as_of)
    verdicts = (each.decision.verdict for each in answers if each.decision.communicator == given.communicator)
    return Found(next(verdicts, None), len(answers))
