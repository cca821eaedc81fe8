"""
Histories that were read before. They stay right because the log says what was touched since: one look at it serves all of them.

A history holds everything that was ever recorded, so one that was read at some revision answers for every earlier one too; and for a
later one as long as nothing of it was touched in between.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from time import monotonic
from typing import NamedTuple

from graph.compact import Sharing
from graph.contact_cache import ContactCache
from graph.contacts import Contact, contacts_of
from graph.following import Following
from graph.graph import Graph
from graph.histories import histories_of
from graph.ids import OF_MANY, kind_of
from graph.misses import Misses
from graph.near import Near
from graph.nodes import nodes_of
from graph.partner_cache import Of, PartnerCache
from graph.revision import Revision
from graph.ties import providers_of
from policy.facts import History, Relationship, Version
from policy.instant import now
from policy.remembered import work_out

PAGE = 250
MOST_LOST = 500
"""Customers that are read again so that all of them are remembered."""
SOON = 0.7
"""The part of the greatest age after which what was read ahead is read again."""
FILLED = 0.95
"""The part of the memory that is filled ahead."""
SPARE = 0.92
"""The part of the memory in which more than histories is kept."""
OF_HISTORY, OF_RELATIONSHIP, OF_NODE = 1500, 420, 220
"""Bytes, as measured; with what is worked out of a history and kept with it."""


class Kept(NamedTuple):
    """
    A history, the number of the revision that it was read at, when by the clock that only goes forward, and its bytes.

    sort: the customer's place in the order of names
    """

    history: History
    number: int
    at: float
    size: int
    sort: str


class Read(NamedTuple):
    """What was read of a customer, None of one that is not known, and the number of the revision that it was read at."""

    history: History | None
    number: int


class HistoryCache:
    """
    The histories of a process.

    most_bytes:   what they may take in all; those not used for the longest time go first
    staleness:    as for `Following`
    greatest_age: seconds after which a history is read anew, so that a write behind the service's back is seen
    """

    def __init__(self, graph: Graph, *, most_bytes: int, staleness: float, greatest_age: float) -> None:
        self._graph = graph
        self._most_bytes = most_bytes
        self._greatest_age = greatest_age
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._near = Near()
        self._bytes = 0
        self.log = Following(graph, staleness, self)
        self._misses = Misses(self._read)
        self.nodes: PartnerCache[tuple[Version, ...]] = PartnerCache(self._read_nodes, greatest_age, self.log)
        """All versions of partners and operators, so that one without a tie to a customer need not be looked for each time."""
        self.providers: PartnerCache[tuple[Relationship, ...]] = PartnerCache(self._read_providers, greatest_age, self.log)
        """All records of who provides for a partner."""
        self._sharing = Sharing()
        self._contacts = ContactCache(graph, self.log, lambda customer: self._kept[customer].history.nodes)
        self._lost: set[str] | None = None
        """The customers of which none is remembered though all were read ahead; None = not all were."""
        self._began = self._whole_until = 0.0
        self._by_name: Sequence[Contact] | None = None
        self._is_wanted = True
        self._found = self._missed = 0

    @property
    def bytes(self) -> int:
        """What the histories take, about."""
        return self._bytes

    def counted(self) -> tuple[int, int]:
        """How many histories were remembered when they were asked for, and how many had to be read, since this was asked last."""
        counted, self._found, self._missed = (self._found, self._missed), 0, 0
        return counted

    async def contacts(self, communicator: str) -> Sequence[Contact] | None:
        """
        All customers with which a communicator ever had a tie, in the order of names; None where they are too many to be remembered.

        They are good for the revision to which the log was followed. Raises Unavailable.
        """
        return await self._contacts.get(communicator, await self._everyone())

    async def read_ahead(self, after: str | None = None) -> str | None:
        """
        Read the next page of customers anew, so that few have to wait for theirs; work out what is asked of most.

        after:   sort key that they come after; None = from the first
        returns: that of the last one; None where there are no more, or no more room
        raises:  Unavailable
        """
        at = await self.log.revision(fresh=False)
        if after is None:
            self._lost, self._began, self._whole_until, self._is_wanted = set(), monotonic(), 0.0, False
        page = await contacts_of(self._graph, None, after=after, limit=PAGE)
        for each in page:
            if each.customer in self._kept and self._kept[each.customer].at < self._began:
                self._drop(each.customer)
        for history in (await self.histories([each.customer for each in page], at, None)).values():
            work_out(history, now(), at.recorded_at)
        has_room = self._lost is not None and self._bytes < self._most_bytes * FILLED
        if has_room and len(page) == PAGE:
            return page[-1].sort
        if has_room:
            self._whole_until = self._began + self._greatest_age
        else:
            self._lost = None
        return None

    def wants_reading_ahead(self) -> bool:
        """Was it never done, or everything forgotten since it was begun, or will that soon be too old?"""
        return self._is_wanted or (self._lost is not None and monotonic() > self._began + self._greatest_age * SOON)

    async def _everyone(self) -> Sequence[Contact] | None:
        """All customers, in the order of names; None where not all of them are remembered."""
        if self._lost is None or monotonic() > self._whole_until:
            return None
        if self._lost:
            lost = list(self._lost)[: MOST_LOST + 1]
            if len(lost) > MOST_LOST:
                return None
            found = await self.histories(lost, await self.log.revision(fresh=False), None)
            if self._lost is None or not self._lost.isdisjoint(found):  # touched again meanwhile
                return None
            self._lost.difference_update(lost)
            if self._lost:
                return None
        if self._by_name is None:
            self._by_name = sorted((Contact(customer, kept.sort) for customer, kept in self._kept.items()), key=attrgetter("sort"))
        return self._by_name

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
        self._missed += len(missing)
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
        oldest, found = monotonic() - self._greatest_age, dict[str, History]()
        for customer in customers:
            history = self._of(customer, oldest)
            if history is not None and (partner is None or any(each.start == partner for each in history.relationships)):
                found[customer] = history
        self._found += len(found)
        return found

    def __contains__(self, customer: object) -> bool:
        """Is its history remembered?"""
        return customer in self._kept

    def remembered(self, customers: Iterable[str]) -> list[History]:
        """Those of all of them, in their order, good for the revision to which the log was followed. Raises LookupError."""
        oldest, found = monotonic() - self._greatest_age, list[History]()
        for customer in customers:
            history = self._of(customer, oldest)
            if history is None:
                raise LookupError(customer)
            found.append(history)
        self._found += len(found)
        return found

    def grow(self, history: History, size: int) -> bool:
        """May so many bytes more be kept with a history? They go with it; none where it is not remembered, or memory runs short."""
        kept = self._kept.get(history.customer)
        if kept is None or kept.history is not history or self._bytes + size > self._most_bytes * SPARE:
            return False
        self._kept[history.customer] = kept._replace(size=kept.size + size)
        self._bytes += size
        return True

    def _of(self, customer: str, oldest: float) -> History | None:
        kept = self._kept.get(customer)
        if kept is None:
            return None
        if kept.at < oldest:
            self._drop(customer)
            return None
        self._kept.move_to_end(customer)
        return kept.history

    async def _read(self, customers: Sequence[str]) -> Mapping[str, Read]:
        histories = await histories_of(self._graph, customers)
        number = histories.revision.number
        found = {customer: self._sharing.compact(history) for customer, history in histories.of.items()}
        # one that is behind the log, as far as that is being followed, may have been touched since
        if number >= self.log.followed_to:
            for customer, history in histories.of.items():
                self._keep(customer, found[customer], number, str(history.nodes[customer][0].properties["sort"]))
        return {customer: Read(found.get(customer), number) for customer in customers}

    async def _read_nodes(self, partners: Sequence[str]) -> Of[tuple[Version, ...]]:
        return Of(*await nodes_of(self._graph, partners))

    async def _read_providers(self, partners: Sequence[str]) -> Of[tuple[Relationship, ...]]:
        found = await providers_of(self._graph, partners)
        if found.revision.number >= self.log.followed_to:
            self.nodes.met(found.nodes, monotonic())
        return Of(found.revision, found.of)

    def _keep(self, customer: str, history: History, number: int, sort: str) -> None:
        self._drop(customer)
        kept = Kept(history, number, monotonic(), _bytes_of(history), sort)
        self._kept[customer] = kept
        self.nodes.met({id_: versions for id_, versions in history.nodes.items() if id_.startswith(OF_MANY)}, kept.at)
        if self._lost is not None:
            self._lost.discard(customer)
        self._bytes += kept.size
        self._near.add(history)
        while self._bytes > self._most_bytes and self._kept:
            self._drop(next(iter(self._kept)))
            self._lost = None

    def _drop(self, customer: str) -> None:
        kept = self._kept.pop(customer, None)
        self._by_name = None
        if kept is None:
            return
        kept.history.worked_out.clear()  # it refers back to the history, and what was read ahead is not looked through for cycles
        if self._lost is not None:
            self._lost.add(customer)
        self._bytes -= kept.size
        self._near.remove(kept.history)

    def clear(self) -> None:
        """Forget everything."""
        for customer in list(self._kept):
            self._drop(customer)
        self._contacts.clear()
        self.nodes.clear()
        self.providers.clear()
        self._lost, self._by_name, self._is_wanted = None, None, True
        self._bytes = 0

    def forget(self, touched: Iterable[str]) -> None:
        """What a revision touched."""
        self._contacts.clear()
        for node in touched:
            self.nodes.forget(node)
            self.providers.forget(node)
            if self._lost is not None and kind_of(node) == "customer":
                self._lost.add(node)  # also one that is new
            customers = self._near.of(node) if kind_of(node) != "partner" else self._with_partner(node)
            for customer in list(customers):
                self._drop(customer)

    def _with_partner(self, partner: str) -> Iterable[str]:
        # many stand around most partners, and partners change seldom: looked for, not kept
        return [customer for customer, kept in self._kept.items() if partner in kept.history.nodes]


def _bytes_of(history: History) -> int:
    return OF_HISTORY + OF_RELATIONSHIP * len(history.relationships) + OF_NODE * len(history.nodes)
