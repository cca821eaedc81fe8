"""Every customer by every topic by every candidate communicator, as a file."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import NamedTuple

from graph.customer_test import CustomerTest
from intake.write_matrix import MatrixRow, MatrixWriter
from policy.another import ANOTHERS
from policy.decide import decide
from policy.policy import Policy
from policy.situation import Situation
from policy.standing import candidates, standings
from policy.terms import Category, Standing, Verdict
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.walk import situations_of

PLACE = {standing: place for place, standing in enumerate(Standing)}
MOST_SHAPES = 10_000

Shape = tuple[bool, frozenset[tuple[tuple[Standing, ...], bool]]]
"""All that a verdict depends on beside the category: is the cloud covered, the standings in each scope, and is that scope of others."""


class Judged(NamedTuple):
    """What a row says of one communicator."""

    verdict: Verdict
    permitted: bool
    standings: str
    everywhere: bool


async def export_matrix(
    operation: Operation, as_of: AsOf | None, file: MatrixWriter, *, progress: Callable[[int], None]
) -> AsyncIterator[bytes]:
    """
    The bytes of the file, piece by piece, the first of them at once.

    Its rows stand in the order of customers (name, id), topics and candidates (name, id), all at the operation's revision.

    progress: called with the number of rows that were added
    raises:   BadInput, Unavailable
    """
    judge = Judge(operation.policy)
    yield file.begin()
    for passed in situations_of(operation, CustomerTest(), as_of):
        rows = judge.rows(passed.at)
        if piece := file.add(rows):
            yield piece
        progress(len(rows))
    yield file.end()


class Judge:
    """The judgement of one customer after the other: most of them look alike, and what was judged once needs no judging again."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._judged: dict[Shape, Mapping[Category, Judged]] = {}

    def rows(self, at: Situation) -> list[MatrixRow]:
        """The rows of one customer."""
        who = [(each, self._of(at, each)) for each in candidates(at)]
        topics = self._policy.topics.values()
        return [MatrixRow(at.customer, topic.code, each, *judged[topic.category]) for topic in topics for each, judged in who]

    def _of(self, at: Situation, who: str) -> Mapping[Category, Judged]:
        scopes = at.scopes + at.closing_scopes(who)
        shape = (at.cloud in self._policy.clouds, frozenset((tuple(standings(at, who, each)), each == ANOTHERS) for each in scopes))
        if shape not in self._judged:
            if len(self._judged) == MOST_SHAPES:
                self._judged.clear()
            self._judged[shape] = {category: self._judge(at, who, category) for category in self._policy.rules.categories}
        return self._judged[shape]

    def _judge(self, at: Situation, who: str, category: Category) -> Judged:
        decision = decide(at, who, category, self._policy)
        found = sorted({ruling.standing for ruling in decision.outlines}, key=PLACE.__getitem__)
        return Judged(decision.verdict, decision.permitted, " ".join(found), decision.everywhere)
