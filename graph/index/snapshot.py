"""What the index holds at one revision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final, NamedTuple

import lmdb

from graph.ids import OF_MANY, kind_of
from graph.index import keys
from graph.index.environment import FORMAT, Databases, Environment, value_at
from graph.index.heads import Heads
from graph.index.list_entries import list_entries, packed_entries
from graph.index.listing import Listing
from graph.index.numbers import NUMBER_BYTES, OPERATORS, Number, id_of, number_of, paired
from graph.index.rows import CustomerRow, LooseRow, PartnerRow, customer_row, loose_row, partner_numbers, partner_row, provider_numbers
from graph.index.values import unpacked, unpacked_row, version_of_row
from graph.revision import Revision
from policy.facts import History
from policy.lazy_situation import Head

STATE: Final = b"state"
MOST_NUMBERS: Final = 20_000
MOST_FOUND: Final = 5_000
"""Nodes that a word may find: with more, whoever searches goes through the list."""


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


class Read(NamedTuple):
    """A history, and the versions of the rows that it was made of; of a partner None where there is no row."""

    history: History
    version: bytes
    partners: Mapping[str, bytes | None]


class Snapshot:
    """The index in one transaction of LMDB. Raises Damaged."""

    def __init__(self, transaction: lmdb.Transaction, databases: Databases) -> None:
        self._transaction = transaction
        self._databases = databases
        self._partners: dict[str, tuple[bytes, PartnerRow] | None] = {}
        self._numbers: dict[str, Number] = {}
        self._ids: dict[Number, str] = {}
        self.heads = Heads(transaction, databases, self._version)

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
        found = self.read(customer)
        return found and found.history

    def read(self, customer: str, known: Read | None = None) -> Read | None:
        """
        The history of a customer, with the versions of the rows that it was made of; None of one that the index does not know.

        known:  what was read in an earlier transaction, which is given back where it is the same
        raises: Stale
        """
        content = self._row(self._databases.customers, customer)
        if content is None:
            return None
        version = version_of_row(content)
        if known is not None and known.version == version and all(self._version(who) == last for who, last in known.partners.items()):
            return known
        of_customer = self._customer(customer, content)
        named = {who: self._partner(who) for who in dict.fromkeys((*of_customer.partners, *OPERATORS))}
        rows = {who: partner[1] for who, partner in named.items() if partner is not None}
        return Read(of_customer.history(customer, rows), version, {who: partner and partner[0] for who, partner in named.items()})

    def head(self, customer: str) -> Head | None:
        """The head of a customer; None where there is none that is right: its row tells all of it. Raises Stale."""
        number = self._number(customer)
        if number is None:
            return None
        self._expect_current(customer, number)
        return self.heads.get(number)

    def customer_row(self, customer: str) -> CustomerRow | None:
        """What is the customer's own; None of one that the index does not know. Raises Stale."""
        content = self._row(self._databases.customers, customer)
        return None if content is None else self._customer(customer, content)

    def stands_in(self, node: str, listing: Listing) -> bool:
        """Does a node stand in the lists of a listing, and in no other?"""
        number = self._number(node)
        numbers = {who: self._number(who) for who in listing.ties | listing.seen.keys()}
        known = {who: number for who, number in numbers.items() if number is not None}
        if number is None or len(known) < len(numbers):
            return False
        entries = list_entries(node, number, listing, known)
        is_listed = value_at(self._transaction, self._databases.listed, number) == packed_entries(entries)
        return is_listed and all(value_at(self._transaction, getattr(self._databases, name), key) == value for name, key, value in entries)

    def partner(self, partner: str) -> PartnerRow | None:
        """A partner or operator; None of one that the index does not know. Raises Stale."""
        known = self._partner(partner)
        return known and known[1]

    def loose(self, node: str) -> LooseRow | None:
        """A subscription or agreement that no customer ever had; None of any other. Raises Stale."""
        content = self._row(self._databases.nodes, node)
        return None if content is None else loose_row(node, unpacked_row(content))

    def provided_by(self, provider: str) -> list[str]:
        """The partners for whom it ever provided, in no order."""
        return self._paired(self._databases.provided, provider)

    def loose_sold_by(self, partner: str) -> list[str]:
        """The nodes that no customer ever had at which a partner has a record, and perhaps some that a customer has by now; in no order."""
        return self._paired(self._databases.at_loose, partner)

    def customers_around(self, node: str) -> list[str]:
        """The customers around a subscription or agreement, as far as the index knows them, in no order."""
        return self._paired(self._databases.of_node, node)

    def has_tie(self, partner: str, customer: str) -> bool:
        """Did they ever have a tie? Takes as long for a customer that is not there."""
        numbers = (self._number(partner) or b"", self._number(customer) or b"")
        return value_at(self._transaction, self._databases.ties, b"".join(numbers)) is not None and all(numbers)

    def named(self, kind: str, *, after: str = "", before: str | None = None, forward: bool = True) -> Iterator[keys.Entry]:
        """Customers or partners in the order of today's names; in one go, for it reads on."""
        return keys.entries(self._transaction, self._databases.by_name, keys.KINDS[kind], after=after, before=before, forward=forward)

    def tied_to(self, communicator: str, *, after: str = "", before: str | None = None, forward: bool = True) -> Iterator[keys.Entry]:
        """The customers with which a communicator ever had a tie, in the same order."""
        return self._of(self._databases.of_partner, communicator, after, before, forward=forward)

    def seen_by(self, partner: str, *, after: str = "", before: str | None = None, forward: bool = True) -> Iterator[keys.Entry]:
        """The customers that a partner ever saw, in the order of the names that it saw last."""
        return self._of(self._databases.seen_by, partner, after, before, forward=forward)

    def found_by(self, search: Iterable[Iterable[Iterable[str]]]) -> list[str] | None:
        """The ids of nodes among which all are that have every term of a search, in no order; None = they are more than MOST_FOUND."""
        found: set[Number] | None = None
        for term in search:
            if (numbers := self.found_by_term(term)) is not None:
                found = numbers if found is None else found & numbers
        return None if found is None else [self.id_of(number) for number in found]

    def found_by_term(self, spellings: Iterable[Iterable[str]]) -> set[Number] | None:
        """
        The numbers of the nodes that have all words of one of the spellings, each as the beginning of a word, and perhaps of others.

        None = they are more than MOST_FOUND.
        """
        found: set[Number] = set()
        for spelling in spellings:
            known = [numbers for word in spelling if (numbers := self._found_by(word.strip())) is not None]
            if not known:
                return None
            found |= set.intersection(*known)
        return found

    def _found_by(self, word: str) -> set[Number] | None:
        start = keys.word_start(word)
        found: set[Number] = set()
        cursor = self._transaction.cursor(self._databases.words)
        is_there = cursor.set_range(start)
        while is_there and (key := bytes(cursor.key())).startswith(start):
            found.add(key[-NUMBER_BYTES:])
            if len(found) > MOST_FOUND:
                return None
            is_there = cursor.next()
        return found

    def id_of(self, number: Number) -> str:
        """The id of a node that an entry of a list names."""
        if number not in self._ids:
            self._remember(number, id_of(self._transaction, self._databases, number))
        return self._ids[number]

    def affected_by(self, nodes: Iterable[str]) -> set[str]:
        """The nodes whose rows these nodes of a log entry stand in."""
        found: set[str] = set()
        for node in nodes:
            around: Sequence[str] = () if kind_of(node) in {"customer", *(many[:-1] for many in OF_MANY)} else self.customers_around(node)
            found.update(around)
            if not around or self._number_in(self._databases.nodes, node):
                found.add(node)
        return found

    def stale(self, limit: int) -> list[str]:
        """The ids of nodes whose rows are out of date, so many of them."""
        return [self._id(int.from_bytes(number)) for number, _ in islice(self._transaction.cursor(self._databases.stale), limit)]

    def is_stale(self, node: str) -> bool:
        """Is the row of a node out of date?"""
        return self._number_in(self._databases.stale, node)

    def count_of_stale(self) -> int:
        """How many rows are out of date."""
        return int(self._transaction.stat(self._databases.stale)["entries"])

    def _customer(self, customer: str, content: bytes) -> CustomerRow:
        row = unpacked_row(content)
        return customer_row(customer, row, [self._id(number) for number in partner_numbers(row)])

    def _partner(self, partner: str) -> tuple[bytes, PartnerRow] | None:
        """The version of a partner's row, and the row; many customers name the same."""
        if partner not in self._partners:
            content = self._row(self._databases.nodes, partner)
            if content is None:
                self._partners[partner] = None
            else:
                row = unpacked_row(content)
                providers = [self._id(number) for number in provider_numbers(row)]
                self._partners[partner] = version_of_row(content), partner_row(partner, row, providers)
        return self._partners[partner]

    def _version(self, partner: str) -> bytes | None:
        known = self._partner(partner)
        return known and known[0]

    def _of(self, database: lmdb._Database, partner: str, after: str, before: str | None, *, forward: bool) -> Iterator[keys.Entry]:
        number = self._number(partner)
        if number is None:
            return iter(())
        return keys.entries(self._transaction, database, number, after=after, before=before, forward=forward)

    def _row(self, database: lmdb._Database, node: str) -> bytes | None:
        """The packed row of a node; None where there is none. Raises Stale."""
        number = self._number(node)
        if number is None:
            return None
        self._expect_current(node, number)
        return value_at(self._transaction, database, number)

    def _expect_current(self, node: str, number: Number) -> None:
        if value_at(self._transaction, self._databases.stale, number) is not None:
            raise Stale(node)

    def _number_in(self, database: lmdb._Database, node: str) -> bool:
        number = self._number(node)
        return number is not None and value_at(self._transaction, database, number) is not None

    def _number(self, id_: str) -> Number | None:
        number = self._numbers.get(id_)
        if number is None and (number := number_of(self._transaction, self._databases, id_)) is not None:
            self._remember(number, id_)
        return number

    def _id(self, number: int) -> str:
        return self.id_of(number.to_bytes(NUMBER_BYTES))

    def _remember(self, number: Number, id_: str) -> None:
        """Keep which number an id has: what is asked of a list is asked of its customers next."""
        if len(self._numbers) >= MOST_NUMBERS:
            self._numbers.clear()
            self._ids.clear()
        self._numbers[id_] = number
        self._ids[number] = id_

    def _paired(self, database: lmdb._Database, node: str) -> list[str]:
        """The ids with which the node stands in keys of two numbers."""
        number = self._number(node)
        return [] if number is None else [self._id(int.from_bytes(second)) for second in paired(self._transaction, database, number)]


@contextmanager
def snapshot(environment: Environment) -> Iterator[Snapshot]:
    """The index at one revision. Raises Damaged."""
    with environment.reading() as transaction:
        yield Snapshot(transaction, environment.databases)
