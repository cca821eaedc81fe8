"""
Histories that were read before. They stay right because the log says what was touched since: one look at it serves all of them.

A history holds everything that was ever recorded, so one that was read at some revision answers for every earlier one too; and for a
later one as long as nothing of it was touched in between.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from graph.compact import Sharing
from graph.contacts import Contact, contacts_of
from graph.graph import Graph
from graph.histories import histories_of
from graph.ids import kind_of
from graph.misses import Misses
from graph.node_cache import NodeCache
from graph.revision import Revision
from graph.store import newest_revision
from policy.facts import History

ENTRIES_READ = 100
MOST_TOUCHED = 2000
"""Nodes that one revision may touch before everything is forgotten instead of looked for."""
MOST_CONTACTS, MOST_PARTNERS = 20_000, 200
PAGE = 500
FILLED = 0.8
"""The part of the memory that is filled ahead."""
OF_HISTORY, OF_RELATIONSHIP, OF_NODE = 1500, 420, 220
"""Bytes, as measured; with what is worked out of a history and kept with it."""


class Kept(NamedTuple):
    """A history, the number of the revision that it was read at, when by the clock that only goes forward, and its bytes."""

    history: History
    number: int
    at: float
    size: int


class Read(NamedTuple):
    """What was read of a customer, None of one that is not known, and the number of the revision that it was read at."""

    history: History | None
    number: int


class HistoryCache:
    """
    The histories of a process.

    most_bytes:   what they may take in all; those not used for the longest time go first
    staleness:    seconds that the newest revision may have been there before it is noticed, unless it is asked for
    greatest_age: seconds after which a history is read anew, so that a write behind the service's back is seen
    """

    def __init__(self, graph: Graph, *, most_bytes: int, staleness: float, greatest_age: float) -> None:
        self._graph = graph
        self._most_bytes = most_bytes
        self._staleness = staleness
        self._greatest_age = greatest_age
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._near: defaultdict[str, set[str]] = defaultdict(set)
        self._bytes = 0
        self._revision: Revision | None = None
        self._followed_to = 0
        self._looked = -greatest_age
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None
        self._misses = Misses(self._read)
        self.nodes = NodeCache(graph, greatest_age)
        self._sharing = Sharing()
        self._contacts: dict[str, Sequence[Contact] | None] = {}

    @property
    def bytes(self) -> int:
        """What the histories take, about."""
        return self._bytes

    async def revision(self, *, fresh: bool) -> Revision:
        """
        The revision that the histories are given at.

        fresh:  one that is no older than this call, else than the staleness
        raises: Unavailable
        """
        known = None if fresh else self.revision_at_once()
        if known is None:
            await self._followed()
            known = self._revision
        if known is None:
            raise RuntimeError("followed, and no revision")
        return known

    def revision_at_once(self) -> Revision | None:
        """The same, no older than the staleness, where the log need not be looked at for it; else None."""
        return None if monotonic() - self._looked > self._staleness else self._revision

    async def contacts(self, partner: str) -> Sequence[Contact] | None:
        """
        All customers with which a partner ever had a tie, in the order of names; None where they are too many to be remembered.

        They are good for the revision that `revision` gave last. Raises Unavailable.
        """
        if partner not in self._contacts:
            followed_to = self._followed_to
            found = await contacts_of(self._graph, partner, after=None, limit=MOST_CONTACTS + 1)
            if followed_to != self._followed_to:
                return found if len(found) <= MOST_CONTACTS else None
            if len(self._contacts) >= MOST_PARTNERS:
                self._contacts.clear()
            self._contacts[partner] = found if len(found) <= MOST_CONTACTS else None
        return self._contacts[partner]

    async def read_ahead(self, after: str | None = None) -> str | None:
        """
        Read the next page of customers, so that few have to wait for theirs.

        after:   sort key that they come after; None = from the first
        returns: that of the last one; None where there are no more, or no more room
        raises:  Unavailable
        """
        at = await self.revision(fresh=False)
        page = await contacts_of(self._graph, None, after=after, limit=PAGE)
        await self.histories([each.customer for each in page], at, None)
        has_more = len(page) == PAGE and self._bytes < self._most_bytes * FILLED
        return page[-1].sort if has_more else None

    def expire(self) -> None:
        """Look at the log before the next answer, however fresh it may be: this process wrote something."""
        self._looked = -self._greatest_age

    async def histories(self, customers: Iterable[str], at: Revision, partner: str | None) -> Mapping[str, History]:
        """
        The histories of these customers, good for that revision; unknown ones are absent.

        at:      a revision that `revision` gave
        partner: id of the one that asks: customers to which it never had a tie are as unknown, and take as long
        raises:  Unavailable
        """
        asked = dict.fromkeys(customers)
        found = self.known(asked, partner)
        missing = [customer for customer in asked if customer not in found]
        if missing and self._graph.observer is not None:
            self._graph.observer.remembered(0, len(missing))
        if missing and partner is not None:
            found.update((await histories_of(self._graph, missing, partner)).of)
            return found
        while missing:
            read = await self._misses.get(missing)
            found.update((customer, each.history) for customer, each in read.items() if each.history is not None)
            # those whose reading was under way already when that revision was made are read again
            missing = [customer for customer, each in read.items() if each.number < at.number]
        return found

    def known(self, customers: Iterable[str], partner: str | None) -> dict[str, History]:
        """Those of them that are remembered, good for the revision that `revision` gave last; partner: as for `histories`."""
        found: dict[str, History] = {}
        for customer in customers:
            history = self._of(customer)
            if history is not None and (partner is None or any(each.start == partner for each in history.relationships)):
                found[customer] = history
        if found and self._graph.observer is not None:
            self._graph.observer.remembered(len(found), 0)
        return found

    def _of(self, customer: str) -> History | None:
        kept = self._kept.get(customer)
        if kept is None:
            return None
        if monotonic() - kept.at > self._greatest_age:
            self._drop(customer)
            return None
        self._kept.move_to_end(customer)
        return kept.history

    async def _read(self, customers: Sequence[str]) -> Mapping[str, Read]:
        histories = await histories_of(self._graph, customers)
        number = histories.revision.number
        found = {customer: self._sharing.compact(history) for customer, history in histories.of.items()}
        # one that is behind the log, as far as that is being followed, may have been touched since
        if number >= self._followed_to:
            for customer, history in found.items():
                self._keep(customer, history, number)
        return {customer: Read(found.get(customer), number) for customer in customers}

    def _keep(self, customer: str, history: History, number: int) -> None:
        self._drop(customer)
        kept = Kept(history, number, monotonic(), _bytes_of(history))
        self._kept[customer] = kept
        self._bytes += kept.size
        for node in _near(history):
            self._near[node].add(customer)
        while self._bytes > self._most_bytes and self._kept:
            self._drop(next(iter(self._kept)))

    def _drop(self, customer: str) -> None:
        kept = self._kept.pop(customer, None)
        if kept is None:
            return
        self._bytes -= kept.size
        for node in _near(kept.history):
            near = self._near[node]
            near.discard(customer)
            if not near:
                del self._near[node]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._near.clear()
        self._contacts.clear()
        self.nodes.clear()
        self._bytes = 0

    async def _followed(self) -> None:
        """Wait for a look at the log that begins from now on: all who come while one is under way share the next."""
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._after(self._look))
        await asyncio.shield(self._next_look)

    async def _after(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        self._look, self._next_look = self._next_look, None
        looked = monotonic()
        await self._follow(await newest_revision(self._graph))
        self._looked = looked

    async def _follow(self, newest: Revision) -> None:
        before, self._followed_to = self._revision, newest.number
        self.nodes.followed_to = newest.number
        if before is None or newest.number < before.number or (newest.number == before.number and newest.recorded_at != before.recorded_at):
            self.clear()  # nothing was followed yet, or it is another store by now
        elif newest.number > before.number:
            self._contacts.clear()  # a tie or a name may be another one
            await self._forget_touched(before, newest)
        self._revision = newest

    async def _forget_touched(self, before: Revision, newest: Revision) -> None:
        after = before.number - 1  # with the one that is known, which tells whether this is the same log
        is_same = before.number == 0
        while after < newest.number:
            rows = (await self._graph.read("touched_after", after=after, limit=ENTRIES_READ, most=MOST_TOUCHED))["revisions"]
            for number, recorded_at, touched in rows:
                is_same = is_same or (number, recorded_at) == before[:2]
                if not is_same or touched is None:
                    self.clear()
                elif number > before.number:
                    self._forget(touched)
            if not rows:
                break
            after = rows[-1][0]

    def _forget(self, touched: Iterable[str]) -> None:
        for node in touched:
            self.nodes.forget(node)
            customers = self._near.get(node, ()) if kind_of(node) != "partner" else self._with_partner(node)
            for customer in list(customers):
                self._drop(customer)

    def _with_partner(self, partner: str) -> Iterable[str]:
        # many stand around most partners, and partners change seldom: looked for, not kept
        return [customer for customer, kept in self._kept.items() if partner in kept.history.nodes]


def _near(history: History) -> Iterable[str]:
    return (node for node in history.nodes if not node.startswith(("partner:", "operator:")))


def _bytes_of(history: History) -> int:
    return OF_HISTORY + OF_RELATIONSHIP * len(history.relationships) + OF_NODE * len(history.nodes)
