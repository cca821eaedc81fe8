"""Whatever is asked of a head is what would be worked out of the history."""

import json
from collections.abc import Hashable
from random import Random
from typing import Any

import pytest

from policy.decide import decide, permitted_communicators
from policy.facts import History
from policy.lazy_situation import Head, LazySituation
from policy.policy import Policy
from policy.policy_file import shipped_policy
from policy.remembered import decided, head_of
from policy.remembered import permitted_communicators as permitted_by_memory
from policy.shape import Fingerprint
from policy.situation import Situation, situation
from policy.terms import Category
from tests.policy.test_remembered import everything, worlds


@pytest.fixture(scope="module")
def policy() -> Policy:
    """One for all worlds: what it remembers of one is used for the others."""
    return shipped_policy()


def stored(head: Head) -> Head:
    """A head as an index gives it back: without anything of the history that it was made of."""
    since, until, known_since, key, nodes, partners, order, properties = json.loads(
        json.dumps([*head[:3], head.fingerprint.key, *head[4:]])
    )
    return Head(since, until, known_since, Fingerprint(_tuples(key)), nodes, partners, tuple(order), properties)


def _tuples(value: Any) -> Hashable:  # noqa: ANN401 - JSON
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


class Loads:
    """How often histories were asked for."""

    def __init__(self) -> None:
        self.count = 0

    def lazy(self, history: History, head: Head, valid_at: int, known_at: int) -> Situation:
        """The situation of a head."""
        return LazySituation(history.customer, head, lambda: self._loaded(history, valid_at, known_at), valid_at, known_at)

    def _loaded(self, history: History, valid_at: int, known_at: int) -> Situation | None:
        self.count += 1
        return situation(history, valid_at, known_at, shipped_policy().rules)


def test_every_answer_of_a_head_is_that_of_the_history_throughout_its_stretch(policy: Policy) -> None:
    compared, loads, heads = 0, Loads(), 0
    for seed, history in enumerate(worlds()):
        chance = Random(seed)  # noqa: S311
        made = head_of(history, chance.randrange(70), 70, policy.rules)
        assert made is not None
        head = stored(made)
        for valid_at in {max(head.since, -1), min(head.until, 71) - 1}:
            at = situation(history, valid_at, 70, policy.rules)
            assert at is not None
            heads += 1
            lazy = loads.lazy(history, head, valid_at, 70)
            for who, category, scope in everything(at):
                assert decided(lazy, who, category, policy, scope) == decide(at, who, category, policy, scope)
                compared += 1
            for category in Category:
                assert permitted_by_memory(lazy, category, policy) == permitted_communicators(at, category, policy)
            assert (lazy.names(), lazy.cloud, lazy.partners) == (at.names(), at.cloud, at.partners)
            assert lazy.relationships() == at.relationships()
    assert compared > 30_000
    assert loads.count <= heads


def test_a_verdict_that_is_known_of_the_shape_asks_for_no_history(policy: Policy) -> None:
    for history in worlds():
        head, at = head_of(history, 50, 70, policy.rules), situation(history, 50, 70, policy.rules)
        assert head is not None
        assert at is not None
        expected = [(each.communicator, each.verdict) for each in permitted_by_memory(at, Category.BILLING, policy)]
        for who, _ in expected:
            decided(at, who, Category.BILLING, policy)
        loads = Loads()
        lazy = loads.lazy(history, stored(head), 50, 70)
        found = permitted_by_memory(lazy, Category.BILLING, policy)
        assert [(each.communicator, each.verdict) for each in found] == expected
        assert [decided(lazy, who, Category.BILLING, policy).permits for who, _ in expected] == [True] * len(expected)
        assert lazy.name(history.customer) == at.name(history.customer)
        assert loads.count == 0


def test_there_is_no_head_of_what_was_known_before_something_was_recorded() -> None:
    partly = [history for history in worlds() if any(each.superseded_at == 30 for each in history.relationships)]
    assert partly
    assert not any(head_of(history, 50, 29, shipped_policy().rules) for history in partly)
