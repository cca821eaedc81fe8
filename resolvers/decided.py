"""The verdicts that were given to a caller, as plain values from which each can be asked for again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from graph.ids import parse_id
from graph.time_slices import give_way
from policy.caller import Caller
from policy.policy import Policy
from policy.terms import Category, Verdict
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import Answer, scope_of, topic_named, topic_of


class Asked(StrEnum):
    """The question that was asked."""

    PERMISSION = "permission"
    PERMITTED_COMMUNICATORS = "permittedCommunicators"


class Decided(NamedTuple):
    """
    One verdict that a caller was given, or that there is nobody to be permitted.

    communicator: id; None, and verdict None, where nobody is permitted
    of:           how many communicators the same question brought
    topic:        its code
    scope:        id; None = all scopes
    valid_at, known_at: the instant at which the graph was read, microseconds
    revision:     its token as the caller got it
    """

    asked: Asked
    caller: Caller
    communicator: str | None
    customer: str
    topic: str
    category: Category
    scope: str | None
    valid_at: int
    known_at: int
    verdict: Verdict | None
    permitted: bool
    everywhere: bool
    of: int
    revision: str
    policy_version: str


class About(NamedTuple):
    """What was asked about, in the caller's own words, and the answers to it."""

    customer: str
    topic: str
    scope: str | None
    answers: Sequence[Answer]


def verdicts_of(policy: Policy, about: Iterable[About]) -> Mapping[tuple[Verdict | None, Category], int]:
    """How many verdicts of each kind were given; None = nobody is permitted."""
    counted: Counter[tuple[Verdict | None, Category]] = Counter()
    for _, topic, _, answers in about:
        give_way()
        if answers:
            category = answers[0].topic.category
            for answer in answers:
                counted[answer.decision.verdict, category] += 1
        else:
            counted[None, topic_named(policy, topic).category] += 1
    return counted


def decided(operation: Operation, asked: Asked, about: Iterable[About], as_of: AsOf | None) -> list[Decided]:
    """What was decided about each, in their order; the questions are ones that were answered. Raises Unavailable."""
    instant = operation.reading(operation.instant(as_of))
    revision = operation.token()
    found = []
    for customer, text, scope, answers in about:
        topic = topic_of(operation, text)
        given = [each.decision for each in answers]
        found += [
            Decided(
                asked=asked,
                caller=operation.caller,
                communicator=None if decision is None else decision.communicator,
                customer=parse_id(customer, ("customer",)),
                topic=topic.code,
                category=topic.category,
                scope=scope_of(scope),
                valid_at=instant.valid_at,
                known_at=instant.known_at,
                verdict=None if decision is None else decision.verdict,
                permitted=decision is not None and decision.permitted,
                everywhere=decision is not None and decision.everywhere,
                of=len(given),
                revision=revision,
                policy_version=operation.policy.version,
            )
            for decision in given or (None,)
        ]
    return found
