"""
Permissions as they change: because something was recorded, or because time passed.

The watch goes step by step from one (validAt, knownAt) to the next: to the next revision, or to the next instant at which something
that is known already begins or ends, whichever comes first. Steps rest on the log alone, so they are the same after a restart.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import NamedTuple

from graph.graph import Graph
from graph.ids import kind_of, parse_id
from graph.index.local_index import LocalIndex
from graph.log import Entry, entries_after, next_due, touched_by
from graph.revision import Revision
from graph.store import newest_revision
from graph.touched import customers_of_providers, customers_touched
from policy.caller import Caller, Role
from policy.difference import differences
from policy.instant import BEGINNING, now
from policy.policy import Policy, Topic
from policy.seen import situation_seen
from resolvers.difference import Changed
from resolvers.fact_reader import histories_at
from resolvers.freshness import reached
from resolvers.instants import Instant
from resolvers.judging import Judging
from resolvers.node import Node
from resolvers.permission import COMMUNICATORS, topic_named
from resolvers.token import Place, token_given, token_of

CUSTOMERS_READ = 50
CUSTOMERS_LISTED = 1000


class Interest(NamedTuple):
    """Whose permissions are watched, and about what; None = all customers, every communicator."""

    customers: frozenset[str] | None
    communicator: str | None
    topics: Sequence[Topic]

    @classmethod
    def of(cls, policy: Policy, customers: Collection[str] | None, communicator: str | None, topics: Collection[str] | None) -> "Interest":
        """The interest in a caller's words. Raises BadInput for ids that can't be, NotFound for a topic that there is not."""
        wanted = policy.topics if topics is None else {topic_named(policy, each).code for each in topics}
        return cls(
            None if customers is None else frozenset(parse_id(each, ("customer",)) for each in customers),
            None if communicator is None else parse_id(communicator, COMMUNICATORS),
            [topic for code, topic in policy.topics.items() if code in wanted],
        )

    def seen_by(self, caller: Caller) -> "Interest":
        """The same for a caller that sees no more than one customer, where it does."""
        if caller.role is not Role.CUSTOMER:
            return self
        own = {str(caller.node)}
        return self._replace(customers=frozenset(own if self.customers is None else own & self.customers))


class Step(NamedTuple):
    """From one instant to the next; touched: ids of the nodes whose facts are others afterwards."""

    before: Instant
    after: Instant
    revision: Revision
    by_time: bool
    touched: Collection[str]


class Standpoint(NamedTuple):
    """What the watch has seen: everything up to a revision, as time stood at that instant, in microseconds."""

    revision: Revision
    at: int


async def permission_changes(index: LocalIndex, judge: Judging, interest: Interest, since: str | None) -> AsyncIterator[Changed]:
    """
    Every permission of interest that is another one, in the order in which it came, from a revision on; without end.

    since:  token of a revision, or of a difference that was received; None = now
    raises: BadInput, Unavailable; whoever asks again with the last revision received misses nothing and gets nothing twice
    """
    graph = index.graph
    if since is None:
        here = Standpoint(await newest_revision(graph), now())
    else:
        token = token_given(graph, since)
        await reached(graph, token)
        here = await _standpoint(graph, token.number)
        if token.place:
            step = await _step_again(graph, here, token.place)
            async for change in _changes(index, judge, interest, step, token.place):
                yield change
            here = here._replace(at=token.place.at)
    while True:
        entry = next(iter(await entries_after(graph, here.revision.number, limit=1)), None)
        due = await next_due(graph, here.at)
        if due and due.at <= (entry.clock if entry else now()):
            step = _by_time(here.revision, due.at, due.touched)
        elif entry:
            step = await _by_revision(graph, here, entry)
        else:
            await index.poller.beyond(here.revision.number, (due.at - now()) / 1_000_000 if due else None)
            continue
        async for change in _changes(index, judge, interest, step, None):
            yield change
        here = Standpoint(step.revision, step.after.valid_at)


async def _standpoint(graph: Graph, number: int) -> Standpoint:
    """What was seen when the revision of this number was made."""
    if number == 0:
        return Standpoint(Revision(0, BEGINNING), BEGINNING)
    (entry,) = await entries_after(graph, number - 1, limit=1)
    return Standpoint(entry.revision, entry.clock)


def _by_time(revision: Revision, at: int, touched: Collection[str]) -> Step:
    # nothing begins or ends between the last step and this one, so any instant before it will do
    return Step(Instant(at - 1, revision.recorded_at), Instant(at, revision.recorded_at), revision, by_time=True, touched=touched)


async def _by_revision(graph: Graph, here: Standpoint, entry: Entry) -> Step:
    at = max(here.at, entry.clock)
    before, after = Instant(at, here.revision.recorded_at), Instant(at, entry.revision.recorded_at)
    return Step(before, after, entry.revision, by_time=False, touched=await touched_by(graph, entry.revision.number))


async def _step_again(graph: Graph, here: Standpoint, place: Place) -> Step:
    """The step that a place belongs to, of the revision that was seen last."""
    if place.by_time:
        due = await next_due(graph, place.at - 1)
        return _by_time(here.revision, place.at, due.touched if due and due.at == place.at else ())
    before = await _standpoint(graph, max(here.revision.number - 1, 0))
    return await _by_revision(graph, before._replace(at=place.at), Entry(here.revision, "", "", here.at))


async def _changes(index: LocalIndex, judge: Judging, interest: Interest, step: Step, after: Place | None) -> AsyncIterator[Changed]:
    """What the step changes, in the order of customer, communicator and topic; only what comes after that place."""
    order = {code: place for place, code in enumerate(judge.policy.topics)}
    passed = after and (after.customer, after.communicator, order.get(after.topic, -1))
    graph = index.graph
    customers = await _customers(graph, interest.seen_by(judge.caller), step.touched)
    for place in range(0, len(customers), CUSTOMERS_READ):
        chosen = customers[place : place + CUSTOMERS_READ]
        for history in await histories_at(index, chosen, step.revision):
            seen_at = (situation_seen(history, *instant, judge.caller, judge.policy.rules) for instant in (step.before, step.after))
            before, after_it = seen_at
            for each in differences(before, after_it, judge.policy, interest.topics, interest.communicator):
                if passed is None or (each.customer, each.communicator, order[each.topic.code]) > passed:
                    at = Place(step.after.valid_at, step.by_time, each.customer, each.communicator, each.topic.code)
                    seen = after_it or before
                    who, whom = (Node(id_, seen.properties(id_) if seen else {}) for id_ in (each.communicator, each.customer))
                    yield Changed(each, who, whom, at.at, step.revision, token_of(graph, step.revision, judge.caller, at))


async def _customers(graph: Graph, interest: Interest, touched: Collection[str]) -> list[str]:
    """The customers of interest whose permissions may be others, by id."""
    moving = [node for node in touched if kind_of(node) != "partner"]  # what a partner is called moves no verdict
    if interest.customers is not None and len(interest.customers) <= len(touched):
        return sorted(interest.customers)
    found = [each for each in await customers_of_providers(graph.read, touched) if interest.customers is None or each in interest.customers]
    after: str | None = None
    while page := await customers_touched(graph.read, moving, limit=CUSTOMERS_LISTED, after=after) if moving else []:
        found.extend(customer for customer in page if interest.customers is None or customer in interest.customers)
        after = page[-1]
    return sorted(set(found))
