"""What an answer about a dense world reaches: the cases of policy.md by name, and the names of all that there are."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from tests.oracle.asking import Asked
from tests.oracle.dense_worlds import MICROSECOND, year_after
from tests.oracle.orders import every_order, every_order_on_the_record, order, order_on_the_record
from tests.oracle.pairs import CLOSING_CATEGORIES, Pair, closing_scopes, pairs
from tests.oracle.standings import standings
from tests.oracle.table import TABLE, UNREACHABLE
from tests.oracle.ties import every_tie, tied
from tests.oracle.view import View
from tests.oracle.ways import WAYS, ended_by

SALES = ("BILLS", "RESELLS")
SHIFTS = {-MICROSECOND: "just before", timedelta(0): "at", MICROSECOND: "just after"}
DAYS = ("29 February", "28 February of a leap year", "28 February before a leap year", "1 March", "31 December", "another day")
ENDS = ("its sale", "the HOLDS", "the other's BILLS", "deletion")
RULED = {
    "EXPECTED": ("everywhere", "not everywhere"),
    "PERMITTED": ("everywhere", "not everywhere"),
    **dict.fromkeys(("MIXED", "PROHIBITED", "UNKNOWN", "NOT_STATED", "NOT_COVERED"), ("not everywhere",)),
}
ADDED = [
    (),
    ("governed-by-direct-agreement",),
    ("last-biller-until-deleted",),
]
CONFINED = (
    "to a scope of the customer",
    "to a closing scope of its own, BILLING",
    "to a closing scope of its own, ENDING",
    "to a closing scope of its own, another category",
    "to a closing scope of another",
    "to what is no scope",
)
DELETED = ("from the start", "later", "once more", "in two versions", "not yet known", "undone", "with the HOLDS ended")


def every_case() -> set[str]:
    """All that has to be reached."""
    cases = {f"cell: {standing} x {category}" for standing, category in set(TABLE) - UNREACHABLE}
    cases |= {f"way: {standing}, {way}" for standing, ways in WAYS.items() for way in ways}
    cases |= {f"tie: {' before '.join(standings)} at {verdict}" for *standings, verdict in every_tie()}
    cases |= {f"order of HOLDS a and {sale} b: {each}" for sale in SALES for each in every_order()}
    cases |= {f"order on the record: {each}" for each in every_order_on_the_record()}
    cases |= {f"twelve months after {by} on {day}: {shift}" for by in ENDS for day in DAYS for shift in SHIFTS.values()}
    cases |= {f"answer: {verdict} {where}" for verdict, places in RULED.items() for where in places}
    cases |= {f"confined {each}" for each in CONFINED} | {f"deleted {each}" for each in DELETED}
    return cases | {"page not in force", "page in force", "cell not covered"}


def reached(asked: Asked) -> set[str]:
    """The cases that this one answer reaches."""
    view, (who, customer, category, scope) = asked.view, asked.question
    found = {f"confined {confinement(asked)}"} if scope else set()
    if asked.answer is None:
        return found
    answer = asked.answer
    found.add(f"answer: {answer.verdict} {'everywhere' if answer.everywhere else 'not everywhere'}")
    found.add("page in force" if answer.policy_in_force else "page not in force")
    for ruling in answer.rulings:
        found.add(f"cell: {ruling.standing} x {category}" if ruling.verdict != "NOT_COVERED" else "cell not covered")
        found |= {f"way: {ruling.standing}, {way}" for way in ways(view, who, customer, ruling.scope, ruling.standing)}
        if not ruling.closing:
            having = standings(view, who, customer, ruling.scope)
            found |= {f"tie: {first} before {other} at {verdict}" for first, other, verdict in tied(having, category)}
    if scope is None:
        found |= around(view, who, customer)
    return found


def confinement(asked: Asked) -> str:
    """What sort of scope the question is confined to."""
    who, customer, category, scope = asked.question
    if scope in asked.view.scopes(customer):
        return "to a scope of the customer"
    if scope in closing_scopes(asked.view, who, customer):
        return f"to a closing scope of its own, {category if category in CLOSING_CATEGORIES else 'another category'}"
    if scope in asked.view.world.subscriptions:
        return "to a closing scope of another"
    return "to what is no scope"


@lru_cache(maxsize=10_000)
def ways(view: View, who: str, customer: str, scope: str, standing: str) -> frozenset[str]:
    return frozenset(way for way, holds in WAYS[standing].items() if holds(view, who, customer, scope))


@lru_cache(maxsize=10_000)
def around(view: View, who: str, customer: str) -> frozenset[str]:
    """What is so of the two in any scope and category: orders, the edges of twelve months, deletion."""
    found = set()
    for subscription in view.world.subscriptions:
        for type_of_sale in SALES:
            found |= set(orders(view, who, customer, subscription, type_of_sale))
            for pair in pairs(view, who, customer, subscription, type_of_sale):
                found |= set(edges(view, pair))
    return frozenset(found | {f"deleted {each}" for each in deletion(view, customer)})


def orders(view: View, who: str, customer: str, subscription: str, type_of_sale: str) -> Iterator[str]:
    for holds in view.world.ties:
        if (holds.type, holds.source, holds.target) == ("HOLDS", customer, subscription):
            yield f"order on the record: {order_on_the_record(view, holds)}"
            for sale in view.world.ties:
                if (sale.type, sale.source, sale.target) == (type_of_sale, who, subscription) and view.known(sale) and view.known(holds):
                    yield f"order of HOLDS a and {type_of_sale} b: {order(view, holds, sale)}"


def edges(view: View, pair: Pair) -> Iterator[str]:
    """Where validAt is within a microsecond of a year after the end of the pair."""
    shift = SHIFTS.get(view.valid_at - year_after(pair.end)) if pair.end.year < view.valid_at.year else None
    if shift:
        for by in ended_by(view, pair):
            yield f"twelve months after {by} on {day(pair)}: {shift}"


def day(pair: Pair) -> str:
    month_and_day = (pair.end.month, pair.end.day)
    if month_and_day == (2, 28):
        return "28 February of a leap year" if pair.end.year % 4 == 0 else "28 February before a leap year"
    return {(2, 29): "29 February", (3, 1): "1 March", (12, 31): "31 December"}.get(month_and_day, "another day")


def deletion(view: View, customer: str) -> Iterator[str]:
    """In which ways subscriptions that the customer holds at some instant are, were or will be known as deleted."""
    for holds in view.recorded["HOLDS"]:
        if holds.source == customer:
            versions = [each for each in view.read.versions if each.node == holds.target]
            statuses = [each.row["status"] for each in versions if view.known_at is None or each.recorded_at <= view.known_at]
            if statuses[-1:] == ["deleted"]:
                yield "from the start" if len(statuses) == 1 else "later" if statuses.count("deleted") == 1 else "once more"
                if statuses[-2:] == ["deleted", "deleted"]:
                    yield "in two versions"
                if holds.valid_to is not None:
                    yield "with the HOLDS ended"
            elif "deleted" in statuses:
                yield "undone"
            elif any(each.row["status"] == "deleted" for each in versions):
                yield "not yet known"
