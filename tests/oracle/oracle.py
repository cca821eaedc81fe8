"""The policy once more, in the plainest words and by brute force: policy.md sections 5 to 8."""

from datetime import datetime
from typing import NamedTuple

from tests.oracle.acceptance import OPERATORS, Tie
from tests.oracle.standings import standings
from tests.oracle.table import CATEGORIES, STRENGTH, TABLE
from tests.oracle.view import NotFound, View

LIST_ORDER = ("EXPECTED", "PERMITTED", "MIXED")


class Step(NamedTuple):
    """One edge of a path."""

    type: str
    source: str
    target: str
    kind: str
    valid_from: datetime


class Ruling(NamedTuple):
    scope: str
    verdict: str
    standing: str
    statements: tuple[str, ...]
    interpretation: str | None
    path: tuple[Step, ...]


class Answer(NamedTuple):
    communicator: str
    customer: str
    verdict: str
    permitted: bool
    permitted_in: tuple[str, ...]
    rulings: tuple[Ruling, ...]


def step(tie: Tie) -> Step:
    return Step(tie.type, tie.source, tie.target, tie.kind, tie.valid_from)


def ruling(view: View, who: str, customer: str, scope: str, category: str) -> Ruling:
    """The ruling of the strongest standing; on a tie, of the one that stands first in the page."""
    paths = standings(view, who, customer, scope)
    standing = min(paths, key=lambda each: STRENGTH.index(TABLE[each, category].verdict))
    path = tuple(step(tie) for tie in paths[standing])
    cell = TABLE[standing, category]
    if not view.covered(customer):
        return Ruling(scope, "NOT_COVERED", standing, (), None, path)
    return Ruling(scope, cell.verdict, standing, cell.statements, cell.interpretation, path)


def answer(view: View, who: str, customer: str, category: str, scope: str | None = None) -> Answer:
    """The one answer over all scopes of the customer, or over the one that is named. Raises NotFound."""
    scopes = view.scopes(customer)
    if who not in OPERATORS and not (who in view.world.partners and view.knows_nodes()):
        raise NotFound(who)
    if scope is not None and scope not in scopes:
        raise NotFound(scope)
    rulings = [ruling(view, who, customer, each, category) for each in ([scope] if scope else scopes)]
    verdict = one_verdict([each.verdict for each in rulings])
    permitted_in = tuple(each.scope for each in rulings if each.verdict in ("EXPECTED", "PERMITTED"))
    return Answer(who, customer, verdict, verdict in ("EXPECTED", "PERMITTED"), permitted_in, tuple(rulings))


def one_verdict(verdicts: list[str]) -> str:
    if all(verdict == "NOT_COVERED" for verdict in verdicts):
        return "NOT_COVERED"
    if "PROHIBITED" in verdicts and ("EXPECTED" in verdicts or "PERMITTED" in verdicts):
        return "MIXED"
    return min(verdicts, key=STRENGTH.index)


def permitted_communicators(view: View, customer: str, category: str, scope: str | None = None) -> list[Answer]:
    """EXPECTED first, then PERMITTED, then MIXED; within each by name, then id. Raises NotFound."""
    answers = [answer(view, who, customer, category, scope) for who in everyone(view)]
    permitted = [each for each in answers if each.permitted_in]
    return sorted(permitted, key=lambda each: LIST_ORDER.index(each.verdict))  # stable: everyone stands by name


def everyone(view: View) -> list[str]:
    """Operators and partners, by name, then id."""
    return view.by_name([*OPERATORS, *view.world.partners])


def candidates(view: View, customer: str) -> list[str]:
    """Its operator and every partner with a standing other than NONE in some scope, by name, then id."""
    return [who for who in everyone(view) if who == view.operator(customer) or stands(view, who, customer)]


def stands(view: View, who: str, customer: str) -> bool:
    return any(list(standings(view, who, customer, scope)) != ["NONE"] for scope in view.scopes(customer))


def matrix(view: View, customer: str) -> dict[tuple[str, str], str]:
    """(category, candidate) -> verdict."""
    return {(category, who): answer(view, who, customer, category).verdict for category in CATEGORIES for who in candidates(view, customer)}


def contactable(view: View, who: str, category: str) -> list[Answer]:
    """The answers for the customers among whose permitted communicators this one is, by the customers' names, then ids."""
    answers = [answer(view, who, customer, category) for customer in view.customers()]
    return [each for each in answers if each.permitted_in]
