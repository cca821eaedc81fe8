"""The judgement: policy.md sections 5 and 6. No clock, no I/O, no default that allows."""

from collections.abc import Collection, Iterable

from policy.another import ANOTHERS
from policy.decision import ALLOWING, Decision, Ruling
from policy.errors import NotFound
from policy.instant import written
from policy.path import path
from policy.policy import Policy
from policy.situation import Situation
from policy.standing import candidates, standings
from policy.terms import Category, Verdict

STRENGTH = (Verdict.EXPECTED, Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.UNKNOWN, Verdict.NOT_STATED, Verdict.NOT_COVERED)
LISTED = (Verdict.EXPECTED, Verdict.PERMITTED, Verdict.MIXED)


class ScopeNotHeld(NotFound):
    """The scope asked about is not one of the customer's at that time."""


def decide(at: Situation, who: str, category: Category, policy: Policy, scope: str | None = None) -> Decision:
    """The answer for one communicator over all scopes of the customer, or over one. Raises ScopeNotHeld."""
    if scope is not None and not at.has_scope(scope):
        raise ScopeNotHeld(
            f"customer `{at.customer}` has no scope `{scope}` at {written(at.valid_at)}; ask without one, or for one it holds"
        )
    rulings = tuple(_ruling(at, who, each, category, policy) for each in (at.scopes if scope is None else (scope,)))
    verdict = _one_verdict({ruling.verdict for ruling in rulings})
    told = tuple(ruling for ruling in rulings if ruling.scope != ANOTHERS)
    # what others sell is mentioned where the verdict would be another one without it
    is_told = bool(told) and verdict is _one_verdict({ruling.verdict for ruling in told})
    return Decision(who, at.customer, verdict, told if is_told else rulings)


def permitted_communicators(at: Situation, category: Category, policy: Policy, scope: str | None = None) -> list[Decision]:
    """Whoever is permitted somewhere: EXPECTED, then PERMITTED, then MIXED, then by name. Raises ScopeNotHeld."""
    return most_expected_first(decide(at, who, category, policy, scope) for who in candidates(at))


def most_expected_first(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that permit somewhere; equal ones stay as they stood."""
    return sorted((each for each in decisions if each.permits), key=lambda each: LISTED.index(each.verdict))


def _ruling(at: Situation, who: str, scope: str, category: Category, policy: Policy) -> Ruling:
    # of equally strong ones min keeps the first, as the order of standings asks
    standing = min(standings(at, who, scope), key=lambda each: STRENGTH.index(policy.table[each, category].verdict))
    edges = path(at, who, scope, standing)
    if at.cloud not in policy.clouds:
        return Ruling(scope, Verdict.NOT_COVERED, standing, (), None, edges)
    cell = policy.table[standing, category]
    return Ruling(scope, cell.verdict, standing, cell.statements, cell.interpretation, edges)


def _one_verdict(verdicts: Collection[Verdict]) -> Verdict:
    if Verdict.PROHIBITED in verdicts and not set(verdicts).isdisjoint(ALLOWING):
        return Verdict.MIXED
    return min(verdicts, key=STRENGTH.index)
