"""The facts that an operation rests on: from the local index, and from the graph where a row of the index is not there or out of date."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar, cast

from graph.histories import histories_of
from graph.ids import OF_MANY
from graph.index.keys import Entry
from graph.index.listing import sort_key_of
from graph.index.local_index import LocalIndex
from graph.index.rows import LooseRow, PartnerRow
from graph.index.rows_read import PAGE, rows_of
from graph.index.snapshot import Snapshot, Stale
from graph.index.values import Damaged
from graph.revision import Revision
from graph.time_slices import call, give_way, wait_for
from graph.touched import customers_touched
from policy.caller import ANYBODY, Caller
from policy.collation.search import Search
from policy.facts import History, Property, Relationship, Version
from policy.lazy_situation import Head, LazySituation
from policy.live import version_at
from policy.policy_file import shipped_policy
from policy.rules import Rules
from policy.situation import Situation
from policy.span import Span
from policy.stretches import situation_kept

CUSTOMERS_AROUND = 1000
T = TypeVar("T")


class FactReader:
    """
    What is asked of the facts, without an `await`: whatever has to be read from the graph is waited for in between.

    caller: who asks: of customers to which a partner never had a tie nothing is brought from the graph

    Rows hold all that was ever recorded, perhaps beyond the operation's revision: whoever reads them looks at no later knownAt.
    """

    def __init__(self, index: LocalIndex, caller: Caller = ANYBODY) -> None:
        self._graph = index.graph
        self._index = index
        self._partner = caller.partner
        self._is_bound = caller.is_bound
        self._histories: dict[str, History | None] = {}
        self._versions: dict[str, tuple[Version, ...]] = {}
        """Versions of nodes around customers whose histories were read from the graph."""
        self._partners: dict[str, PartnerRow | None] = {}
        self._loose: dict[str, LooseRow | None] = {}
        self._around: dict[str, list[str]] = {}

    def prefetch(self, customers: Iterable[str]) -> None:
        """Read in one go what has to be read of these customers from the graph. Raises Unavailable."""
        missing = [customer for customer in dict.fromkeys(customers) if customer not in self._histories and self._is_stale(customer)]
        for first in range(0, len(missing), PAGE):
            some = missing[first : first + PAGE]
            found = wait_for(histories_of(self._graph, some, self._partner)).of
            self._index.read_through(len(some))
            self._histories.update((customer, found.get(customer)) for customer in some)
            for history in found.values():
                self._versions.update(history.nodes)

    def history(self, customer: str) -> History | None:
        """All that was ever recorded around a customer; None where there is none. Raises Unavailable."""
        if customer in self._histories:
            return self._histories[customer]
        try:
            return self._index.history(customer)
        except Stale:
            self.prefetch((customer,))
            return self._histories[customer]

    def situation(self, customer: str, valid_at: int, known_at: int, rules: Rules) -> Situation | None:
        """The situation of a customer, all of which is seen; None where it was not known then. Raises Unavailable."""
        has_heads = rules == shipped_policy().rules
        head = self._head(customer) if has_heads else None
        if head is not None and head.holds(valid_at, known_at):
            return LazySituation(customer, head, partial(self._loaded, customer, valid_at, known_at, rules), valid_at, known_at)
        at = self._loaded(customer, valid_at, known_at, rules)
        if at is not None and has_heads:
            self._index.keep_head(at.history, valid_at, known_at)
        return at

    def properties(self, node: str, known_at: int) -> Mapping[str, Property] | None:
        """The properties of a node as they were known then; None of one that was not. Raises Unavailable."""
        if (head := self._head(node)) is not None and head.known_since <= known_at:
            return head.properties
        version = version_at(self.versions(node), known_at)
        return version and version.properties

    def has_tie(self, partner: str, customer: str) -> bool:
        """Did a partner ever have a tie to the customer? One that is not there takes as long. Raises Unavailable."""
        is_tied = None
        if customer not in self._histories:
            is_tied = self._asked(lambda: self._current(customer, waits=False), lambda index: index.has_tie(partner, customer))
        if is_tied is not None:
            return is_tied
        history = self.history(customer)
        return history is not None and any(record.start == partner for record in history.relationships)

    def versions(self, node: str) -> tuple[Version, ...]:
        """All versions of a node; none of one that is not there. Raises Unavailable."""
        if node in self._versions:
            return self._versions[node]
        if node.startswith("customer:"):
            history = self.history(node)
            return history.nodes[node] if history else ()
        if node.startswith(OF_MANY):
            row = self.partner(node)
            return row.versions if row else ()
        for customer in self.customers_around(node):
            if (history := self.history(customer)) is not None and node in history.nodes:
                return history.nodes[node]
        loose = self.loose(node)
        return loose.versions if loose else ()

    def partner(self, partner: str) -> PartnerRow | None:
        """A partner or operator, and who ever provided for it; None where there is none. Raises Unavailable."""
        if partner not in self._partners:
            self._partners[partner] = self._read(partner, lambda snapshot: snapshot.partner(partner), self._partners)
        return self._partners[partner]

    def loose(self, node: str) -> LooseRow | None:
        """A subscription or agreement that no customer ever had; None of any other. Raises Unavailable."""
        if node not in self._loose:
            self._loose[node] = self._read(node, lambda snapshot: snapshot.loose(node), self._loose)
        return self._loose[node]

    def customers_around(self, node: str) -> Sequence[str]:
        """The customers around a subscription or agreement, in no order. Raises Unavailable."""
        if node not in self._around:
            around = self._asked(lambda: self._current(node), lambda index: index.customers_around(node))
            if around is not None:
                return around
            self._around[node] = wait_for(customers_touched(self._graph.read, (node,), limit=CUSTOMERS_AROUND))
        return self._around[node]

    def records_at(self, node: str) -> tuple[Relationship, ...]:
        """All that was ever recorded at a subscription or agreement. Raises Unavailable."""
        found: dict[Relationship, None] = {}
        for customer in self.customers_around(node):
            if (history := self.history(customer)) is not None:
                found.update((record, None) for record in history.relationships if record.end == node)
        loose = self.loose(node)
        return (*found, *(record for record in (loose.records if loose else ()) if record not in found))

    def provided_by(self, provider: str) -> Sequence[str]:
        """The partners for whom it ever provided. Raises Unavailable."""
        return self._asked_of_all(lambda index: index.provided_by(provider))

    def loose_sold_by(self, partner: str) -> Sequence[LooseRow]:
        """The subscriptions that no customer ever had at which a partner has a record. Raises Unavailable."""
        nodes = self._asked_of_all(lambda index: index.loose_sold_by(partner))
        return [row for node in nodes if (row := self.loose(node)) is not None]

    def customers_named(self, span: Span) -> list[tuple[str, str]]:
        """The ids and sort keys of the next customers, in the order of today's names. Raises Unavailable."""
        return self._listed(span, Snapshot.named, "customer")

    def partners_named(self, span: Span) -> list[tuple[str, str]]:
        """The ids and sort keys of the next partners, in the order of today's names. Raises Unavailable."""
        return self._listed(span, Snapshot.named, "partner")

    def customers_tied_to(self, communicator: str, span: Span) -> list[tuple[str, str]]:
        """The ids and sort keys of the next customers with which a communicator ever had a tie. Raises Unavailable."""
        return self._listed(span, Snapshot.tied_to, communicator)

    def customers_seen_by(self, partner: str, span: Span) -> list[tuple[str, str]]:
        """The ids and sort keys of the next customers that a partner ever saw, by the names that it saw last. Raises Unavailable."""
        return self._listed(span, Snapshot.seen_by, partner)

    def found_by(self, kind: str, search: Search) -> list[str] | None:
        """The ids of nodes of a kind among which all are that a search finds, in no order; None = too many. Raises Unavailable."""
        found = self._asked_of_all(lambda index: index.found_by(search))
        return None if found is None else [id_ for id_ in found if id_.startswith(f"{kind}:")]

    def in_order(self, nodes: Iterable[str], span: Span) -> list[tuple[str, str]]:
        """The ids and sort keys of those of the nodes that lie in a span, in its order. Raises Unavailable."""
        sorts = sorted((sort_key_of(node, versions[0]), node) for node in nodes if (versions := self.versions(node)))
        return [(node, sort) for sort, node in (sorts if span.forward else sorts[::-1]) if span.holds(sort)]

    def _head(self, node: str) -> Head | None:
        return self._index.head(node) if node not in self._histories and node.startswith("customer:") else None

    def _loaded(self, customer: str, valid_at: int, known_at: int, rules: Rules) -> Situation | None:
        history = self.history(customer)
        return None if history is None else situation_kept(history, valid_at, known_at, rules)

    def _listed(self, span: Span, entries: Callable[..., Iterable[Entry]], of: str) -> list[tuple[str, str]]:
        """The ids and sort keys in a span of one of the lists of the index: `entries` is a method of Snapshot, `of` whose list."""
        give_way()

        def listed(index: Snapshot) -> list[tuple[str, str]]:
            found = entries(index, of, after=span.after or "", before=span.before, forward=span.forward)
            return [(index.id_of(number), sort) for sort, number in islice(found, span.limit)]

        return self._asked_of_all(listed)

    def _asked_of_all(self, read: Callable[[Snapshot], T]) -> T:
        """What an index says every row of which is there. Raises Unavailable."""
        return cast("T", self._asked(self._whole, read))

    def _asked(self, index: Callable[[], Snapshot | None], read: Callable[[Snapshot], T]) -> T | None:
        """What the index says; None where there is none. One that turns out to be damaged is given up, and looked for again."""
        while (snapshot := index()) is not None:
            try:
                return read(snapshot)
            except Damaged:
                self._index.give_up_damaged()
        return None

    def _current(self, node: str, *, waits: bool = True) -> Snapshot | None:
        """
        The index, where the row of a node is good in it.

        waits: for the whole index where the caller is bound: by what is read from the graph it could tell what is not there from what is
               not to be seen
        """
        snapshot = self._whole() if self._is_bound and waits else self._index.snapshot()
        return None if snapshot is None or snapshot.is_stale(node) else snapshot

    def _whole(self) -> Snapshot:
        """The index, every row of which is there. Raises Unavailable."""
        snapshot = self._index.snapshot()
        if snapshot is None or self._index.behind() is not None:
            wait_for(self._index.whole())
            snapshot = self._index.snapshot()
            assert snapshot is not None  # noqa: S101 - that is what was waited for
        return snapshot

    def _is_stale(self, customer: str) -> bool:
        snapshot = self._index.snapshot()
        return snapshot is None or snapshot.is_stale(customer)

    def _read(self, node: str, of: Callable[[Snapshot], T | None], rows: dict[str, T | None]) -> T | None:
        if (snapshot := self._current(node)) is not None:
            try:
                return of(snapshot)
            except Damaged:
                self._index.give_up_damaged()
                return self._read(node, of, rows)
        read = wait_for(rows_of(self._graph, (node,)))
        self._partners.update(read.partners)
        self._loose.update(read.loose)
        return rows.get(node)


async def histories_at(index: LocalIndex, customers: Iterable[str], revision: Revision) -> list[History]:
    """The histories of customers, with all that a revision holds; of an unknown one there is none. Raises Unavailable."""
    asked = list(customers)
    if (await index.poller.revision(fresh=False)).number < revision.number:
        await index.poller.revision(fresh=True)

    def read() -> list[History]:
        facts = FactReader(index)
        facts.prefetch(asked)
        return [history for customer in asked if (history := facts.history(customer)) is not None]

    return await call(read)
