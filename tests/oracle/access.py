"""Access is not ownership: ADMINISTERS and SUPPORTS never move a verdict in the categories that policy.md section 2 names."""

from dataclasses import replace
from typing import Any

from tests.oracle.acceptance import World
from tests.oracle.book import Book
from tests.oracle.documents import PERMISSIONS, as_of
from tests.oracle.oracle import answer, everyone
from tests.oracle.questions import AT_ONCE, FIRST_TOPICS, in_groups
from tests.oracle.random_books import Instant
from tests.oracle.service import Service
from tests.oracle.view import View

ACCESS = ("ADMINISTERS", "SUPPORTS")
OWNERSHIP_CATEGORIES = ("SUBSCRIPTION", "ACQUISITION", "BILLING", "ENDING")
Verdicts = dict[tuple[str, str, str], tuple[Any, ...]]  # (communicator, customer, category) -> verdict, permitted, permittedIn


def without_access(book: Book) -> Book:
    """The same book without its ADMINISTERS and SUPPORTS."""
    return replace(book, relationships=[row for row in book.relationships if row["type"] not in ACCESS])


def has_access(world: World) -> bool:
    return any(tie.type in ACCESS for tie in world.ties)


def oracle_verdicts(view: View) -> Verdicts:
    """What the oracle says in those categories, everyone to every customer."""
    found: Verdicts = {}
    for customer in view.customers():
        for who in everyone(view):
            for category in OWNERSHIP_CATEGORIES:
                given = answer(view, who, customer, category)
                found[who, customer, category] = (given.verdict, given.permitted, given.permitted_in)
    return found


async def service_verdicts(service: Service, view: View, instant: Instant) -> Verdicts:
    """What the service says about the same."""
    found: Verdicts = {}
    asked = [(who, customer, each) for customer in view.customers() for who in everyone(view) for each in OWNERSHIP_CATEGORIES]
    for group in in_groups(asked, AT_ONCE):
        questions = [{"communicator": who, "customer": customer, "topic": FIRST_TOPICS[each]} for who, customer, each in group]
        data = await service.query(PERMISSIONS, questions=questions, asOf=as_of(instant))
        for each, given in zip(group, data["permissions"], strict=True):
            found[each] = (given["verdict"], given["permitted"], tuple(scope["id"] for scope in given["permittedIn"]))
    return found


def moved(before: Verdicts, after: Verdicts) -> dict[tuple[str, str, str], str]:
    """The answers that are not the same in both, with and without access."""
    return {each: f"{before.get(each)} with access, {after.get(each)} without" for each in before if before[each] != after.get(each)}
