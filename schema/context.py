"""What every field finds beside its own object."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from graph.graph import Graph
from graph.revision import Revision
from graph.tail import Tail
from policy.caller import Caller
from policy.instant import now
from policy.policy import Policy
from resolvers.decided import About, verdicts_of
from resolvers.freshness import Freshness
from resolvers.operation import Operation
from resolvers.permission import Answer
from resolvers.permitted_communicators import permitted_at_once
from resolvers.token import token_given
from schema.freshness import freshness_asked

if TYPE_CHECKING:
    from schema.observer import Observer

K = TypeVar("K")
V = TypeVar("V")

MOST_KEYS = 1000


class Context:
    """One operation, which begins with its first root field."""

    def __init__(self, graph: Graph, policy: Policy, tail: Tail, caller: Caller) -> None:
        self.graph = graph
        self.policy = policy
        self.tail = tail
        self.caller = caller
        self.latest: Context = self
        self.observer: Observer | None = None
        self.given: dict[tuple[str, str, str | None], list[Answer]] = {}
        """What was answered at once and is still to be told of, by customer, topic and scope."""
        self._operation: Operation | None = None

    @property
    def decided_by(self) -> Revision | None:
        """The revision that alone decided the answer; None where now did too, or nothing was read."""
        return None if self._operation is None else self._operation.decided_by

    def fresh(self) -> "Context":
        """The same for another operation: over one WebSocket come many, each with a revision and a now of its own."""
        self.latest = Context(self.graph, self.policy, self.tail, self.caller)
        return self.latest

    def permitted_at_once(self, customer: str, topic: str, scope: str | None) -> list[Answer]:
        """Who may speak to the customer now, where nothing has to be read or written for it. Raises LookupError, BadInput, NotFound."""
        if self._operation is None or (self.observer is not None and self.observer.keeps_decisions):
            raise LookupError(customer)
        answers = self.given[customer, topic, scope] = permitted_at_once(self._operation, customer, topic, scope)
        return answers

    def tell_given(self) -> None:
        """Tell the observer of what was answered at once, at the end of the operation."""
        if self.observer is not None and self.given:
            self.observer.gave(verdicts_of(self.policy, [About(*asked, answers) for asked, answers in self.given.items()]))

    def begin_again(self, revision: str) -> None:
        """Let the next event of a watch be answered at a revision and a now of its own, no earlier than the one that it tells of."""
        self._operation = Operation(
            self.graph, self.policy, now(), Freshness(at_least=token_given(self.graph, revision)), batched, self.caller
        )

    def operation(self, info: "Info") -> Operation:
        """The operation that the field belongs to. Raises BadInput for consistencies that differ."""
        if self._operation is None:
            freshness = freshness_asked(self.graph, info._raw_info)  # noqa: SLF001 - Strawberry has no public way to the operation's root fields
            self._operation = Operation(self.graph, self.policy, now(), freshness, batched, self.caller)
        return self._operation


Info = strawberry.Info[Context, None]


def batched(many: Callable[[list[K]], Awaitable[Sequence[V]]]) -> Callable[[K], Awaitable[V]]:
    """A reader of one key: what is asked in the same turn of the event loop becomes one reading, and each key is read once."""
    return DataLoader(load_fn=many, max_batch_size=MOST_KEYS).load
