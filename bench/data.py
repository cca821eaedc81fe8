"""
The book that is measured: customers, partners, subscriptions and agreements, the same ones for the same count and seed.

Of n customers 30 % buy through a reseller and its provider, the others from a direct partner; 5 % have a second seller, 20 % an
agreement of their own with Microsoft; each has 1 to 4 subscriptions. There are n/50 partners, 20 at least: 60 % direct ones, 35 %
resellers, 5 % providers. The first partner sells to about a tenth of all customers, the others to about 50 each.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.oracle.book import COLUMNS, Book, Row, row_of

MICROSOFT = "operator:microsoft"
SINCE = "2024-01-01T00:00:00Z"
FEWEST_PARTNERS, CUSTOMERS_OF_A_PARTNER = 20, 50
RESELLERS, PROVIDERS = 0.35, 0.05
BEHIND_A_RESELLER, SECOND_SELLER, AGREEMENT = 0.30, 0.05, 0.20
FROM_THE_FIRST = 0.15  # of those that buy directly, which are 70 %: a tenth of all
OFFERS = ("Microsoft 365 E3", "Microsoft 365 E5", "Azure plan", "Dynamics 365 Sales")
AGREEMENTS = ("EA", "MCA-E", "MPSA")


class Sale(NamedTuple):
    """A subscription, whoever faces its customer, and the provider that bills it where that one is a reseller; node ids."""

    subscription: str
    seller: str
    provider: str | None
    offer: str


class Buyer(NamedTuple):
    """A customer with what it buys; agreement: id and type of the one that it has with Microsoft."""

    id: str
    name: str
    sales: tuple[Sale, ...]
    agreement: tuple[str, str] | None

    @property
    def parties(self) -> set[str]:
        """The partners that it has anything to do with."""
        return {party for sale in self.sales for party in (sale.seller, sale.provider) if party}


@dataclass(frozen=True)
class Data:
    """What the book holds. Any customer can be had by its number, so a book of a million needs no memory."""

    customers: int
    seed: int

    @cached_property
    def partners(self) -> "Partners":
        """Its partners."""
        return Partners(max(FEWEST_PARTNERS, self.customers // CUSTOMERS_OF_A_PARTNER), self.seed)

    def buyers(self) -> Iterator[Buyer]:
        """All customers, in the order of their names."""
        return (self.buyer(number) for number in range(self.customers))

    def buyer(self, number: int) -> Buyer:
        """The customer of that number, from 0."""
        return buyer_of(number, self.partners)

    def buyers_of(self, communicator: str) -> Iterator[Buyer]:
        """Those that have to do with it, in the order of their names; Microsoft has to do with everyone."""
        return (buyer for buyer in self.buyers() if communicator == MICROSOFT or communicator in buyer.parties)


class Partners:
    """The partners of a book: direct ones first, then resellers, then providers; node ids."""

    def __init__(self, count: int, seed: int) -> None:
        self.seed = seed
        resellers, providers = int(count * RESELLERS), max(1, int(count * PROVIDERS))
        ids = [f"partner:p{number:05}" for number in range(count)]
        self.direct = ids[: count - resellers - providers]
        self.resellers = ids[count - resellers - providers : count - providers]
        self.providers = ids[count - providers :]

    @property
    def all(self) -> list[str]:
        """Every one of them, by id."""
        return [*self.direct, *self.resellers, *self.providers]

    @property
    def first(self) -> str:
        """The one that sells to a tenth of all customers."""
        return self.direct[0]

    @cached_property
    def provider_of(self) -> dict[str, str]:
        """Reseller -> its provider."""
        draw = Random(self.seed)
        return {reseller: draw.choice(self.providers) for reseller in self.resellers}


def buyer_of(number: int, partners: Partners) -> Buyer:
    """The customer of that number, from 0."""
    draw = Random(f"{partners.seed} {number}")

    def seller(*, behind: bool) -> str:
        return draw.choice(partners.resellers if behind else partners.direct[1:])

    behind = draw.random() < BEHIND_A_RESELLER
    sellers = [partners.first if not behind and draw.random() < FROM_THE_FIRST else seller(behind=behind)]
    if draw.random() < SECOND_SELLER:
        sellers.append(seller(behind=draw.random() < BEHIND_A_RESELLER))
    sales = tuple(
        Sale(f"subscription:s{number:07}-{place}", who, partners.provider_of.get(who), draw.choice(OFFERS))
        for place in range(max(len(sellers), draw.randint(1, 4)))
        for who in (sellers[place % len(sellers)],)
    )
    agreement = (f"agreement:a{number:07}", draw.choice(AGREEMENTS)) if draw.random() < AGREEMENT else None
    return Buyer(f"customer:c{number:07}", f"Customer {number:07}", sales, agreement)


def rows(buyers: Iterator[Buyer], partners: Partners) -> Iterator[tuple[str, Row]]:
    """The rows of the book with the file that each stands in; of `partners` all."""
    for partner in partners.all:
        yield "partners", row_of("partners", key=key(partner), name=f"Partner {key(partner)[1:]}", country="US")
    for reseller, provider in partners.provider_of.items():
        yield "relationships", tie("PROVIDES_FOR", provider, reseller)
    for buyer in buyers:
        yield from rows_of(buyer)


def rows_of(buyer: Buyer) -> Iterator[tuple[str, Row]]:
    """The rows that one customer adds."""
    yield "customers", row_of("customers", key=key(buyer.id), name=buyer.name, country="US")
    for sale in buyer.sales:
        yield "subscriptions", row_of("subscriptions", key=key(sale.subscription), offer=sale.offer, status="active")
        yield "relationships", tie("HOLDS", buyer.id, sale.subscription)
        yield "relationships", tie("BILLS", sale.provider or sale.seller, sale.subscription)
        if sale.provider:
            yield "relationships", tie("RESELLS", sale.seller, sale.subscription)
    if buyer.agreement:
        agreement, kind = buyer.agreement
        yield "agreements", row_of("agreements", key=key(agreement), type=kind, channel="DIRECT")
        yield "relationships", tie("PARTY_TO", buyer.id, agreement)
        yield "relationships", tie("PARTY_TO", MICROSOFT, agreement)


def tie(kind: str, start: str, end: str) -> Row:
    """A relationship that has held since the beginning."""
    return row_of("relationships", type=kind, from_=start, to=end, valid_from=SINCE)


def key(node: str) -> str:
    """The key of a node id."""
    return node.partition(":")[2]


def write(data: Data, folder: Path) -> int:
    """Write the book as CSV into `folder`, which is made; how many relationships it holds."""
    folder.mkdir(parents=True)
    relationships = 0
    files = {name: (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in COLUMNS}
    try:
        writers = {name: csv.DictWriter(file, COLUMNS[name]) for name, file in files.items()}
        for writer in writers.values():
            writer.writeheader()
        for name, row in rows(data.buyers(), data.partners):
            writers[name].writerow(row)
            relationships += name == "relationships"
    finally:
        for file in files.values():
            file.close()
    return relationships


def book_of(buyer: Buyer, partners: Partners, *strangers: str) -> Book:
    """A book of this customer alone, with the partners that it has to do with and those that are named."""
    book = Book()
    for partner in sorted({*buyer.parties, *strangers} - {MICROSOFT}):
        book.partners.append(row_of("partners", key=key(partner), name=f"Partner {key(partner)[1:]}"))
        if (provider := partners.provider_of.get(partner)) in buyer.parties:
            book.relationships.append(tie("PROVIDES_FOR", provider, partner))
    for name, row in rows_of(buyer):
        getattr(book, name).append(row)
    return book
