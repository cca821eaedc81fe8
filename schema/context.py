"""What every field finds beside its own object."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import strawberry

from graph.graph import Graph
from graph.index.local_index import LocalIndex
from policy.caller import Caller
from policy.instant import now
from policy.policy import Policy
from resolvers.decided import About, Asked, decided, verdicts_of
from resolvers.freshness import Freshness
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.token import token_given

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.revision import Revision
    from policy.errors import Unavailable
    from policy.terms import Category, Verdict
    from schema.observer import Observer


class Answered(NamedTuple):
    """A field that was asked, what about, and the instant that was given."""

    asked: Asked
    about: About
    as_of: AsOf | None


class Context:
    """One operation, which begins with the first field that reads."""

    def __init__(self, index: LocalIndex, policy: Policy, caller: Caller) -> None:
        self.index = index
        self.policy = policy
        self.caller = caller
        self.latest: Context = self
        self.unreachable: Unavailable | None = None
        """Why the graph could not be asked just before; None = it could."""
        self.observer: Observer | None = None
        self.decided_by: Revision | None = None
        """The revision that alone decided the answer; None where now did too, or nothing was read."""
        self.told: list[Answered] = []
        """What was decided for the caller, of which the observer is told at the end of the operation."""
        self.freshness: Callable[[], Freshness] = Freshness
        """How fresh its answers have to be, as its document says. Raises BadInput."""
        self._operation: Operation | None = None

    @property
    def graph(self) -> Graph:
        """The graph that is written to."""
        return self.index.graph

    @property
    def operation(self) -> Operation:
        """The operation that the field belongs to. Raises BadInput for consistencies that differ."""
        if self._operation is None:
            self._operation = Operation(self.index, self.policy, now(), self.freshness(), self.caller)
            self._operation.pinned.unreachable = self.unreachable
        return self._operation

    def end(self) -> None:
        """Let go of the operation, which has come to its end without an error."""
        if self._operation is not None:
            self.decided_by = self._operation.decided_by
            self._operation.end()
        self._operation = None
        self.told = []

    def fresh(self) -> "Context":
        """The same for another operation: over one WebSocket come many, each with a revision and a now of its own."""
        self.latest = Context(self.index, self.policy, self.caller)
        self.latest.unreachable = self.unreachable
        self.latest.observer = self.observer
        return self.latest

    def tell(self, asked: Asked, about: About, as_of: AsOf | None) -> None:
        """Have the observer told of what is decided, at the end of the operation."""
        self.told.append(Answered(asked, about, as_of))

    def report(self) -> None:
        """Tell the observer of what was decided. Raises Unavailable."""
        told, self.told = self.told, []
        if self.observer is None or not told:
            return
        verdicts: Counter[tuple[Verdict | None, Category]] = Counter(verdicts_of(self.policy, (each.about for each in told)))
        self.observer.gave(verdicts)
        if self.observer.keeps_decisions:
            operation = self.operation
            self.observer.decided([one for asked, about, as_of in told for one in decided(operation, asked, (about,), as_of)])

    def begin_again(self, revision: "Revision", token: str) -> None:
        """Let the next event of a watch be answered at the revision that it tells of, and at a now of its own."""
        freshness = Freshness(at_least=token_given(self.graph, token), exactly=revision)
        self._operation = Operation(self.index, self.policy, now(), freshness, self.caller)


Info = strawberry.Info[Context, None]
