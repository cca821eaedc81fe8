"""Changes of the index: rows, and whatever says where their nodes stand."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import lmdb

from graph.index.environment import FORMAT, Environment, value_at
from graph.index.list_entries import list_entries, packed_entries
from graph.index.listing import Listing, listing_of_customer, listing_of_partner
from graph.index.numbers import Number, numbers_for
from graph.index.outdated import note_erasure
from graph.index.rows import CustomerRow, LooseRow, PartnerRow, Row
from graph.index.rows_read import Rows
from graph.index.snapshot import STATE, Read, Snapshot, Stale, State
from graph.index.values import VERSION_BYTES, packed, packed_row, unpacked
from policy.lazy_situation import Head

NOTHING: Final = b""


class Change(Snapshot):
    """The index in one write transaction."""

    def set_state(self, state: State) -> None:
        """Keep the state."""
        revision = state.revision and [state.revision.number, state.revision.recorded_at, list(state.revision.bookmarks)]
        self._put(self._databases.meta, STATE, packed({"format": FORMAT, "store": state.store, "revision": revision, "after": state.after}))

    def put(self, rows: Rows) -> None:
        """Write rows of every kind."""
        self.put_partners(rows.partners)
        self.put_customers(rows.customers)
        self.put_loose(rows.loose)

    def put_customers(self, rows: Mapping[str, CustomerRow]) -> None:
        """Write the rows of customers."""
        listings = {customer: listing_of_customer(customer, row) for customer, row in rows.items()}
        named = {node for row in rows.values() for node in (*row.nodes, *row.partners)}
        tied = {communicator for listing in listings.values() for communicator in listing.ties}
        numbers = numbers_for(self._transaction, self._databases, named | tied)
        for customer, row in rows.items():
            number = numbers[customer]
            self._put_row(self._databases.customers, number, row.row(customer, numbers))
            for node in row.nodes.keys() - {customer}:
                self._put(self._databases.of_node, numbers[node] + number, NOTHING)
            self._list(customer, number, listings[customer], numbers)
            self._transaction.delete(number, db=self._databases.stale)
            self._transaction.delete(number, db=self._databases.heads)

    def put_heads(self, made: Mapping[str, tuple[Read, Head]]) -> None:
        """Write the heads of customers whose rows, and those of whose partners, are still the ones that were read."""
        for customer, (read, head) in made.items():
            with suppress(Stale):
                if (number := self._number(customer)) is not None and self.read(customer, read) is read:
                    self.heads.put(number, head)

    def put_partners(self, partners: Mapping[str, PartnerRow]) -> None:
        """Write the rows of partners and operators."""
        named = dict.fromkeys((*partners, *(record.start for row in partners.values() for record in row.providers)))
        numbers = numbers_for(self._transaction, self._databases, named)
        for partner, row in partners.items():
            self._put_changed_row(numbers[partner], row.row(numbers))
            for record in row.providers:
                self._put(self._databases.provided, numbers[record.start] + numbers[partner], NOTHING)
            if listing := listing_of_partner(partner, row):
                self._list(partner, numbers[partner], listing, {})
            self._transaction.delete(numbers[partner], db=self._databases.stale)

    def put_loose(self, rows: Mapping[str, LooseRow]) -> None:
        """Write the rows of subscriptions and agreements that no customer ever had; one that a customer has by now has none."""
        numbers = numbers_for(self._transaction, self._databases, {*rows, *(each.start for row in rows.values() for each in row.records)})
        for node, row in rows.items():
            number = numbers[node]
            if self.customers_around(node) and not row.records:
                self._transaction.delete(number, db=self._databases.nodes)
            else:
                self._put_row(self._databases.nodes, number, row.row())
            for record in row.records:
                self._put(self._databases.at_loose, numbers[record.start] + number, NOTHING)
            self._transaction.delete(number, db=self._databases.stale)

    def mark_stale(self, nodes: Iterable[str], revision: int) -> None:
        """Have the rows of these read anew before they are used."""
        for number in numbers_for(self._transaction, self._databases, nodes).values():
            self._put(self._databases.stale, number, packed(revision))

    def note_erasure(self) -> None:
        """Have the generation be filled anew in due time: its free pages hold what was erased."""
        note_erasure(self._transaction, self._databases)

    def unmark(self, nodes: Iterable[str]) -> None:
        """Have these, which are not in the graph, be out of date no more."""
        for node in nodes:
            if (number := self._number(node)) is not None:
                self._transaction.delete(number, db=self._databases.stale)

    def clear(self) -> None:
        """Empty it."""
        for database in self._databases:
            self._transaction.drop(database, delete=False)

    def _list(self, node: str, number: Number, listing: Listing, numbers: Mapping[str, bytes]) -> None:
        """Have a node stand in the lists of its listing, and in no other."""
        entries = list_entries(node, number, listing, numbers)
        content, kept = packed_entries(entries), value_at(self._transaction, self._databases.listed, number)
        if content == kept:
            return
        for name, key in [] if kept is None else unpacked(kept)["keys"]:
            self._transaction.delete(bytes.fromhex(key), db=getattr(self._databases, name))
        for name, key, value in entries:
            self._put(getattr(self._databases, name), key, value)
        self._put(self._databases.listed, number, content)

    def _put_row(self, database: lmdb._Database, number: Number, row: Row) -> None:
        self._put(database, number, packed_row(row, self._transaction.id()))

    def _put_changed_row(self, number: Number, row: Row) -> None:
        """Write the row of a partner if it is another one: the heads of all its customers go with it."""
        kept = value_at(self._transaction, self._databases.nodes, number)
        if kept is None or kept[VERSION_BYTES:] != packed(row):
            self._put_row(self._databases.nodes, number, row)

    def _put(self, database: lmdb._Database, key: bytes, value: bytes) -> None:
        self._transaction.put(key, value, db=database)


@contextmanager
def change(environment: Environment) -> Iterator[Change]:
    """A change of the index, made whole or not at all. Blocks. Raises Unavailable, Damaged."""
    with environment.transaction() as transaction:
        yield Change(transaction, environment.databases)
