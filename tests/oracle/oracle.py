"""The policy once more, in the plainest words and by brute force: policy.md sections 5 and 6."""

from datetime import UTC, datetime
from typing import NamedTuple

from tests.oracle.acceptance import OPERATORS, Tie
from tests.oracle.pairs import CLOSING_CATEGORIES, closing_scopes
from tests.oracle.paths import PATH_OF
from tests.oracle.standings import closing_standing, standings
from tests.oracle.table import CATEGORIES, STRENGTH, TABLE
from tests.oracle.view import NotFound, View

LIST_ORDER = ("EXPECTED", "PERMITTED", "MIXED")
SPEAKING = ("EXPECTED", "PERMITTED")
PUBLISHED = datetime(2019, 11, 20, tzinfo=UTC)
ENDED_STATUSES = ("expired", "disabled")
SELLERS = ("DIRECT_BILLER", "RESELLER", "PROVIDER")


class Step(NamedTuple):
    """One edge of a path."""

    type: str
    source: str
    target: str
    kind: str
    valid_from: datetime


class Ruling(NamedTuple):
    """What holds for a communicator in one scope; closing: whether the scope is a closing one."""

    scope: str
    verdict: str
    standing: str
    statements: tuple[str, ...]
    interpretations: tuple[str, ...]
    path: tuple[Step, ...]
    closing: bool = False

    @property
    def interpretation(self) -> str | None:
        """Section 5: "A cell's interpretation is the first of a ruling's *interpretations*"."""
        return self.interpretations[0] if self.interpretations else None


class Answer(NamedTuple):
    communicator: str
    customer: str
    verdict: str
    permitted: bool
    everywhere: bool
    permitted_in: tuple[str, ...]
    rulings: tuple[Ruling, ...]
    policy_in_force: bool


def step(tie: Tie) -> Step:
    return Step(tie.type, tie.source, tie.target, tie.kind, tie.valid_from)


# Section 5


def ruling(view: View, who: str, customer: str, scope: str, category: str) -> Ruling:
    """The ruling in one of the customer's scopes or, where it is none of them, in a closing scope of this communicator."""
    closing = scope not in view.scopes(customer)
    standing = closing_standing(who) if closing else strongest(standings(view, who, customer, scope), category)
    path = tuple(step(tie) for tie in PATH_OF[standing](view, who, customer, scope))
    if not view.covered(customer):
        return Ruling(scope, "NOT_COVERED", standing, (), (), path, closing)
    cell = TABLE[standing, category]
    return Ruling(scope, cell.verdict, standing, cell.statements, interpretations(view, customer, scope, standing, category), path, closing)


def strongest(having: tuple[str, ...], category: str) -> str:
    """
    The standing that rules among those of one communicator in one scope.

    Section 4: "One with several standings in a scope gets the ruling of the strongest verdict (EXPECTED > PERMITTED > PROHIBITED >
    UNKNOWN > NOT_STATED; on a tie, the standing that stands first above)".
    """
    return min(having, key=lambda standing: STRENGTH.index(TABLE[standing, category].verdict))


def interpretations(view: View, customer: str, scope: str, standing: str, category: str) -> tuple[str, ...]:
    """Section 5: "A cell's interpretation is the first …. Added to it, in this order, in a subscription's scope: …"."""
    cell = TABLE[standing, category]
    found = [cell.interpretation] if cell.interpretation else []
    if scope in view.subscriptions(customer):
        if standing == "OPERATOR_DIRECT" and view.only_governed(customer, scope):
            found.append("governed-by-direct-agreement")
        ended = view.world.subscriptions[scope]["status"].lower() in ENDED_STATUSES
        if ended and (standing in SELLERS or (standing == "OPERATOR_OF_CSP" and cell.verdict == "PROHIBITED")):
            found.append("last-biller-until-deleted")
    return tuple(found)


# Section 6


def answer(view: View, who: str, customer: str, category: str, scope: str | None = None) -> Answer:
    """The one answer over all scopes that the communicator has in the category, or over the one that is named. Raises NotFound."""
    if who not in OPERATORS and not (who in view.world.partners and view.knows_nodes()):
        raise NotFound(who)
    scopes = scopes_of(view, who, customer, category)
    if scope is not None and scope not in scopes:
        raise NotFound(scope)
    rulings = [ruling(view, who, customer, each, category) for each in ([scope] if scope else scopes)]
    verdict = one_verdict([each.verdict for each in rulings])
    permitted_in = tuple(each.scope for each in rulings if each.verdict in SPEAKING)
    return Answer(
        who,
        customer,
        verdict,
        verdict in SPEAKING,
        all(each.verdict in SPEAKING for each in rulings),
        permitted_in,
        tuple(rulings),
        view.valid_at >= PUBLISHED,
    )


def scopes_of(view: View, who: str, customer: str, category: str) -> list[str]:
    """Section 6: "all that it has in that category, its closing scopes too"; the closing ones last."""
    return view.scopes(customer) + (closing_scopes(view, who, customer) if category in CLOSING_CATEGORIES else [])


def one_verdict(verdicts: list[str]) -> str:
    """Section 6: "no scope covered: NOT_COVERED. Some ruling E or P and some X: `MIXED`. Else the strongest of E > P > X > U > N"."""
    if all(verdict == "NOT_COVERED" for verdict in verdicts):
        return "NOT_COVERED"
    if "PROHIBITED" in verdicts and any(verdict in SPEAKING for verdict in verdicts):
        return "MIXED"
    return min(verdicts, key=STRENGTH.index)


def permitted_communicators(view: View, customer: str, category: str, scope: str | None = None) -> list[Answer]:
    """
    Section 6: "ordered EXPECTED, PERMITTED, MIXED, then by name …, then by id". Raises NotFound.

    Section 3, of a narrowed closing scope: "`permittedCommunicators` lists those alone", who have it; where nobody has, "that error".
    """
    asked = [who for who in everyone(view) if scope is None or scope in scopes_of(view, who, customer, category)]
    if not asked or customer not in view.customers():
        raise NotFound(scope or customer)
    answers = [answer(view, who, customer, category, scope) for who in asked]
    permitted = [each for each in answers if each.permitted_in]
    return sorted(permitted, key=lambda each: LIST_ORDER.index(each.verdict))  # stable: everyone stands by name


def everyone(view: View) -> list[str]:
    """Operators and partners, by name, then id."""
    return view.by_name([*OPERATORS, *view.world.partners])


def candidates(view: View, customer: str) -> list[str]:
    """The contract: its operator and "every partner with a standing other than NONE in some scope, closing ones included"."""
    return [who for who in everyone(view) if who == view.operator(customer) or stands(view, who, customer)]


def stands(view: View, who: str, customer: str) -> bool:
    in_its_scopes = any(standings(view, who, customer, scope) != ("NONE",) for scope in view.scopes(customer))
    return in_its_scopes or bool(closing_scopes(view, who, customer))


def matrix(view: View, customer: str) -> dict[tuple[str, str], str]:
    """(category, candidate) -> verdict."""
    return {(category, who): answer(view, who, customer, category).verdict for category in CATEGORIES for who in candidates(view, customer)}


def contactable(view: View, who: str, category: str) -> list[Answer]:
    """The answers for the customers among whose permitted communicators this one is, by the customers' names, then ids."""
    answers = [answer(view, who, customer, category) for customer in view.customers()]
    return [each for each in answers if each.permitted_in]
