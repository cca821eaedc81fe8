"""The log as it grows."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from graph.index.local_index import LocalIndex
from graph.log import Entry, entries_after, touched_by
from graph.store import newest_revision
from graph.touched import customers_touched
from policy.caller import Caller, Role
from policy.facts import History
from policy.seen import face_of, portrait
from resolvers.fact_reader import histories_at
from resolvers.freshness import reached
from resolvers.judging import Judging
from resolvers.node import Node
from resolvers.passing import sort_of
from resolvers.token import token_given

AT_ONCE = 100
CUSTOMERS_READ = 500


class Told(NamedTuple):
    """An entry as a caller is told of it; customers: those of a bound caller for which it changed something, by name; None = look."""

    entry: Entry
    customers: Sequence[Node] | None = None


async def changes(index: LocalIndex, judge: Judging, since: str | None) -> AsyncIterator[Told]:
    """
    Every entry after a revision that changed something the caller sees, the oldest first, then each as it is made; without end.

    since:  token of the revision; None = the newest
    raises: BadInput, Unavailable; whoever asks again with the last revision received misses nothing
    """
    graph = index.graph
    if since is None:
        number = (await newest_revision(graph)).number
    else:
        token = token_given(graph, since)
        await reached(graph, token)
        number = token.number
    while True:
        entries = await entries_after(graph, number, limit=AT_ONCE)
        for entry in entries:
            customers = await _customers(index, entry, judge) if judge.caller.is_bound else None
            if customers is None or customers:
                yield Told(entry, customers)
            number = entry.revision.number
        if not entries:
            await index.poller.beyond(number)


async def _customers(index: LocalIndex, entry: Entry, judge: Judging) -> list[Node]:
    """The customers of which a bound caller sees something else after the entry than before it, by name."""
    graph, caller = index.graph, judge.caller
    touched = await touched_by(graph, entry.revision.number)
    found: list[Node] = []
    after: str | None = None
    while page := await customers_touched(graph.read, touched, limit=CUSTOMERS_READ, after=after):
        ids = [customer for customer in page if caller.role is not Role.CUSTOMER or customer == caller.node]
        histories = await histories_at(index, ids, entry.revision)
        found += [_face(each, entry, caller) for each in histories if _is_changed(each, entry, judge)]
        after = page[-1]
    return sorted(found, key=sort_of)


def _is_changed(history: History, entry: Entry, judge: Judging) -> bool:
    at, rules = entry.revision.recorded_at, judge.policy.rules
    return portrait(history, at, at - 1, judge.caller, rules) != portrait(history, at, at, judge.caller, rules)


def _face(history: History, entry: Entry, caller: Caller) -> Node:
    return Node(history.customer, face_of(history, history.customer, entry.revision.recorded_at, caller))
