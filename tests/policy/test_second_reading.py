"""
The judgement against the second reading of the policy in tests/oracle, on histories that reach every case.

VOCERO_POLICY_ANSWERS sets how many answers are compared, VOCERO_POLICY_SEED the seed of the first history.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from policy.decide import ScopeNotHeld, decide, permitted_communicators
from policy.decision import Decision
from policy.facts import History, Relationship, Version
from policy.findings import Finding, findings_of
from policy.instant import EPOCH, MICROSECOND, instant_of
from policy.policy_file import shipped_policy
from policy.remembered import decided
from policy.situation import Situation, situation
from policy.standing import candidates
from policy.stretches import situation_kept
from policy.terms import AdminKind, Category, RelationshipType
from tests.oracle import oracle
from tests.oracle.acceptance import OPERATORS, Tie, World
from tests.oracle.asking import Asked, Question, asked
from tests.oracle.changes import known_from
from tests.oracle.data_quality import Wrong, wrong_with
from tests.oracle.dense_worlds import LONG_AGO
from tests.oracle.few_ties import world_of
from tests.oracle.oracle import Step
from tests.oracle.pairs import closing_scopes
from tests.oracle.reached import every_case, reached
from tests.oracle.view import NotFound, View

ANSWERS = int(os.environ.get("VOCERO_POLICY_ANSWERS", "60_000"))
FIRST_SEED = int(os.environ.get("VOCERO_POLICY_SEED", "0"))
SHOWN = 5
MANY, OFTEN = 1_000_000, 100
"""In so many answers each case is reached so often."""
POLICY = shipped_policy()
EVER = instant_of(LONG_AGO.replace(year=9000))
OF_CUSTOMER = {"RESELLER_FOR", "ADMINISTERS"}
OF_SUBSCRIPTION = {"BILLS", "RESELLS", "SUPPORTS", "GOVERNS"}

Told = tuple[object, ...]


def test_both_readings_of_the_policy_give_the_same_answers_in_every_case() -> None:
    """Comparing what reaches nothing would pass too."""
    differences: dict[tuple[object, ...], str] = {}
    counts = Counter(dict.fromkeys(every_case(), 0))
    before: View | None = None
    for each in asked(ANSWERS, FIRST_SEED):
        counts.update(reached(each))
        pairs: list[tuple[object, object, object]] = [(each.question, told_by_oracle(each), told_by_policy(each.view, each.question))]
        if each.view is not before:
            before = each.view
            pairs += [(question, one, other) for customer in each.view.customers() for question, one, other in lists(each.view, customer)]
        for question, one, other in pairs:
            if one != other:
                kind = apart(one, other)
                differences.setdefault(
                    kind, f"{question} of the history of seed {each.seed}{in_words(each.view)}\n  oracle {one}\n  policy {other}"
                )

    assert not differences, f"{len(differences)} sorts of differences\n" + "\n".join(list(differences.values())[:SHOWN])
    never = [case for case, times in counts.items() if not times]
    assert len(never) < len(counts) / 20, never
    if ANSWERS >= MANY:
        assert min(counts.values()) >= OFTEN, counts.most_common()[-SHOWN:]


def test_what_is_remembered_of_one_customer_is_told_of_no_other_whose_pair_is_of_another_holds() -> None:
    """The two differ in this alone: whether the HOLDS under which the former biller billed is the one that is live."""
    question = Question("operator:microsoft", "customer:c", "SUBSCRIPTION", None)
    billed = "p BILLS 1 2022-01-01 2023-03-01"
    for holds in (["c HOLDS 1 2022-01-01"], ["c HOLDS 1 2022-01-01 2023-03-01", "c HOLDS 1 2023-03-01"]):
        world = known_from(world_of(*holds, billed, c="PUBLIC"), LONG_AGO)
        view = View(world, datetime(2023, 6, 1, tzinfo=UTC))

        assert told_by_policy(view, question) == told(oracle.answer(view, *question))


def told_by_oracle(each: Asked) -> Told | None:
    return None if each.answer is None else told(each.answer)


def told(answer: oracle.Answer) -> Told:
    """An answer in plain values."""
    rulings = tuple((*ruling[:5], tuple(ruling.path), ruling.closing) for ruling in answer.rulings)
    return answer.communicator, answer.verdict, answer.permitted, answer.everywhere, answer.permitted_in, rulings


def told_by_policy(view: View, question: Question) -> Told | None:
    anew, kept = situation_of(view, question.customer), kept_situation_of(view, question.customer)
    given, remembered = (told_unless_not_held(judge, at, question) for judge, at in ((decide, anew), (decided, kept)))
    assert given == remembered, f"{question}: decided {given}, remembered {remembered}, of the history{in_words(view)}"
    return given


def told_unless_not_held(judge: Callable[..., Decision], at: Situation, question: Question) -> Told | None:
    try:
        return told_of(judge(at, question.who, Category(question.category), POLICY, question.scope))
    except ScopeNotHeld:
        return None


def told_of(decision: Decision) -> Told:
    """The same values of a decision."""
    rulings = tuple(
        (
            ruling.scope,
            ruling.verdict.name,
            ruling.standing.name,
            tuple(ruling.statements),
            tuple(ruling.interpretations),
            tuple(map(step_of, ruling.path)),
            ruling.closing,
        )
        for ruling in decision.rulings
    )
    return decision.communicator, decision.verdict.name, decision.permitted, decision.everywhere, decision.permitted_in, rulings


def lists(view: View, customer: str) -> Iterator[tuple[str, object, object]]:
    """Scopes, channels, candidates, findings and permitted communicators of a customer, of the oracle and of the judgement."""
    at = situation_of(view, customer)
    yield f"scopes of {customer}", view.scopes(customer), list(at.scopes)
    yield f"candidates of {customer}", oracle.candidates(view, customer), list(candidates(at))
    for subscription in view.subscriptions(customer):
        yield f"channel of {subscription}", view.channel(subscription), at.channel(subscription).name
    yield f"findings of {customer}", sorted(wrong_with(view, customer)), sorted(map(wrong, findings_of(at)))
    closing = {scope for who in oracle.everyone(view) for scope in closing_scopes(view, who, customer)}
    for scope in (None, *view.scopes(customer), *sorted(closing), "subscription:nothing"):
        for category in ("BILLING", "ENDING", "OPERATIONAL"):
            question = f"permitted communicators of {customer} about {category} in {scope}"
            yield question, listed_by_oracle(view, customer, category, scope), listed_by_policy(at, category, scope)


def wrong(finding: Finding) -> Wrong:
    return Wrong(finding.kind.name, finding.customer, finding.about, frozenset(map(step_of, finding.relationships)))


def listed_by_oracle(view: View, customer: str, category: str, scope: str | None) -> list[Told] | None:
    try:
        return [told(each) for each in oracle.permitted_communicators(view, customer, category, scope)]
    except NotFound:
        return None


def listed_by_policy(at: Situation, category: str, scope: str | None) -> list[Told] | None:
    try:
        return [told_of(each) for each in permitted_communicators(at, Category(category), POLICY, scope)]
    except ScopeNotHeld:
        return None


@lru_cache(maxsize=100)
def kept_situation_of(view: View, customer: str) -> Situation:
    """Out of what is kept of a history from one instant to the next."""
    found = situation_kept(history_of(Same(view.read), customer), *instants_of(view), POLICY.rules)
    assert found is not None
    return found


def instants_of(view: View) -> tuple[int, int]:
    return instant_of(view.valid_at), EVER if view.known_at is None else instant_of(view.known_at)


@lru_cache(maxsize=100)
def situation_of(view: View, customer: str) -> Situation:
    """Worked out anew."""
    found = situation(replace(history_of(Same(view.read), customer), worked_out={}), *instants_of(view), POLICY.rules)
    assert found is not None
    return found


class Same:
    """A world as a key: the very same one."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __hash__(self) -> int:
        return id(self.world)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.world is other.world


