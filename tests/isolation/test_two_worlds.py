"""Two worlds that differ only in what a caller may not see give it the same answers, to the byte, whatever it asks."""

import os
from collections import Counter
from datetime import datetime
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake.write_matrix import CsvMatrix
from policy.caller import Caller
from policy.instant import instant_of
from resolvers.export_matrix import export_matrix
from resolvers.freshness import Freshness
from resolvers.instants import AsOf
from resolvers.operation import Operation
from schema.context import batched
from tests.isolation.asking import NOW, Worlds, masked
from tests.isolation.hidden import See, another_world
from tests.isolation.questions import Questions
from tests.isolation.random_worlds import RECORDED, VALID, VIEWER, random_world
from tests.isolation.sight import sight, sight_of_customer
from tests.isolation.world import World
from tests.schema.asked_by import POLICY, Asked, customer, partner

PAIRS = int(os.environ.get("VOCERO_ISOLATED_PAIRS", "8"))
QUESTIONS = 60
CHANGES_TRIED = 40
CI = "CI" in os.environ
GRID = sorted({VALID[0].replace(year=2021), *VALID, *RECORDED, NOW})
TIMES = [time for time in GRID if time != NOW]
COUNT = Counter[str]()
pytestmark = [  # a field that fails leaves the coroutines of others behind, unasked
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]
by_chance = settings(
    deadline=None,
    derandomize=CI,
    phases=[Phase.explicit, Phase.generate],  # a seed that is smaller makes no smaller world
    suppress_health_check=list(HealthCheck),
)


@settings(by_chance, max_examples=PAIRS)
@given(seed=st.integers(0, 2**32 - 1))
async def test_a_partner_is_answered_the_same_in_worlds_that_differ_in_what_it_may_not_see(seed: int, worlds: Worlds) -> None:
    await compare(worlds, partner("viewer"), VIEWER, lambda world: sight(world, VIEWER, GRID, NOW), seed)


@settings(by_chance, max_examples=max(1, PAIRS // 4))
@given(seed=st.integers(0, 2**32 - 1))
async def test_a_customer_is_answered_the_same_in_worlds_that_differ_in_what_is_not_around_it(seed: int, worlds: Worlds) -> None:
    await compare(worlds, customer("c0"), "customer:c0", lambda world: sight_of_customer(world, "customer:c0"), seed)


def test_enough_answers_were_compared_and_many_of_them_said_something() -> None:
    """Comparing nothing would pass too."""
    if not COUNT["pairs"]:
        pytest.skip("no worlds were compared in this run")
    print(f"\n{dict(COUNT)}")  # noqa: T201

    assert COUNT["with data"] > COUNT["questions"] / 4
    assert COUNT["changes"] > COUNT["pairs"]


async def compare(worlds: Worlds, caller: Caller, viewer: str, see: See, seed: int) -> None:
    """One world is loaded and asked, then the other is, the same."""
    chance = Random(seed)  # noqa: S311
    one = random_world(chance)
    other, changes = another_world(one, viewer, see, chance, CHANGES_TRIED)
    if caller.partner is None:
        other.source = one.source  # what is around itself a customer is told whole
    questions = Questions([one, other], TIMES, chance)
    asked = await worlds.load(one)
    said: list[tuple[str, bytes]] = []
    for _ in range(QUESTIONS):
        for document in await documents(asked, caller, questions.fields()):
            body = await asked.body(caller, document)
            questions.learn(body)
            said.append((document, masked(body)))
            COUNT["with data"] += any((body["data"] or {}).values())
    files = await exports(worlds, caller)
    asked = await worlds.load(other)
    for document, answer in said:
        assert masked(await asked.body(caller, document)) == answer, told(seed, changes, one, other, document)
    assert await exports(worlds, caller) == files, told(seed, changes, one, other, "export")
    COUNT.update({"pairs": 1, "questions": len(said), "changes": len(changes)})


async def documents(asked: Asked, caller: Caller, fields: list[str]) -> list[str]:
    """One operation of these fields, or one of each where some fail: an error may keep others from being answered."""
    body = await asked.body(caller, together := f"{{ {' '.join(fields)} }}")
    return [f"{{ {each} }}" for each in fields] if body["errors"] else [together]


async def exports(worlds: Worlds, caller: Caller) -> list[bytes]:
    """The matrix as it is exported to the caller, now and at an earlier instant."""
    return [await exported(worlds, caller, AsOf(*map(instant_of, times))) for times in ((VALID[2], RECORDED[3]), (VALID[4], NOW))]


async def exported(worlds: Worlds, caller: Caller, as_of: AsOf) -> bytes:
    operation = Operation(worlds.graph, POLICY, instant_of(NOW), Freshness(), batched, caller)
    return b"".join([piece async for piece in export_matrix(operation, as_of, CsvMatrix(), progress=lambda _: None)])


def told(seed: int, changes: list[str], one: World, other: World, document: str) -> str:
    """What a failure shows: how the worlds differ, and what was asked."""
    ties = "\n".join(
        f"{mark} {line(tie)}"
        for mark, these, those in (("-", one, other), ("+", other, one))
        for tie in these.ties
        if tie not in those.ties
    )
    return f"seed {seed}, {changes}\n{ties}\n{document}"


def line(tie: object) -> str:
    return ", ".join(each.date().isoformat() if isinstance(each, datetime) else str(each) for each in vars(tie).values())
