"""The works whose questions are pages: each is asked for with the cursor that the one before it gave."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bench import documents
from bench.data import MICROSOFT, Data
from bench.service import Served
from bench.truth import Truth
from bench.work import Reading, Variables, Work
from bench.works import histories

MOST_PAGES = 10
"""Of longer lists only so many are read: what one costs does not hang on how many follow."""
CONTACTS, CUSTOMERS, IN_A_READING = 1_000, 100, 500
"""Entries of a page, as the documents ask for them, and customers in one reading, as the service reads them."""

Connection = dict[str, Any]


@dataclass(frozen=True)
class Pages:
    """
    A list that is read page by page.

    connection: finds it in an answer's data
    right:      its entries
    whole:      its rate is told of the whole list, asked for by one who waits for each page; else of its pages
    """

    name: str
    said: str
    document: str
    about: Variables
    connection: Callable[[dict[str, Any]], Connection]
    entry: Callable[[dict[str, Any]], Any]
    right: Callable[[], list[Any]]
    reads: Callable[[list[Any]], list[Reading]] | None
    goal: float | None
    whole: bool = True


@dataclass(frozen=True)
class Walk:
    """What reading it came to: each page's variables and entries, and how long the first page and all of them took."""

    pages: Pages
    asked: list[dict[str, Any]]
    entries: list[list[Any]]
    first_ms: float
    all_ms: float

    def differences(self) -> list[str]:
        """Where the entries are not the right ones."""
        given = [entry for page in self.entries for entry in page]
        right = self.pages.right()
        if given == right:
            return []
        place = next((at for at, (one, other) in enumerate(zip(given, right, strict=False)) if one != other), min(len(given), len(right)))
        here = f"from {place} on right is {right[place : place + 3]}, the answer says {given[place : place + 3]}"
        return [f"{self.pages.name} {dict(self.pages.about)}: {len(right)} are right, {len(given)} are given; {here}"]

    def work(self) -> Work:
        """The pages asked for again."""
        after = [each.get("after") for each in self.asked]
        reads = self.pages.reads

        def right(about: Variables) -> object:
            return self.entries[after.index(about.get("after"))]

        def given(data: dict[str, Any]) -> object:
            return [self.pages.entry(edge) for edge in self.pages.connection(data)["edges"]]

        return Work(
            self.pages.name,
            self.pages.said,
            self.pages.document,
            self.asked,
            right,
            given,
            None if reads is None else lambda about: reads(self.entries[after.index(about.get("after"))]),
            items=1 / len(self.asked) if self.pages.whole else 1,
            entries=sum(map(len, self.entries)) if self.pages.whole else None,
            connections=1 if self.pages.whole else 16,
            goal=self.pages.goal,
        )


def walk(pages: Pages, served: Served) -> Walk:
    """The list read from its beginning. Raises NotServed."""
    asked: list[dict[str, Any]] = [dict(pages.about)]
    found: list[Connection] = []
    begun = time.perf_counter()
    times = []
    while len(found) < MOST_PAGES:
        found.append(pages.connection(served.ask(pages.document, asked[-1])))
        times.append((time.perf_counter() - begun) * 1e3)
        if not found[-1]["pageInfo"]["hasNextPage"] or len(found) == MOST_PAGES:
            break
        asked.append({**pages.about, "after": found[-1]["pageInfo"]["endCursor"]})
    entries = [[pages.entry(edge) for edge in each["edges"]] for each in found]
    return Walk(pages, asked, entries, times[0], times[-1])


def lists(data: Data, truth: Truth) -> dict[str, Pages]:
    """The lists by their names."""
    first = data.partners.first
    return {
        "contactable": contactable("contactable", truth, first, said="the partner with most customers", topic="renewal", goal=5),
        "microsoft": contactable("microsoft", truth, MICROSOFT, said="Microsoft", topic="incident", goal=None),
        "page": Pages(
            "page",
            f"a partner's page of {CUSTOMERS} customers",
            documents.PAGE,
            {"partner": first},
            lambda given: given["customers"],
            lambda edge: (edge["node"]["id"], edge["node"]["name"]),
            lambda: [(buyer.id, buyer.name) for buyer in islice(data.buyers_of(first), CUSTOMERS * MOST_PAGES)],
            None,
            2,
            whole=False,
        ),
    }


def contactable(name: str, truth: Truth, communicator: str, *, said: str, topic: str, goal: float | None) -> Pages:
    """The list of those whom it may contact; said: the communicator in words."""
    return Pages(
        name,
        f"contactable of {said}, over one connection",
        documents.CONTACTABLE,
        {"communicator": communicator, "topic": topic},
        lambda given: given["node"]["contactable"],
        lambda edge: (edge["node"]["id"], edge["permission"]["verdict"]),
        lambda: [(each.customer, each.verdict) for each in truth.contactable(communicator, topic, CONTACTS * MOST_PAGES)],
        facts_of,
        goal,
    )


def facts_of(entries: Sequence[Any]) -> list[Reading]:
    """Those of the customers of these entries, so many at a time as the service reads them."""
    customers = [entry[0] for entry in entries]
    return [histories(customers[at : at + IN_A_READING]) for at in range(0, len(customers), IN_A_READING)]
