"""Pages of customers and partners in the order of their sort key: by name folded for case and accents, then by id."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.comparable import LAST
from graph.customer_test import CustomerTest, look_around, partners_near, steps_of
from graph.graph import Graph
from graph.load_nodes import words
from graph.reading import versions_of
from policy.facts import Version
from policy.fold import fold

ALL = 2**31 - 1


class Span(NamedTuple):
    """Which page: sort keys that it lies between, at most how many, and whether the first of them or the last."""

    limit: int
    after: str | None = None
    before: str | None = None
    forward: bool = True

    def holds(self, sort: str) -> bool:
        """Does a sort key lie in it?"""
        return (self.after or "") < sort < (self.before or LAST)

    def parameters(self) -> dict[str, object]:
        """The page as a query takes it."""
        return {"after": self.after or "", "before": self.before or LAST, "forward": self.forward, "limit": self.limit}


Page = Mapping[str, tuple[Version, ...]]
"""Node id -> its versions, in the order of the page."""


async def page_of_customers(graph: Graph, test: CustomerTest, search: str | None, span: Span, *, valid_at: int, known_at: int) -> Page:
    """The customers of one page as they pass the test then. Raises BadInput, Unavailable. Source: queries/page_of_customers.cypher."""
    row = await graph.read("page_of_customers", **_customers(test, search, valid_at, known_at), **span.parameters(), counting=False)
    return _in_order(row["customers"], span)


async def count_of_customers(graph: Graph, test: CustomerTest, search: str | None, *, valid_at: int, known_at: int) -> int:
    """How many customers pass the test then. Raises BadInput, Unavailable. Source: queries/page_of_customers.cypher."""
    row = await graph.read("page_of_customers", **_customers(test, search, valid_at, known_at), **Span(ALL).parameters(), counting=True)
    return int(row["total"])


async def page_of_partners(graph: Graph, search: str | None, span: Span, *, known_at: int) -> Page:
    """The partners of one page. Raises Unavailable. Source: queries/page_of_partners.cypher."""
    row = await graph.read("page_of_partners", words=_full_text(search), knownAt=known_at, **span.parameters(), counting=False)
    return _in_order(row["partners"], span)


async def count_of_partners(graph: Graph, search: str | None, *, known_at: int) -> int:
    """How many partners there are. Raises Unavailable. Source: queries/page_of_partners.cypher."""
    row = await graph.read("page_of_partners", words=_full_text(search), knownAt=known_at, **Span(ALL).parameters(), counting=True)
    return int(row["total"])


def _customers(test: CustomerTest, search: str | None, valid_at: int, known_at: int) -> dict[str, object]:
    tests, words = steps_of(test), _full_text(search)
    partners = partners_near(test, tests)
    found = {
        "among": "found" if words else "all" if partners is None else "tied",
        "words": words,
        "partners": partners,
        "tests": tests,
        "around": look_around(tests),
    }
    return {"filter": found, "validAt": valid_at, "knownAt": known_at}


def _in_order(rows: list[list[object]], span: Span) -> Page:
    return versions_of(rows if span.forward else reversed(rows))


def _full_text(search: str | None) -> str | None:
    """Every word has to begin a word of the name or domain; a text without a word finds nothing."""
    if not search or search.isspace():
        return None
    # a word is letters, digits and underscores, so nothing of the query language gets through; lower case keeps OR from being one
    return " AND ".join(f"{word}*" for word in words(fold(search))) or "\u0001"
