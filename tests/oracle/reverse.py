"""The other direction: whom a communicator may speak to, read page by page, and the customers that a filter finds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.acceptance import CLOUDS
from tests.oracle.documents import CONTACTS, PERMISSION, aliased, answer_of, comparable, ids
from tests.oracle.lists import customers_where
from tests.oracle.oracle import contactable, everyone
from tests.oracle.questions import ALIASES, Inquiry, in_groups
from tests.oracle.table import CATEGORIES

PAGES = 300  # more would be a cursor that does not move
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
    """`customers(filter:)` by cloud, biller and name."""
    view = inquiry.view
    everybody, communicators = view.customers(), everyone(view)
    wanted = [("true", "{}", everybody)]
    wanted += [(cloud, f"{{cloud: {cloud}}}", customers_where(view, "cloud", cloud)) for cloud in CLOUDS]
    for who in communicators:
        wanted.append((f"billed by {who}", f'{{billedBy: "{who}"}}', customers_where(view, "billedBy", who)))
    for name in list(dict.fromkeys(row["name"] for row in inquiry.world.customers.values() if row["name"]))[:3]:
        for how, value in (("eq", name.upper()), ("contains", name[1:4]), ("startsWith", name[:2].lower())):
            found = customers_where(view, how, value)
            wanted.append((f"{how} {value}", f"{{name: {{{how}: {json.dumps(value, ensure_ascii=False)}}}}}", found))
    parts = [
        (f"f{place}", f"customers(filter: {text}, asOf: $asOf, first: 100) {{ totalCount edges {{ node {{ id }} }} }}")
        for place, (_, text, _) in enumerate(wanted)
    ]
    for group in in_groups(parts, ALIASES):
        data = await inquiry.service.query(aliased(group, declared="$asOf: AsOf"), asOf=inquiry.as_of)
        for alias, text in group:
            expected = wanted[int(alias[1:])][2]
            inquiry.findings.same(text, expected, ids(edge["node"] for edge in data[alias]["edges"]))
            inquiry.findings.same(f"{text}: totalCount", len(expected), data[alias]["totalCount"])
