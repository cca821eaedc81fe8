"""What is remembered of other customers, and of other instants, is what would be worked out anew."""

from collections.abc import Iterator
from random import Random

import pytest

from policy.decide import ScopeNotHeld, decide, permitted_communicators
from policy.facts import History, Relationship, Version
from policy.policy import Policy
from policy.policy_file import shipped_policy
from policy.remembered import decided, known_candidates
from policy.remembered import permitted_communicators as permitted_by_memory
from policy.situation import Situation, situation
from policy.standing import candidates
from policy.stretches import situation_kept
from policy.terms import AdminKind, Category, RelationshipType

WORLDS = 400
TIMES = range(0, 70, 10)
OPERATORS = ("operator:21vianet", "operator:microsoft")


def worlds() -> Iterator[History]:
    """Small ones, so that many are of the same shape, under names whose order says nothing."""
    for seed in range(WORLDS):
        chance = Random(seed)  # noqa: S311
        yield world(chance)


def world(chance: Random) -> History:
    names = [f"{chance.randrange(1000):03}-{place}" for place in range(9)]
    customer, subscriptions = f"customer:{names[0]}", [f"subscription:{each}" for each in names[1:4]]
    agreements, partners = [f"agreement:{each}" for each in names[4:6]], [f"partner:{each}" for each in names[6:]]
    kinds = [
        (RelationshipType.HOLDS, [customer], subscriptions),
        (RelationshipType.PARTY_TO, [customer, *OPERATORS], agreements),
        (RelationshipType.BILLS, [*partners, "operator:microsoft"], subscriptions),
        (RelationshipType.RESELLS, partners, subscriptions),
        (RelationshipType.SUPPORTS, partners, subscriptions),
        (RelationshipType.RESELLER_FOR, partners, [customer]),
        (RelationshipType.ADMINISTERS, partners, [customer]),
        (RelationshipType.PROVIDES_FOR, partners, partners),
    ]
    edges = []
    for type_, starts, ends in kinds:
        for _ in range(chance.randint(0, 3)):
            start, end = chance.choice(starts), chance.choice(ends)
            begins = chance.choice([0, 0, 0, 10, 20])
            until = chance.choice([None, None, begins + 10, begins + 30])
            known, superseded = chance.choice([(0, None), (0, None), (20, None), (0, 30)])
            kind = chance.choice(list(AdminKind)) if type_ is RelationshipType.ADMINISTERS else None
            if start != end:
                edges.append(Relationship(type_, start, end, kind, begins, until, known, superseded, ""))
    properties = {customer: {"cloud": chance.choice(["PUBLIC", "PUBLIC", "PUBLIC", "CHINA"])}}
    properties |= {each: {"status": chance.choice(["active", "active", "deleted"]), "offer": each} for each in subscriptions}
    properties |= {each: {"channel": chance.choice(["DIRECT", "CSP"]), "type": each} for each in agreements}
    nodes = [customer, *subscriptions, *agreements, *partners, *OPERATORS]
    return History(customer, tuple(edges), {node: (Version(0, None, properties.get(node, {})),) for node in nodes})


@pytest.fixture(scope="module")
def policy() -> Policy:
    """One for all worlds: what it remembers of one is used for the others."""
    return shipped_policy()


def everything(at: Situation) -> Iterator[tuple[str, Category, str | None]]:
    for who in (*at.nodes, "partner:nobody"):
        if who.startswith(("partner:", "operator:")):
            for category in Category:
                for scope in (None, *at.scopes):
                    yield who, category, scope


def test_a_decision_is_the_same_whether_it_is_remembered_or_not(policy: Policy) -> None:
    compared = remembered = 0
    for history in worlds():
        for time in TIMES:
            at = situation(history, time, time, policy.rules)
            assert at is not None
            known = sum(map(len, policy.remembered.values()))
            expected = {(who, category, scope): decide(at, who, category, policy, scope) for who, category, scope in everything(at)}
            assert {(who, category, scope): decided(at, who, category, policy, scope) for who, category, scope in expected} == expected
            compared += len(expected)
            remembered += len(expected) - sum(map(len, policy.remembered.values())) + known

    assert compared > 100_000
    assert remembered > compared / 4
    print(f"\n{compared:,} decisions compared, {remembered:,} of them remembered from other worlds")  # noqa: T201


def test_who_is_permitted_stands_in_the_same_order(policy: Policy) -> None:
    for history in worlds():
        for time in TIMES:
            at = situation(history, time, time, policy.rules)
            assert at is not None
            assert known_candidates(at) == candidates(at)
            for category in Category:
                for scope in (None, *at.scopes):
                    assert permitted_by_memory(at, category, policy, scope) == permitted_communicators(at, category, policy, scope)


def test_a_scope_that_is_not_held_is_refused_also_where_others_of_the_shape_hold_it(policy: Policy) -> None:
    at = situation(world(Random(1)), 50, 50, policy.rules)  # noqa: S311
    assert at is not None
    with pytest.raises(ScopeNotHeld):
        decided(at, "operator:microsoft", Category.BILLING, policy, "subscription:of-others")


def test_a_situation_is_that_of_its_instant_whatever_was_asked_before(policy: Policy) -> None:
    """Forward and backward through time, and through what was known when, of the same history."""
    for seed, history in enumerate(worlds()):
        chance = Random(seed)  # noqa: S311
        for _ in range(6):
            valid_at, known_at = chance.randrange(70), chance.randrange(70)
            kept, anew = situation_kept(history, valid_at, known_at, policy.rules), situation(history, valid_at, known_at, policy.rules)
            assert kept is not None
            assert anew is not None
            assert (kept.valid_at, kept.known_at, kept.relationships()) == (valid_at, known_at, anew.relationships())
            for who in candidates(anew):
                assert decided(kept, who, Category.BILLING, policy) == decide(anew, who, Category.BILLING, policy)


def test_a_former_sale_beside_an_earlier_hold_is_another_shape_than_beside_the_hold_of_now(policy: Policy) -> None:
    """The same standings by other edges: what is remembered of one customer would name the wrong record of the other."""
    for since in (0, 30):  # of the hold of now: the sale of before fell into it, or into an earlier one
        customer, office, seller = f"customer:c{since}", f"subscription:s{since}", f"partner:p{since}"
        edges = [
            edge(RelationshipType.HOLDS, customer, office, since, None),
            edge(RelationshipType.BILLS, seller, office, 0, 20),
            edge(RelationshipType.BILLS, f"partner:q{since}", office, 30, None),
        ]
        edges += [edge(RelationshipType.HOLDS, customer, office, 0, 25)] if since else []
        properties = {customer: {"cloud": "PUBLIC"}, office: {"status": "active"}}
        nodes = {node: (Version(0, None, properties.get(node, {})),) for each in edges for node in (each.start, each.end)}
        nodes |= {operator: (Version(0, None, {}),) for operator in OPERATORS}
        at = situation(History(customer, tuple(edges), nodes), 50, 50, policy.rules)
        assert at is not None
        for who in candidates(at):
            assert decided(at, who, Category.BILLING, policy) == decide(at, who, Category.BILLING, policy)


def edge(type_: RelationshipType, start: str, end: str, since: int, until: int | None) -> Relationship:
    return Relationship(type_, start, end, None, since, until, 0, None, "")
