"""What every field finds beside its own object."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import strawberry
from strawberry.dataloader import DataLoader

from graph.following import Following
from graph.graph import Graph
from graph.tail import Tail
from graph.time_slices import call_when_gathered, cooperative
from policy.caller import Caller
from policy.errors import Unavailable
from policy.instant import now
from policy.policy import Policy
from resolvers.decided import About, Asked, verdicts_of
from resolvers.freshness import Freshness
from resolvers.instants import Lasting
from resolvers.operation import Operation
from resolvers.pinned import Pinned
from resolvers.token import token_given
from schema.cancellation import own_cancellation
from schema.compiled import NotYet
from schema.freshness import freshness_asked

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from graph.revision import Revision
    from policy.terms import Category, Verdict
    from schema.given import Given
    from schema.observer import Observer

K = TypeVar("K")
V = TypeVar("V")

MOST_KEYS = 1000
MINIMIZE_LATENCY = {"minimizeLatency": True}


class Context:
    """One operation, which begins with its first root field."""

    def __init__(self, graph: Graph, policy: Policy, tail: Tail, caller: Caller) -> None:
        self.graph = graph
        self.policy = policy
        self.tail = tail
        self.caller = caller
        self.latest: Context = self
        self.unreachable: Unavailable | None = None
        """What was heard when the graph was looked at just before; None = nothing bad."""
        self.observer: Observer | None = None
        self.verdicts: Counter[tuple[Verdict | None, Category]] = Counter()
        """How many of each kind were given."""
        self.given: Given | None = None
        """What the operation came to, where its answer may be given again."""
        self.decided_by: Revision | None = None
        """The revision that alone decided the answer; None where now did too, or nothing was read."""
        self._given_at_once: list[tuple[Hashable, str, Sequence[Verdict]]] = []
        self._operation: Operation | None = None
        self._begins_at: Revision | None = None
        """The revision that was waited for, for the operation to begin at."""
        self._is_at_once = self._has_read = False

    def end(self) -> None:
        """The operation has come to its end, without an error: nothing of it goes on beside."""
        if self._operation is not None:
            self.decided_by = self._operation.decided_by
            self._operation.end()
        self._operation = None
        self._given_at_once = []

    def fresh(self) -> "Context":
        """The same for another operation: over one WebSocket come many, each with a revision and a now of its own."""
        self.latest = Context(self.graph, self.policy, self.tail, self.caller)
        self.latest.unreachable = self.unreachable
        return self.latest

    def at_once(self, as_of: object = None) -> Operation:
        """The operation, where it has begun and is asked about now. Raises LookupError."""
        if self._operation is None or as_of is not None:
            raise LookupError
        return self._operation

    def deciding_at_once(self) -> Operation:
        """The same, where nothing has to be written of what it decides. Raises LookupError."""
        if self._operation is None or self._keeps_decisions:
            raise LookupError
        return self._operation

    @property
    def _keeps_decisions(self) -> bool:
        return self.observer is not None and self.observer.keeps_decisions

    def begin_at_once(self, consistency: Mapping[str, object] | None) -> None:
        """
        Begin the operation, where the revision that it is answered at is known; once more, where something was waited for since.

        consistency: that of its only root field
        raises:      NotYet; LookupError where it can't be begun so
        """
        if consistency not in (None, MINIMIZE_LATENCY):
            raise LookupError
        self._given_at_once = []
        if self._operation is None:
            operation = Operation(self.graph, self.policy, now(), Freshness(), batched, self.caller)
            self._settle(operation.pinned)
            self._operation, self._is_at_once = operation, True
        elif not self._is_at_once:
            raise LookupError

    def _settle(self, pinned: Pinned) -> None:
        if self._begins_at is not None:
            pinned.pin(self._begins_at)
            return
        try:
            pinned.settle_at_once()
        except LookupError:
            if self.graph.cache is None or self.unreachable is not None:
                raise
            raise NotYet(partial(self._look, self.graph.cache.log)) from None

    async def _look(self, log: Following) -> None:
        try:
            self._begins_at = await log.revision(fresh=False)
        except Unavailable as error:
            self.unreachable = error

    def facts_first(self, customers: Iterable[str]) -> LookupError:
        """What to raise where something of the customers is not remembered: NotYet, once."""
        unread = () if self._operation is None or self._has_read else self._operation.remembered.unread(customers)
        if self._operation is None or not unread:
            return LookupError()
        self._has_read = True
        return NotYet(partial(self._operation.histories, unread))

    def gave_at_once(self, key: Hashable, topic: str, verdicts: Sequence["Verdict"]) -> None:
        """Tell the observer of these at the end of the operation; key: as `asked_about` gives it, where somebody may tell of them first."""
        self._given_at_once.append((key, topic, verdicts))

    def tells_itself(self, asked: Asked, about: Iterable[About]) -> None:
        """Whoever calls tells of these, also where they had been answered at once before something else had to be waited for."""
        if self._given_at_once:
            told = {_key(asked, each) for each in about}
            self._given_at_once = [each for each in self._given_at_once if each[0] not in told]

    def tell_given(self) -> None:
        """Tell the observer of what was answered at once, at the end of the operation."""
        if self.observer is not None and self._given_at_once:
            topics, given = self.policy.topics, self._given_at_once
            self._tell(
                self.observer, Counter((each, topics[topic].category) for _, topic, verdicts in given for each in verdicts or (None,))
            )

    def tell(self, observer: "Observer", about: Iterable[About]) -> None:
        """Tell of the verdicts that are given to the caller."""
        self._tell(observer, verdicts_of(self.policy, about))

    def _tell(self, observer: "Observer", verdicts: "Mapping[tuple[Verdict | None, Category], int]") -> None:
        self.verdicts.update(verdicts)
        observer.gave(verdicts)

    def lasting(self) -> Lasting | None:
        """How long the answer is the same, if its document is steady; None where nobody can say, or each has to be told of."""
        return None if self._operation is None or self._keeps_decisions else self._operation.lasting()

    def begin_again(self, revision: "Revision", token: str) -> None:
        """Let the next event of a watch be answered at the revision that it tells of, and at a now of its own."""
        freshness = Freshness(at_least=token_given(self.graph, token), exactly=revision)
        self._operation = Operation(self.graph, self.policy, now(), freshness, batched, self.caller)

    def operation(self, info: "Info") -> Operation:
        """The operation that the field belongs to. Raises BadInput for consistencies that differ."""
        if self._is_at_once:  # its only root field could not be answered so, and what was given for it is given anew
            self._is_at_once, self._given_at_once = False, []
        if self._operation is None:
            freshness = freshness_asked(self.graph, info._raw_info)  # noqa: SLF001 - Strawberry has no public way to the operation's root fields
            self._operation = Operation(self.graph, self.policy, now(), freshness, batched, self.caller)
            self._operation.pinned.unreachable = self.unreachable
        return self._operation


def asked_about(customer: str, topic: str, scope: str | None, communicator: str | None = None) -> Hashable:
    """What tells one question from another; communicator: None where it is who is permitted."""
    return customer, topic, scope, communicator


def _key(asked: Asked, about: About) -> Hashable:
    who = about.answers[0].decision.communicator if asked is Asked.PERMISSION else None
    return asked_about(about.customer, about.topic, about.scope, who)


Info = strawberry.Info[Context, None]


class Gathering:
    """The event loop as a DataLoader uses it, but that a batch is read only when all that is asked for in its moment has been asked for."""

    def create_future(self) -> asyncio.Future[Any]:
        """A future of the running loop."""
        return asyncio.get_running_loop().create_future()

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Begin the batch."""
        call_when_gathered(callback)