@lru_cache(maxsize=100)
def history_of(same: Same, customer: str) -> History:
    """What is recorded around the customer, as the graph gives it."""
    world, ties = same.world, same.world.ties
    own = [
        tie
        for tie in ties
        if (tie.source == customer and tie.type in {"HOLDS", "PARTY_TO"}) or (tie.target == customer and tie.type in OF_CUSTOMER)
    ]
    held = {tie.target for tie in own if tie.type == "HOLDS"}
    joined = {tie.target for tie in own if tie.type == "PARTY_TO"}
    own += [tie for tie in ties if tie.target in held and tie.type in OF_SUBSCRIPTION]
    own += [tie for tie in ties if tie.source in OPERATORS and tie.target in joined]
    named = {tie.source for tie in own}
    own += [tie for tie in ties if tie.type == "PROVIDES_FOR" and {tie.source, tie.target} <= named]
    around = {customer, *OPERATORS, *(end for tie in own for end in (tie.source, tie.target))}
    return History(customer, tuple(map(relationship_of, own)), {node: versions_of(world, node) for node in around})


def relationship_of(tie: Tie) -> Relationship:
    valid_to, superseded_at = (None if end is None else instant_of(end) for end in (tie.valid_to, tie.superseded_at))
    kind = AdminKind(tie.kind) if tie.kind else None
    start, recorded_at = instant_of(tie.valid_from), instant_of(tie.recorded_at)
    return Relationship(RelationshipType(tie.type), tie.source, tie.target, kind, start, valid_to, recorded_at, superseded_at, "")


def versions_of(world: World, node: str) -> tuple[Version, ...]:
    """The newest first; an operator has always been there."""
    if node in OPERATORS:
        return (Version(instant_of(LONG_AGO), None, {"name": OPERATORS[node]}),)
    return tuple(
        Version(instant_of(each.recorded_at), None if each.superseded_at is None else instant_of(each.superseded_at), dict(each.row))
        for each in reversed(world.versions)
        if each.node == node
    )


def step_of(relationship: Relationship) -> Step:
    """An edge as the oracle has it."""
    kind = relationship.kind.name if relationship.kind else ""
    return Step(relationship.type.name, relationship.start, relationship.end, kind, EPOCH + relationship.valid_from * MICROSECOND)


def apart(one: object, other: object) -> tuple[object, ...]:
    """What sort of difference it is, so that each sort is shown once."""
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return (type(one), type(other), isinstance(one, list) and isinstance(other, list))
    parts = tuple(place for place, (left, right) in enumerate(zip(one[:5], other[:5], strict=True)) if left != right)
    ruled: Sequence[tuple[object, ...]] = [
        (left[1:5], right[1:5], left[5] == right[5]) for left, right in zip(one[5], other[5], strict=False) if left != right
    ]
    return (parts, *ruled)


def in_words(view: View) -> str:
    """The world of a question, a line for each tie and version."""
    return "\n    ".join([f" at {view.valid_at} known {view.known_at}", *lines(view.read.ties), *lines(view.read.versions)])


def lines(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]
