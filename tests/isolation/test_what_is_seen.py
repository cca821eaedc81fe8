"""What a partner may see it does see: the rulings that an analyst sees, and the customers of its relationships."""

import os
from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policy.caller import Caller, Role
from tests.isolation.asking import NOW, Worlds
from tests.isolation.random_worlds import RECORDED, VALID, VIEWER, random_world
from tests.isolation.sight import Sight, known
from tests.schema.asked_by import ANALYST, Asked, partner

WORLDS = int(os.environ.get("VOCERO_SEEN_WORLDS", "6"))
INSTANTS = 8
TOPICS = ("renewal", "invoice", "incident", "agreement-acceptance", "ticket", "upsell")
PERMISSIONS = """query ($questions: [Question!]!, $asOf: AsOf) { permissions(questions: $questions, asOf: $asOf) {
  verdict rulings { verdict standing scope { ... on Node { id } } } } }"""
CUSTOMERS = """query ($asOf: AsOf) { customers(asOf: $asOf, first: 100) { totalCount edges { node { id name
  subscriptions(asOf: $asOf) { id offer } agreements(asOf: $asOf) { id } } } } }"""
COUNT = Counter[str]()


@settings(
    max_examples=WORLDS,
    deadline=None,
    derandomize="CI" in os.environ,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32 - 1))
async def test_a_partner_is_told_of_its_own_and_the_operators_what_an_analyst_is(seed: int, worlds: Worlds) -> None:
    chance = Random(seed)  # noqa: S311
    world = random_world(chance)
    asked = await worlds.load(world)
    for _ in range(INSTANTS):
        valid_at, known_at = chance.choice([*VALID, NOW]), chance.choice([NOW, NOW, *RECORDED])
        sight = Sight(world, VIEWER, known_at)
        seen = sight.customers(valid_at)
        told = f"seed {seed}, valid at {valid_at}, known at {known_at}"
        data = await asked.data(partner("viewer"), CUSTOMERS, asOf=as_of(valid_at, known_at))
        nodes = [edge["node"] for edge in data["customers"]["edges"]]
        assert data["customers"]["totalCount"] == len(seen), told
        assert {node["id"] for node in nodes} == set(seen), told
        for node in nodes:
            assert {each["id"] for each in node["subscriptions"]} == listed(seen[node["id"]]), told
            assert {each["id"] for each in node["agreements"]} == set(seen[node["id"]]["agreements"]), told
        for customer, around in seen.items():
            cut = sight.cut(customer)
            if all(known(tie, cut) == known(tie, known_at) for tie in sight.own):
                questions = [
                    {"communicator": who, "customer": customer, "topic": topic}
                    for who in (VIEWER, "operator:microsoft")
                    for topic in TOPICS
                ]
                mine = await permissions(asked, partner("viewer"), questions, as_of(valid_at, known_at))
                whole = await permissions(asked, ANALYST, questions, as_of(valid_at, cut))
                shown = {*listed(around), *around["agreements"], customer}
                for question, own, full in zip(questions, mine, whole, strict=True):
                    assert own["verdict"] == full["verdict"], f"{told}: {question}"
                    assert rulings(own, shown) == rulings(full, shown), f"{told}: {question}"
                    COUNT["answers"] += 1


@pytest.mark.parametrize("caller", [partner("viewer"), Caller("c", Role.CUSTOMER, "customer:c0"), ANALYST], ids=lambda caller: caller.role)
async def test_events_are_those_of_all_that_is_seen_at_any_instant(worlds: Worlds, caller: Caller) -> None:
    """Asked for at once they are what asking at each instant would come to."""
    asked = await worlds.load(random_world(Random(20)))  # noqa: S311
    instants = " ".join(
        f'v{place}: relationships(asOf: {{validAt: "{at.isoformat()}"}}) {{ id validFrom }}' for place, at in enumerate(VALID)
    )
    events = "events { at kind relationship { id validFrom validTo } }"
    document = f"{{ customers(first: 100) {{ edges {{ node {{ {events} {instants} }} }} }} }}"
    nodes = [edge["node"] for edge in (await asked.data(caller, document))["customers"]["edges"]]
    told = 0
    for node in nodes:
        seen = {each["id"] for place in range(len(VALID)) for each in node[f"v{place}"] if each["validFrom"] > "0002"}
        assert {each["relationship"]["id"] for each in node["events"]} == seen
        for each in node["events"]:
            assert each["at"] == each["relationship"]["validFrom" if each["kind"] == "BEGINS" else "validTo"]
        told += len(seen)

    assert told > len(nodes)


def test_enough_answers_were_compared_with_the_analysts() -> None:
    """Comparing nothing would pass too."""
    if not COUNT:
        pytest.skip("no worlds were compared in this run")
    print(f"\n{COUNT['answers']} answers compared with the analyst's")  # noqa: T201

    assert COUNT["answers"] > WORLDS


def listed(around: dict[str, Any]) -> set[str]:
    """The subscriptions that are shown at a customer; not one that was deleted before the viewer lost it and is held without an end."""
    return {
        each
        for each, (face, ties, _) in around["shown"].items()
        if face["status"] != "deleted" or any(tie.type == "HOLDS" and tie.valid_to is not None for tie in ties)
    }


def as_of(valid_at: datetime, known_at: datetime) -> dict[str, str]:
    return {"validAt": valid_at.isoformat(), "knownAt": known_at.isoformat()}


async def permissions(asked: Asked, caller: Caller, questions: list[dict[str, str]], at: dict[str, str]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = (await asked.data(caller, PERMISSIONS, questions=questions, asOf=at))["permissions"]
    return answers


def rulings(answer: dict[str, Any], shown: set[str]) -> dict[str, tuple[str, str]]:
    """Those in the scopes that the viewer sees."""
    return {each["scope"]["id"]: (each["verdict"], each["standing"]) for each in answer["rulings"] if each["scope"]["id"] in shown}
