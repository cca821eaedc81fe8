"""Two worlds that differ only in what a caller may not see give it the same answers, to the byte, whatever it asks."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import cycle, product
from random import Random

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.store import newest_revision
from policy.caller import Caller
from tests.isolation.asking import NOW, Client, Worlds, comparable, whole
from tests.isolation.hidden import See, another_world
from tests.isolation.questions import Questions
from tests.isolation.random_worlds import RECORDED, VALID, VIEWER, random_world
from tests.isolation.sight import sight, sight_of_customer
from tests.isolation.world import World
from tests.schema.asked_by import OPERATOR, customer, partner

PAIRS = int(os.environ.get("VOCERO_ISOLATED_PAIRS", "8"))
QUESTIONS = 60
CHANGES_TRIED = 40
CI = "CI" in os.environ
GRID = sorted({VALID[0].replace(year=2021), *VALID, *RECORDED, NOW})
TIMES = [time for time in GRID if time != NOW]
METHODS = ("GET", "POST")
APPLY = 'mutation { apply(idempotencyKey: "others-%d", changes: [{putPartner: {key: "unseen-%d"}}]) { applied } }'
COUNT = Counter[str]()
ClientOf = Callable[[Caller], Client]
by_chance = settings(
    deadline=None,
    derandomize=CI,
    phases=[Phase.explicit, Phase.generate],  # a seed that is smaller makes no smaller world
    suppress_health_check=list(HealthCheck),
)


@settings(by_chance, max_examples=PAIRS)
@given(seed=st.integers(0, 2**32 - 1))
async def test_a_partner_is_answered_the_same_in_worlds_that_differ_in_what_it_may_not_see(
    seed: int, worlds: Worlds, client_of: ClientOf
) -> None:
    await compare(worlds, client_of, partner("viewer"), lambda world: sight(world, VIEWER, GRID, NOW), seed)


@settings(by_chance, max_examples=max(1, PAIRS // 4))
@given(seed=st.integers(0, 2**32 - 1))
async def test_a_customer_is_answered_the_same_in_worlds_that_differ_in_what_is_not_around_it(
    seed: int, worlds: Worlds, client_of: ClientOf
) -> None:
    await compare(worlds, client_of, customer("c0"), lambda world: sight_of_customer(world, "customer:c0"), seed)


def test_enough_answers_were_compared_and_many_of_them_said_something() -> None:
    """Comparing nothing would pass too."""
    if not COUNT["pairs"]:
        pytest.skip("no worlds were compared in this run")
    print(f"\n{dict(COUNT)}")  # noqa: T201

    assert COUNT["with data"] > COUNT["questions"] / 4
    assert COUNT["whole"] > COUNT["questions"] * 3 / 4
    assert COUNT["changes"] > COUNT["pairs"]


async def test_what_others_write_changes_no_byte(worlds: Worlds, client_of: ClientOf) -> None:
    """The number of the revision gets one more digit."""
    world = random_world(Random(1))  # noqa: S311
    asked = await worlds.load(world)
    questions = Questions([world], TIMES, Random(2))  # noqa: S311
    fields = ["a0: revision", "customers { edges { node { permissionMatrix { revision } } } }", *(questions.fields()[0] for _ in range(8))]
    asking = list(product([partner("viewer"), customer("c0")], zip(fields, cycle(METHODS), strict=False)))

    async def answers() -> list[bytes]:
        return [comparable(await client_of(caller).ask(f"{{ {field} }}", method)) for caller, (field, method) in asking]

    before, number = await answers(), (await newest_revision(worlds.graph)).number
    for write in range(10):
        await asked.data(OPERATOR, APPLY % (write, write))

    assert number < 10 <= (await newest_revision(worlds.graph)).number
    assert await answers() == before


async def compare(worlds: Worlds, client_of: ClientOf, caller: Caller, see: See, seed: int) -> None:
    """One world is loaded and asked, then the other is, the same."""
    chance = Random(seed)  # noqa: S311
    one = random_world(chance)
    other, changes = another_world(one, str(caller.node), see, chance, CHANGES_TRIED)
    if caller.partner is None:
        other.source = one.source  # what is around itself a customer is told whole
    questions = Questions([one, other], TIMES, chance)
    client = client_of(caller)
    await worlds.load(one)
    said: list[tuple[str, str, bytes]] = []
    for _ in range(QUESTIONS):
        method = chance.choice(METHODS)
        for document, response in await apart(client, questions.fields(), method):
            body = response.json()
            questions.learn(body)
            said.append((document, method, comparable(response)))
            COUNT["with data"] += any((body.get("data") or {}).values())
            COUNT["whole"] += said[-1][2] == whole(response)
    files = await exports(client)
    await worlds.load(other)
    for document, method, answer in said:
        assert comparable(await client.ask(document, method)) == answer, told(seed, changes, one, other, document)
    assert await exports(client) == files, told(seed, changes, one, other, "export")
    COUNT.update({"pairs": 1, "questions": len(said), "changes": len(changes)})


async def apart(client: Client, fields: list[str], method: str) -> list[tuple[str, httpx.Response]]:
    """One operation of these fields, or one of each where some fail: an error may keep others from being answered."""
    together = f"{{ {' '.join(fields)} }}"
    response = await client.ask(together, method)
    if "errors" not in response.json():
        return [(together, response)]
    return [(document, await client.ask(document, method)) for document in (f"{{ {field} }}" for field in fields)]


async def exports(client: Client) -> list[bytes]:
    """The matrix as it is exported to the caller, now and at an earlier instant."""
    times = [{"validAt": VALID[2], "knownAt": RECORDED[3]}, {"validAt": VALID[4], "knownAt": NOW}]
    instants = [{name: time.isoformat() for name, time in axes.items()} for axes in times]
    return [whole(await client.get("/export/matrix.csv", **axes)) for axes in instants]


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