def batched(many: Callable[[list[K]], Coroutine[Any, Any, Sequence[V]]]) -> Callable[[K], Awaitable[V]]:
    """
    A reader of one key: what is asked in the same turn of the event loop becomes one reading, and each key is read once.

    Whoever is cancelled while it waits leaves the others waiting; a reading is cancelled when nobody waits for it.
    """
    loader: DataLoader[K, V] | None = None
    waiting = Counter[asyncio.Future[V]]()

    async def read(keys: list[K]) -> Sequence[V]:
        with own_cancellation():  # or the loader would leave those that wait without an answer
            return await cooperative(many(keys))

    def leave(shared: asyncio.Future[V], _: object) -> None:
        waiting[shared] -= 1
        if not waiting[shared]:
            del waiting[shared]
            shared.cancel()

    def load(key: K) -> Awaitable[V]:
        nonlocal loader
        if loader is None:  # most operations need none
            loader = DataLoader(load_fn=read, max_batch_size=MOST_KEYS, loop=cast("AbstractEventLoop", Gathering()))
        shared = asyncio.ensure_future(loader.load(key))
        if shared.done():
            return shared
        waiting[shared] += 1
        waiter = asyncio.shield(shared)
        waiter.add_done_callback(partial(leave, shared))
        return waiter

    return load
