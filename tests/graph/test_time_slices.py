"""Long work on the event loop, which lets others have their turn."""

import asyncio
import time
from contextvars import ContextVar

import pytest

from graph.time_slices import SLICE_SECONDS, begin_account, checkpoint, cooperative, give_way

NAME: ContextVar[str] = ContextVar("name", default="")


def busy(turns: int) -> None:
    """Work until others have had so many turns."""
    had = 0
    while had < turns:
        had += give_way()


async def working(turns: int) -> None:
    busy(turns)


async def counting(turns: list[None]) -> None:
    while True:
        turns.append(None)
        await asyncio.sleep(0)


async def test_others_have_their_turn_in_the_middle_of_a_function_that_knows_nothing_of_them() -> None:
    turns: list[None] = []
    other = asyncio.create_task(counting(turns))
    await cooperative(working(3))
    other.cancel()

    assert len(turns) >= 3


async def test_nothing_is_interrupted_elsewhere() -> None:
    until = time.perf_counter() + 3 * SLICE_SECONDS
    turns = 0
    while time.perf_counter() < until:
        turns += give_way()

    assert turns == 0


async def test_work_in_work_that_waits_in_between_goes_on_where_it_was() -> None:
    async def inner(number: int) -> int:
        busy(3)
        await asyncio.sleep(0.001)
        busy(3)
        return number

    async def outer(number: int) -> list[int]:
        busy(2)
        one = await cooperative(inner(number))
        busy(2)
        return [one, *await asyncio.gather(*(cooperative(inner(each)) for each in range(3)))]

    assert await asyncio.gather(*(cooperative(outer(each)) for each in range(3))) == [[each, 0, 1, 2] for each in range(3)]


async def test_whoever_had_least_goes_on_first() -> None:
    """One that comes late and is short need not wait for the long ones to end."""
    ended: list[str] = []

    async def operation(name: str, turns: int) -> None:
        begin_account()
        await cooperative(working(turns))
        ended.append(name)

    await asyncio.gather(operation("long", 60), operation("as long", 60), operation("short", 1))

    assert ended[0] == "short"


async def test_work_that_is_cancelled_ends_where_it_stands() -> None:
    heard: list[type[BaseException]] = []

    async def stubborn() -> None:
        try:
            busy(10_000)
        except BaseException as error:
            heard.append(type(error))
            raise

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(4 * SLICE_SECONDS):
            await cooperative(stubborn())

    assert heard == [asyncio.CancelledError]


async def test_what_is_set_for_a_task_is_set_in_its_work_and_can_be_taken_back() -> None:
    async def named() -> str:
        token = NAME.set(f"{NAME.get()} inside")
        busy(2)
        await asyncio.sleep(0)
        found = NAME.get()
        NAME.reset(token)
        return found

    NAME.set("outside")

    assert await cooperative(named()) == "outside inside"
    assert NAME.get() == "outside"


async def test_an_error_is_raised_to_whoever_waits() -> None:
    async def failing() -> None:
        busy(2)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await cooperative(failing())


async def test_a_checkpoint_works_without_being_cooperative() -> None:
    turns: list[None] = []
    other = asyncio.create_task(counting(turns))
    while len(turns) < 3:
        await checkpoint()
    other.cancel()
