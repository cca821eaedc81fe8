"""What differs between two situations of one customer: before and after a change, or an instant and the next."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from policy.decide import decide
from policy.policy import Policy, Topic
from policy.situation import Situation
from policy.standing import candidates
from policy.terms import Category, Verdict


class Difference(NamedTuple):
    """A verdict that is another one afterwards; communicator and customer are node ids."""

    communicator: str
    customer: str
    topic: Topic
    before: Verdict
    after: Verdict


def differences(
    before: Situation | None, after: Situation | None, policy: Policy, topics: Collection[Topic], communicator: str | None = None
) -> Iterator[Difference]:
    """
    What differs about these topics, by the communicator's id, then in the order of the topics.

    before, after: None = the customer was not known, so nothing was stated
    communicator:  the one of the candidates of either that is asked about; None = every one
    """
    known = [each for each in (before, after) if each is not None]
    for each in sorted({each for at in known for each in candidates(at) if communicator in (None, each)}):
        earlier, later = _verdicts(before, each, policy), _verdicts(after, each, policy)
        for topic in topics:
            if earlier[topic.category] is not later[topic.category]:
                yield Difference(each, known[0].customer, topic, earlier[topic.category], later[topic.category])


def _verdicts(at: Situation | None, who: str, policy: Policy) -> dict[Category, Verdict]:
    if at is None:
        return dict.fromkeys(policy.rules.categories, Verdict.NOT_STATED)
    return {category: decide(at, who, category, policy).verdict for category in policy.rules.categories}
