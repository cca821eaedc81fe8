"""Every candidate communicator of a customer by every topic."""

from collections.abc import Sequence
from typing import NamedTuple

from policy.policy import Topic
from policy.remembered import decided, known_candidates
from policy.situation import Situation
from policy.terms import Verdict
from resolvers.operation import Operation


class Matrix(NamedTuple):
    """verdicts[topic][communicator], in the orders of the other two."""

    topics: Sequence[Topic]
    communicators: Sequence[str]
    verdicts: Sequence[Sequence[Verdict]]


def permission_matrix(operation: Operation, at: Situation | None) -> Matrix:
    """The whole matrix of one situation; without candidates where the customer was not known."""
    topics = tuple(operation.policy.topics.values())
    if at is None:
        return Matrix(topics, (), tuple(() for _ in topics))
    who = known_candidates(at)
    # a verdict depends on the topic's category alone
    policy = operation.policy
    rows = {category: tuple(decided(at, each, category, policy).verdict for each in who) for category in policy.rules.categories}
    return Matrix(topics, who, tuple(rows[topic.category] for topic in topics))
