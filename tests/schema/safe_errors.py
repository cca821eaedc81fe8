"""What holds for every error that leaves the service, and a book to ask wrongly about."""

import re
from typing import Any

from tests.oracle.book import Book, row_of

LEAKS = re.compile(
    r"Traceback|\.py\b|neo4j|cypher|lucene|bolt://|\bMATCH\b|[a-z](Error|Exception)\b|\b(graph|policy|schema|resolvers)\.\w", re.IGNORECASE
)
CODES = {"BAD_INPUT", "NOT_FOUND", "TOO_COMPLEX", "UNAVAILABLE", "INTERNAL"}


def book() -> Book:
    """Fabrikam bills the one subscription of Contoso; Northwind knows nobody."""
    return Book(
        customers=[row_of("customers", key="contoso", name="Contoso"), row_of("customers", key="mars", name="Mars")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam"), row_of("partners", key="northwind", name="Northwind")],
        subscriptions=[row_of("subscriptions", key="office", offer="Office 365 E3"), row_of("subscriptions", key="alone", offer="Visio")],
        relationships=[
            row_of("relationships", type="HOLDS", from_="customer:contoso", to="subscription:office", valid_from="2024-01-01"),
            row_of("relationships", type="BILLS", from_="partner:fabrikam", to="subscription:office", valid_from="2024-01-01"),
        ],
    )


def expect_safe(error: dict[str, Any]) -> None:
    """A code of the contract beside a message of one line without anything of the inside."""
    assert set(error) <= {"message", "locations", "path", "extensions"}
    assert set(error["extensions"]) == {"code", "requestId"}
    assert error["extensions"]["code"] in CODES
    assert not LEAKS.search(error["message"]), error["message"]
    assert "\n" not in error["message"].removeprefix("Syntax Error")
