"""The other direction: whom a communicator may speak to, read page by page, and the customers that a filter finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.oracle.acceptance import CLOUDS
from tests.oracle.documents import CONTACTS, PERMISSION, aliased, answer_of, comparable, ids
from tests.oracle.lists import Filter, customers_passing
from tests.oracle.oracle import contactable, everyone
from tests.oracle.questions import ALIASES, Inquiry, in_groups
from tests.oracle.table import CATEGORIES

PAGES = 300  # more would be a cursor that does not move
NESTED, DEPTH, BESIDE = 24, 3, 0.3  # how many filters, how deep, and how often with another member beside the nesting one
ASKED_TWICE = 2  # so many documents: what a filter finds is not remembered
FOUND = "totalCount edges { node { id } }"
FRAGMENTS = f"{CONTACTS} {PERMISSION}"


@dataclass
class Reading:
    """One contactable list while it is read: what came so far, and where it goes on."""

    who: str
    category: str
    after: str | None = None
    more: bool = True
    edges: list[dict[str, Any]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)

    def field(self, inquiry: Inquiry, after: str = "") -> str:
        topic = inquiry.topics[self.category]
        return f'contactable(topic: "{topic}", asOf: $asOf, first: {inquiry.page_size}{after}) {{ ...Contacts }}'

    def take(self, inquiry: Inquiry, connection: dict[str, Any]) -> None:
        """One more page; only the last may be short of the size that was asked for."""
        edges, page = connection["edges"], connection["pageInfo"]
        full = len(edges) == inquiry.page_size
        sized = full if page["hasNextPage"] else full or len(edges) < inquiry.page_size
        inquiry.findings.holds(f"{self}: a page of {inquiry.page_size}, {page}", truth=sized, got=f"{len(edges)} edges")
        if edges:
            inquiry.findings.same(f"{self}: endCursor", edges[-1]["cursor"], page["endCursor"])
        self.edges += edges
        self.totals.append(connection["totalCount"])
        self.after, self.more = page["endCursor"], page["hasNextPage"] and bool(edges) and len(self.totals) < PAGES

    def compare(self, inquiry: Inquiry) -> None:
        """All pages together are the oracle's list, each customer once, and every page told its length."""
        expected = [comparable(each) for each in contactable(inquiry.view, self.who, self.category)]
        inquiry.findings.same(str(self), [each.customer for each in expected], [edge["node"]["id"] for edge in self.edges])
        inquiry.findings.same(f"{self}: totalCount of each page", [len(expected)] * len(self.totals), self.totals)
        for wanted, edge in zip(expected, self.edges, strict=False):
            inquiry.findings.same(f"{self}: {wanted.customer}", wanted, answer_of(edge["permission"]))

    def __str__(self) -> str:
        return f"contactable of {self.who} about {self.category}"


async def compare_reverse(inquiry: Inquiry) -> None:
    """`Communicator.contactable` of everyone about every category: the first pages at once, then whatever follows them."""
    communicators = everyone(inquiry.view)
    readings = [Reading(who, category) for who in communicators for category in CATEGORIES]
    lists = " ".join(f"{each.category}: {each.field(inquiry)}" for each in readings[: len(CATEGORIES)])
    document = f"query ($ids: [ID!]!, $asOf: AsOf) {{ nodes(ids: $ids) {{ id ... on Communicator {{ {lists} }} }} }} {FRAGMENTS}"
    data = await inquiry.service.query(document, ids=communicators, asOf=inquiry.as_of)
    by_id = {node["id"]: node for node in data["nodes"] if node}
    for reading in readings:
        reading.take(inquiry, by_id[reading.who][reading.category])
    while unfinished := [reading for reading in readings if reading.more]:
        for group in in_groups(unfinished, ALIASES):
            await read_on(inquiry, group)
    for reading in readings:
        reading.compare(inquiry)


