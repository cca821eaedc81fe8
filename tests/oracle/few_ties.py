"""Worlds of a few ties for the oracle's own tests, and short words for what it answers."""

from datetime import UTC, datetime, timedelta

from tests.oracle.acceptance import World, accept
from tests.oracle.book import Book, row_of
from tests.oracle.oracle import Answer, answer
from tests.oracle.view import View

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TRANSFER = datetime(2024, 7, 1, 12, 30, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def book_of(*ties: str, **nodes: str) -> Book:
    """Customers c and d, partners p to s, subscriptions 1 to 3, agreement ea; a tie is `p BILLS 1 [from] [to] [kind]`."""
    book = Book()
    book.customers = [row_of("customers", key=key, name=key.upper(), cloud=nodes.get(key, "")) for key in "cd"]
    book.partners = [row_of("partners", key=key, name=key.upper()) for key in "pqrs"]
    book.subscriptions = [row_of("subscriptions", key=key, offer="Azure", status=nodes.get(f"s{key}", "active")) for key in "123"]
    book.agreements = [row_of("agreements", key="ea", type="EA", channel=nodes.get("ea", "DIRECT"))]
    for tie in ties:
        source, type_of_tie, target, *rest = tie.split()
        valid_from, valid_to, kind = [*rest, *["", "", ""][len(rest) :]]
        book.relationships.append(
            row_of(
                "relationships",
                type=type_of_tie,
                from_=node(source),
                to=node(target),
                valid_from="2024-01-01" if valid_from in ("", "-") else valid_from,
                valid_to="" if valid_to == "-" else valid_to,
                kind=kind,
            )
        )
    return book


def node(short: str) -> str:
    if short in ("microsoft", "21vianet"):
        return f"operator:{short}"
    kind = "customer" if short in "cd" else "partner" if short in "pqrs" else "subscription" if short.isdigit() else "agreement"
    return f"{kind}:{short}"


def world_of(*ties: str, **nodes: str) -> World:
    world, rejected = accept(book_of(*ties, **nodes), NOW)
    assert not rejected
    return world


def says(world: World, who: str, category: str, scope: str | None = None, at: datetime = NOW) -> Answer:
    return answer(View(world, at), node(who), "customer:c", category, scope and node(scope))


def standing(given: Answer) -> str:
    (ruling,) = given.rulings
    return ruling.standing


def steps(given: Answer) -> list[str]:
    (ruling,) = given.rulings
    return [f"{step.source.partition(':')[2]} {step.type} {step.target.partition(':')[2]}" for step in ruling.path]


def rulings(given: Answer) -> list[tuple[str, str, str]]:
    return [(each.scope.partition(":")[2], each.standing, each.verdict) for each in given.rulings]
