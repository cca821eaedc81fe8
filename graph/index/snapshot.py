"""What the index holds at one revision, and who changes it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Final, NamedTuple

import lmdb

from graph.ids import kind_of
from graph.index.environment import FORMAT, Databases, Environment, value_at
from graph.index.numbers import NUMBER_BYTES, OPERATORS, Number, id_of, number_of, numbers_for, paired
from graph.index.rows import CustomerRow, PartnerRow, customer_row, partner_numbers, partner_row, provider_numbers
from graph.index.values import packed, unpacked
from graph.revision import Revision
from policy.facts import History

STATE: Final = b"state"
NOTHING: Final = b""


class State(NamedTuple):
    """
    What an index is a copy of, and how far.

    store:    what tells the store from others, as text
    revision: the one that the rows are good for; None = none yet
    after:    id of the last customer whose row was filled; None = all were
    """

    store: str
    revision: Revision | None
    after: str | None


class Stale(LookupError):  # noqa: N818 - a state of a row
    """The row of a node is out of date: what it holds has to be read from the graph."""


class Snapshot:
    """The index in one transaction of LMDB. Raises Damaged."""

    def __init__(self, transaction: lmdb.Transaction, databases: Databases) -> None:
        self._transaction = transaction
        self._databases = databases

    def state(self) -> State | None:
        """The state; None in an index that was just made, or has another format."""
        content = value_at(self._transaction, self._databases.meta, STATE)
        if content is None:
            return None
        found = unpacked(content)
        if found["format"] != FORMAT:
            return None
        if found["revision"] is None:
            return State(found["store"], None, found["after"])
        number, recorded_at, bookmarks = found["revision"]
        return State(found["store"], Revision(number, recorded_at, tuple(bookmarks)), found["after"])

    def history(self, customer: str) -> History | None:
        """All that was ever recorded around a customer; None of one that the index does not know. Raises Stale."""
        content = self._row(self._databases.customers, customer)
        if content is None:
            return None
        row = unpacked(content)
        ids = [self._id(number) for number in partner_numbers(row)]
        partners = {partner: self.partner(partner) for partner in dict.fromkeys((*ids, *OPERATORS))}
        known = {partner: of_partner for partner, of_partner in partners.items() if of_partner is not None}
        return customer_row(customer, row, ids).history(customer, known)

    def partner(self, partner: str) -> PartnerRow | None:
        """A partner or operator; None of one that the index does not know. Raises Stale."""
        content = self._row(self._databases.nodes, partner)
        if content is None:
            return None
        row = unpacked(content)
        return partner_row(partner, row, [self._id(number) for number in provider_numbers(row)])

    def provided_by(self, provider: str) -> list[str]:
        """The partners for whom it ever provided, in no order."""
        return self._paired(self._databases.provided, provider)

    def customers_around(self, node: str) -> list[str]:
        """The customers around a subscription or agreement, as far as the index knows them, in no order."""
        return self._paired(self._databases.of_node, node)

    def affected_by(self, nodes: Iterable[str]) -> set[str]:
        """The customers, partners and operators whose rows these nodes of a log entry stand in; unknown ones stand for themselves."""
        found = set()
        for node in nodes:
            if kind_of(node) in {"subscription", "agreement"}:
                found.update(self.customers_around(node))
            else:
                found.add(node)
        return found

    def stale(self, limit: int) -> list[str]:
        """The ids of nodes whose rows are out of date, so many of them."""
        return [self._id(int.from_bytes(number)) for number, _ in islice(self._transaction.cursor(self._databases.stale), limit)]

    def _row(self, database: lmdb._Database, node: str) -> bytes | None:
        """The packed row of a node; None where there is none. Raises Stale."""
        number = self._number(node)
        if number is None:
            return None
        if value_at(self._transaction, self._databases.stale, number) is not None:
            raise Stale(node)
        return value_at(self._transaction, database, number)

    def _number(self, id_: str) -> Number | None:
        return number_of(self._transaction, self._databases, id_)

    def _id(self, number: int) -> str:
        return id_of(self._transaction, self._databases, number.to_bytes(NUMBER_BYTES))

    def _paired(self, database: lmdb._Database, node: str) -> list[str]:
        """The ids with which the node stands in keys of two numbers."""
        number = self._number(node)
        return [] if number is None else [self._id(int.from_bytes(second)) for second in paired(self._transaction, database, number)]


class Change(Snapshot):
    """The index in one write transaction."""

    def set_state(self, state: State) -> None:
        """Keep the state."""
        revision = state.revision and [state.revision.number, state.revision.recorded_at, list(state.revision.bookmarks)]
        self._put(self._databases.meta, STATE, packed({"format": FORMAT, "store": state.store, "revision": revision, "after": state.after}))

    def put_customers(self, rows: Mapping[str, CustomerRow]) -> None:
        """Write the rows of customers."""
        named = {node for row in rows.values() for node in (*row.nodes, *row.partners)}
        numbers = numbers_for(self._transaction, self._databases, named)
        for customer, row in rows.items():
            number = numbers[customer]
            self._put(self._databases.customers, number, packed(row.row(customer, numbers)))
            for node in row.nodes.keys() - {customer}:
                self._put(self._databases.of_node, numbers[node] + number, NOTHING)
            self._transaction.delete(number, db=self._databases.stale)

    def put_partners(self, partners: Mapping[str, PartnerRow]) -> None:
        """Write the rows of partners and operators."""
        named = dict.fromkeys((*partners, *(record.start for row in partners.values() for record in row.providers)))
        numbers = numbers_for(self._transaction, self._databases, named)
        for partner, row in partners.items():
            self._put(self._databases.nodes, numbers[partner], packed(row.row(numbers)))
            for record in row.providers:
                self._put(self._databases.provided, numbers[record.start] + numbers[partner], NOTHING)
            self._transaction.delete(numbers[partner], db=self._databases.stale)

    def mark_stale(self, nodes: Iterable[str], revision: int) -> None:
        """Have the rows of these read anew before they are used."""
        for number in numbers_for(self._transaction, self._databases, nodes).values():
            self._put(self._databases.stale, number, packed(revision))

    def unmark(self, nodes: Iterable[str]) -> None:
        """Have these, which are not in the graph, be out of date no more."""
        for node in nodes:
            if (number := self._number(node)) is not None:
                self._transaction.delete(number, db=self._databases.stale)

    def clear(self) -> None:
        """Empty it."""
        for database in self._databases:
            self._transaction.drop(database, delete=False)

    def _put(self, database: lmdb._Database, key: bytes, value: bytes) -> None:
        self._transaction.put(key, value, db=database)


@contextmanager
def snapshot(environment: Environment) -> Iterator[Snapshot]:
    """The index at one revision. Raises Damaged."""
    with environment.reading() as transaction:
        yield Snapshot(transaction, environment.databases)


@contextmanager
def change(environment: Environment) -> Iterator[Change]:
    """A change of the index, made whole or not at all. Blocks. Raises Unavailable, Damaged."""
    with environment.transaction() as transaction:
        yield Change(transaction, environment.databases)
