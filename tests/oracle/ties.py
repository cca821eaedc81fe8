"""Which two standings can be of the same strength in one scope: policy.md section 4, "on a tie, the standing that stands first above"."""

from collections.abc import Iterator
from itertools import combinations, product

from tests.oracle.table import CATEGORIES, STANDINGS, STRENGTH, TABLE

Tied = tuple[str, str, str]
"""The standing that rules, the other one, and the verdict of both."""


def tied(having: tuple[str, ...], category: str) -> set[Tied]:
    """The ties among the strongest of these standings."""
    best = min((TABLE[standing, category].verdict for standing in having), key=STRENGTH.index)
    first, *others = [standing for standing in having if TABLE[standing, category].verdict == best]
    return {(first, other, best) for other in others}


def every_tie() -> set[Tied]:
    """All ties that the rows of section 4 allow: of partners in the three sorts of scope, and of the operator."""
    found: set[Tied] = set()
    for having in {*of_partners_in_a_subscription(), *of_partners_elsewhere(), *of_the_operator()}:
        for category in CATEGORIES:
            found |= tied(having, category)
    return found


def of_partners_in_a_subscription() -> Iterator[tuple[str, ...]]:
    """By what a partner has there: its own BILLS and RESELLS, those of others, and, by the channel that follows, the rest."""
    for bills, other_bills, resells, other_resells, governed in product((False, True), repeat=5):
        if bills and other_bills:
            continue  # section 2: at most one live per subscription
        channel = "CSP" if bills or other_bills else "DIRECT" if governed else "UNBILLED"
        having = set()
        if bills:
            having.add("PROVIDER" if other_resells else "DIRECT_BILLER")
        if resells and other_bills:
            having.add("RESELLER")
        if resells and channel == "UNBILLED":
            having.add("UNBILLED_RESELLER")
        possible = [
            "SUPPORT_CONTACT",
            "ADMINISTRATOR",
            "OTHER_PARTNER",
            "RELATED_UNRECORDED" if channel == "UNBILLED" else "RELATED_BESIDES",
        ]
        possible += [] if bills else ["FORMER_BILLER"]
        possible += [] if resells else ["FORMER_RESELLER"]
        yield from with_any(having, possible)


def of_partners_elsewhere() -> Iterator[tuple[str, ...]]:
    """In an agreement's scope and in the customer scope."""
    yield from with_any(set(), ["ADMINISTRATOR", "OTHER_PARTNER", "RELATED_BESIDES"])
    for related in ("RELATED", "RELATED_PROVIDER"):
        yield from with_any(set(), ["ADMINISTRATOR", related])


def of_the_operator() -> Iterator[tuple[str, ...]]:
    yield ("OPERATOR_OF_CSP", "OPERATOR_FORMER")
    yield ("OPERATOR_UNBILLED", "OPERATOR_FORMER")


def with_any(having: set[str], possible: list[str]) -> Iterator[tuple[str, ...]]:
    """These with each one or two of the possible ones, in the order of the page: a third says nothing new about a tie of two."""
    for count in (0, 1, 2):
        for more in combinations(possible, count):
            if having or more:
                yield tuple(sorted(having | set(more), key=STANDINGS.index))