async def read_on(inquiry: Inquiry, group: Sequence[Reading]) -> None:
    """The next page of each."""
    parts, cursors = [], {}
    for place, reading in enumerate(group):
        cursors[f"a{place}"] = reading.after
        wanted = reading.field(inquiry, f", after: $a{place}")
        parts.append((f"r{place}", f'node(id: "{reading.who}") {{ ... on Communicator {{ {wanted} }} }}'))
    declared = "$asOf: AsOf, " + ", ".join(f"${name}: String" for name in cursors)
    data = await inquiry.service.query(aliased(parts, declared=declared, fragments=FRAGMENTS), asOf=inquiry.as_of, **cursors)
    for place, reading in enumerate(group):
        reading.take(inquiry, data[f"r{place}"]["contactable"])


async def compare_filters(inquiry: Inquiry) -> None:
    """`customers(filter:)`: each member by itself, then some of them nested at random."""
    everybody = len(inquiry.view.customers())
    filters = [*leaves(inquiry), *nested(inquiry)]
    groups = [[{}], *in_groups(filters, ALIASES)]  # a new store plans the query anew: once, not twenty times at once
    for number, group in enumerate(groups):
        parts = [(f"f{place}", f"customers(filter: $f{place}, asOf: $asOf, first: 100) {{ {FOUND} }}") for place in range(len(group))]
        declared = "$asOf: AsOf, " + ", ".join(f"${alias}: CustomerFilter" for alias, _ in parts)
        given = {alias: each for (alias, _), each in zip(parts, group, strict=True)}
        document = aliased(parts, declared=declared)
        if number < ASKED_TWICE:
            data = await inquiry.service.query(document, asOf=inquiry.as_of, **given)
        else:
            body = await inquiry.service.execute(document, asOf=inquiry.as_of, **given)
            assert "errors" not in body, body["errors"]
            data = body["data"]
        for alias, each in given.items():
            expected = customers_passing(inquiry.view, each)
            told = f"{len(expected)} of {everybody} customers pass {each}"
            inquiry.findings.same(told, expected, ids(edge["node"] for edge in data[alias]["edges"]))
            inquiry.findings.same(f"{told}: totalCount", len(expected), data[alias]["totalCount"])


def leaves(inquiry: Inquiry) -> list[Filter]:
    """Filters of one member each, made of what the world holds."""
    world = inquiry.world
    found: list[Filter] = [{"cloud": cloud} for cloud in CLOUDS] + [{"holdsChannel": channel} for channel in ("CSP", "DIRECT", "UNBILLED")]
    found += [{member: who} for who in everyone(inquiry.view) for member in ("billedBy", "resoldBy")]
    found += [{"partnerCount": test} for test in ({"eq": 0}, {"eq": 1}, {"gt": 1}, {"gte": 1, "lt": 3}, {"lte": 0})]
    texts = {
        "name": (row["name"] for row in world.customers.values()),
        "domain": (row["domain"] for row in world.customers.values()),
        "country": (row["country"] for row in world.customers.values()),
        "agreementType": (row["type"] for row in world.agreements.values()),
    }
    for member, values in texts.items():
        for value in list(dict.fromkeys(filter(None, values)))[:3]:
            tests = ({"eq": value.upper()}, {"in": [value, "nobody"]}, {"contains": value[1:4]}, {"startsWith": value[:2].lower()})
            found += [{member: test} for test in tests]
    return found


def nested(inquiry: Inquiry) -> Iterator[Filter]:
    """Some filters of several members and levels, the same ones for the same world."""
    chance = Random(inquiry.findings.world)  # noqa: S311 - a test's choice, not a secret
    some = leaves(inquiry)

    def drawn(depth: int) -> Filter:
        if depth == 0:
            return chance.choice(some)
        several = [drawn(chance.randrange(depth)) for _ in range(chance.randrange(4))]
        wrapped: Filter = chance.choice([{"and": several}, {"or": several}, {"not": drawn(depth - 1)}])
        return wrapped | chance.choice(some) if chance.random() < BESIDE else wrapped

    yield from (drawn(chance.randrange(1, DEPTH + 1)) for _ in range(NESTED))
