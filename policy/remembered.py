"""
Decisions that were worked out before, for a customer of the same shape: what `policy.decide` says, sooner.

Most customers share a few shapes. A decision about one of them, with places for names, is the decision about the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from policy import decide
from policy.decision import Decision, Ruling
from policy.facts import History
from policy.lazy_situation import Head, LazyShape
from policy.policy import Policy
from policy.rules import Rules
from policy.shape import Fingerprint, Shape
from policy.situation import Situation
from policy.standing import candidates
from policy.stretches import situation_kept, situation_of_stretch, stretch_of
from policy.terms import Category, Language, Standing, Verdict

MOST_SHAPES: Final = 10_000
MOST_TOLD: Final = 2_000
"""Answers of one shape: its communicators may stand in many orders of their names."""
MOST_EDGES: Final = 60
"""Customers with more are worked out anew: few are alike, and what is remembered of one would take too much."""


class Told(NamedTuple):
    """A ruling without names: the number of its scope, and the places of the edges of its path."""

    scope: int
    verdict: Verdict
    standing: Standing
    statements: tuple[str, ...]
    interpretations: tuple[str, ...]
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """A decision without names; permits: whether it does in some scope, everywhere: in each, rests: what it rests on, in words."""

    verdict: Verdict
    permits: bool
    everywhere: bool
    rulings: tuple[Told, ...]
    rests: dict[Language, Sequence[str]] = field(default_factory=dict)


def decided(at: Situation, who: str, category: Category, policy: Policy, scope: str | None = None) -> Decision:
    """The same as `decide`. Raises ScopeNotHeld."""
    shape = _shape_of(at)
    if shape is None or (scope is not None and scope not in at.scopes):
        return decide.decide(at, who, category, policy, scope)
    known = _known(shape.fingerprint, policy)
    asked = (shape.number(who), category, None if scope is None else shape.number(scope))
    told: Remembered | None = known.get(asked)
    if told is None:
        decision = decide.decide(at, who, category, policy, scope)
        known[asked] = _without_names(decision, shape)
        return decision
    return Decision.of_form(who, at.customer, told, partial(_named, told, shape))


def permitted_communicators(at: Situation, category: Category, policy: Policy, scope: str | None = None) -> list[Decision]:
    """The same as `decide.permitted_communicators`. Raises ScopeNotHeld."""
    shape = _shape_of(at)
    if shape is None or (scope is not None and scope not in at.scopes):
        return decide.permitted_communicators(at, category, policy, scope)
    known, asked = _known(shape.fingerprint, policy), (_order(at, shape), category, None if scope is None else shape.number(scope))
    permitted: list[tuple[int, Remembered]] | None = known.get(asked)
    if permitted is None:
        decisions = decide.permitted_communicators(at, category, policy, scope)
        if len(known) < MOST_TOLD:
            known[asked] = [(shape.number(each.communicator), _without_names(each, shape)) for each in decisions]
        return decisions
    return [Decision.of_form(shape.communicator(who), at.customer, told, partial(_named, told, shape)) for who, told in permitted]


def work_out(history: History, valid_at: int, known_at: int, rules: Rules) -> None:
    """Work out what every decision about a customer at such an instant needs, before it is asked for."""
    at = situation_kept(history, valid_at, known_at, rules)
    if at is not None:
        _shape_of(at)
        known_candidates(at)


def head_of(history: History, valid_at: int, known_at: int, rules: Rules) -> Head | None:
    """
    What most questions at such an instant need of a customer, and at each other of the same stretch of time.

    None where it was not known, where less was known than now, and where its shape is not worth the while.
    """
    at, stretch = situation_of_stretch(history, valid_at, known_at, rules), stretch_of(history, valid_at, known_at, rules)
    shape = None if at is None or stretch is None else _shape_of(at)
    if at is None or stretch is None or shape is None:
        return None
    return Head(*stretch, shape.fingerprint, len(shape.nodes), tuple(shape.partners), _order(at, shape), at.properties(at.customer))


def known_candidates(at: Situation) -> tuple[str, ...]:
    """The same as `candidates`."""
    found: tuple[str, ...] | None = at.worked_out.get("candidates")
    if found is None:
        found = at.worked_out["candidates"] = candidates(at)
    return found


def _order(at: Situation, shape: Shape | LazyShape) -> tuple[int, ...]:
    """The numbers of the candidates: their order, which is that of their names, is not the shape's."""
    found: tuple[int, ...] | None = at.worked_out.get("order")
    if found is None:
        found = at.worked_out["order"] = tuple(shape.number(who) for who in known_candidates(at))
    return found


def _shape_of(at: Situation) -> Shape | LazyShape | None:
    """None where it is not worth the while, or where only a part of the situation is seen."""
    if not at.is_whole:
        return None
    if "shape" not in at.worked_out:
        shape = Shape(at)
        at.worked_out["shape"] = shape if len(shape.edges) <= MOST_EDGES else None
    found: Shape | LazyShape | None = at.worked_out["shape"]
    return found


def _known(fingerprint: Fingerprint, policy: Policy) -> dict[Any, Any]:
    """What the policy said of shapes with that fingerprint."""
    if fingerprint.told is not None and fingerprint.told[0] is policy:
        return fingerprint.told[1]
    remembered = policy.remembered
    known = remembered.get(fingerprint.key)
    if known is None:
        if len(remembered) >= MOST_SHAPES:
            remembered.clear()
        known = remembered[fingerprint.key] = {}
    fingerprint.told = policy, known
    return known


def _named(told: Remembered, shape: Shape | LazyShape) -> tuple[Ruling, ...]:
    edges, nodes = shape.edges, shape.nodes
    rulings = [
        Ruling(nodes[scope], verdict, standing, statements, interpretations, tuple([edges[place] for place in path]))
        for scope, verdict, standing, statements, interpretations, path in told.rulings
    ]
    return tuple(rulings)


def _without_names(decision: Decision, shape: Shape | LazyShape) -> Remembered:
    places = {id(edge): place for place, edge in enumerate(shape.edges)}
    rulings = (Told(shape.number(each.scope), *each[1:5], tuple(places[id(edge)] for edge in each.path)) for each in decision.rulings)
    return Remembered(decision.verdict, decision.permits, decision.everywhere, tuple(rulings))
