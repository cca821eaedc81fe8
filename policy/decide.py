"""The judgement: policy.md sections 5 and 6. No clock, no I/O, no default that allows."""

from collections.abc import Collection, Iterable, Iterator

from policy.another import ANOTHERS
from policy.decision import ALLOWING, Decision, Ruling
from policy.errors import NotFound
from policy.instant import written
from policy.path import path
from policy.policy import WITHOUT_CELLS, Cell, Policy
from policy.situation import Situation
from policy.standing import candidates, scopes_of, standings
from policy.terms import Category, Standing, Verdict

STRENGTH = (Verdict.EXPECTED, Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.UNKNOWN, Verdict.NOT_STATED, Verdict.NOT_COVERED)
LISTED = (Verdict.EXPECTED, Verdict.PERMITTED, Verdict.MIXED)
GOVERNED, LAST_BILLER = WITHOUT_CELLS
LAST_SELLERS = (Standing.DIRECT_BILLER, Standing.RESELLER, Standing.PROVIDER)


class ScopeNotHeld(NotFound):
    """The scope asked about is not one of the customer's at that time."""


def decide(at: Situation, who: str, category: Category, policy: Policy, scope: str | None = None) -> Decision:
    """The answer for one communicator over all scopes that it has in that category, or over one. Raises ScopeNotHeld."""
    scopes = scopes_of(at, who, category)
    if scope is not None:
        if scope not in scopes or not at.shows(scope):
            raise ScopeNotHeld(
                f"customer `{at.customer}` has no scope `{scope}` at {written(at.valid_at)}; ask without one, or for one it holds"
            )
        scopes = (scope,)
    rulings = tuple(_ruling(at, who, each, category, policy) for each in scopes)
    verdict = _one_verdict({ruling.verdict for ruling in rulings})
    told = tuple(ruling for ruling in rulings if ruling.scope != ANOTHERS)
    # what others sell is mentioned where the verdict would be another one without it
    is_told = bool(told) and verdict is _one_verdict({ruling.verdict for ruling in told})
    everywhere = all(ruling.verdict in ALLOWING for ruling in rulings)
    return Decision(who, at.customer, verdict, told if is_told else rulings, everywhere=everywhere)


def permitted_communicators(at: Situation, category: Category, policy: Policy, scope: str | None = None) -> list[Decision]:
    """Whoever is permitted somewhere: EXPECTED, then PERMITTED, then MIXED, then by name. Raises ScopeNotHeld."""
    asked = candidates(at)
    if scope is not None and scope not in at.scopes:  # a closing one is there for those alone whose it is
        asked = tuple(who for who in asked if scope in scopes_of(at, who, category)) or (at.operator,)
    return most_expected_first(decide(at, who, category, policy, scope) for who in asked)


def most_expected_first(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that permit somewhere; equal ones stay as they stood."""
    return sorted((each for each in decisions if each.permits), key=lambda each: LISTED.index(each.verdict))


def _ruling(at: Situation, who: str, scope: str, category: Category, policy: Policy) -> Ruling:
    # of equally strong ones min keeps the first, as the order of standings asks
    standing = min(standings(at, who, scope), key=lambda each: STRENGTH.index(policy.table[each, category].verdict))
    edges = path(at, who, scope, standing)
    if at.cloud not in policy.clouds:
        return Ruling(scope, Verdict.NOT_COVERED, standing, (), (), edges)
    cell = policy.table[standing, category]
    return Ruling(scope, cell.verdict, standing, cell.statements, tuple(_readings(at, scope, standing, cell, policy)), edges)


def _readings(at: Situation, scope: str, standing: Standing, cell: Cell, policy: Policy) -> Iterator[str]:
    """The reading of the cell, then those that the facts of the scope bring with them."""
    if cell.interpretation is not None:
        yield cell.interpretation
    if standing is Standing.OPERATOR_DIRECT and GOVERNED in policy.interpretations and at.is_governed(scope):
        yield GOVERNED
    is_last = standing in LAST_SELLERS or (standing is Standing.OPERATOR_OF_CSP and cell.verdict is Verdict.PROHIBITED)
    if is_last and LAST_BILLER in policy.interpretations and at.ends(scope):
        yield LAST_BILLER


def _one_verdict(verdicts: Collection[Verdict]) -> Verdict:
    if Verdict.PROHIBITED in verdicts and not set(verdicts).isdisjoint(ALLOWING):
        return Verdict.MIXED
    return min(verdicts, key=STRENGTH.index)
