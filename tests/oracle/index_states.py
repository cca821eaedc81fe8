"""States of a local index that no answer may be another one for: brought about before each question, or in its midst."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from random import Random

from graph.index.change import change
from graph.index.environment import Environment
from graph.index.local_index import LocalIndex
from graph.index.numbers import OPERATORS
from graph.index.open_index import Opened
from graph.index.rows_read import rows_of
from graph.index.snapshot import State, snapshot
from graph.revision import Revision
from policy.facts import History
from policy.lazy_situation import Head
from tests.running_index import kept, ready

Met = Callable[[], bool]
"""Says, after the question, whether it met the state."""
MOST_READINGS = 6


class Ended(Exception):  # noqa: N818 - the end of a process
    """A filler that is ended in its work."""


class IndexThrownAway(LocalIndex):
    """The index itself, which can be given up while it is read; left: heads and histories that are read until then, 0 = it is not."""

    left = 0

    def history(self, customer: str) -> History | None:
        """The same as ever."""
        self._throw_away()
        return super().history(customer)

    def head(self, customer: str) -> Head | None:
        """The same as ever."""
        self._throw_away()
        return super().head(customer)

    def _throw_away(self) -> None:
        self.left -= 1
        if self.left == 0:
            self._give_up("it was thrown away")


async def one_revision_behind(index: IndexThrownAway, _: Random) -> Met:
    """Of the revision before the book: whoever asks has it follow the log first."""
    environment = (await opened(index)).environment
    before = state_of(environment)
    operators = await rows_of(index.graph, OPERATORS)
    with change(environment) as changed:
        changed.clear()
        changed.put(operators)
        changed.set_state(State(before.store, Revision(0, 0), None))
    return lambda: state_of(environment).revision == before.revision


async def damaged_heads(index: IndexThrownAway, chance: Random) -> Met:
    """A byte of every head of a customer is not what was written."""
    return await damaged(index, chance, "heads")


async def damaged_customers(index: IndexThrownAway, chance: Random) -> Met:
    """The same of every row of a customer; there is no head that answers in its place."""
    is_of = await opened(index)
    with is_of.environment.transaction() as transaction:
        transaction.drop(is_of.environment.databases.heads, delete=False)
    return await damaged(index, chance, "customers")


async def damaged_partners(index: IndexThrownAway, chance: Random) -> Met:
    """The same of partners, operators, and what no customer ever had."""
    return await damaged(index, chance, "nodes")


async def damaged(index: IndexThrownAway, chance: Random, name: str) -> Met:
    """A byte of every value of a database whose values end with a checksum is another one."""
    is_of = await opened(index)
    with is_of.environment.transaction() as transaction:
        database = getattr(is_of.environment.databases, name)
        for key, value in [(bytes(key), bytearray(value)) for key, value in transaction.cursor(database)]:
            value[chance.randrange(len(value))] ^= 1
            transaction.put(key, bytes(value), db=database)
    return lambda: index.opened is not is_of


async def thrown_away_in_between(index: IndexThrownAway, chance: Random) -> Met:
    """Its generation is given up while histories are read."""
    is_of = await opened(index)
    index.left = chance.randint(1, MOST_READINGS)
    return lambda: index.opened is not is_of


async def being_filled(index: IndexThrownAway, _: Random) -> Met:
    """Nothing is there yet, and the filler begins."""
    index._give_up("it was thrown away")  # noqa: SLF001 - there is no such thing in the open
    return lambda: True


async def half_filled(index: IndexThrownAway, chance: Random) -> Met:
    """A filler was ended after some customers, and another goes on with what it left."""
    await being_filled(index, chance)
    written = count()

    def end(more: int) -> None:
        if more and next(written):
            raise Ended

    with suppress(Ended):
        await index.fill(end)
    return lambda: True


STATES: dict[str, Callable[[IndexThrownAway, Random], Awaitable[Met]]] = {
    "one revision behind": one_revision_behind,
    "damaged heads of customers": damaged_heads,
    "damaged rows of customers": damaged_customers,
    "damaged rows of partners": damaged_partners,
    "thrown away in between": thrown_away_in_between,
    "being filled": being_filled,
    "half filled": half_filled,
}


async def opened(index: LocalIndex) -> Opened:
    """The file of an index, which is whole by then."""
    async with kept(index):
        await ready(index)
    assert index.opened is not None
    return index.opened


def state_of(environment: Environment) -> State:
    with snapshot(environment) as index:
        state = index.state()
    assert state is not None
    return state
