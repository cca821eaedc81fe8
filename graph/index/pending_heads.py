"""Heads that were made while customers were read, and wait to be written together."""

from typing import Final

from graph.index.change import change
from graph.index.environment import Environment
from graph.index.in_thread import in_thread
from graph.index.snapshot import Read
from policy.instant import now
from policy.lazy_situation import Head
from policy.policy_file import shipped_policy
from policy.remembered import head_of

MOST_PENDING: Final = 5_000
"""More are not kept: they are made again when they are asked for again."""
TOGETHER: Final = 500


class PendingHeads:
    """The heads of one process that are to be written."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Read, Head]] = {}

    def add(self, read: Read, valid_at: int, known_at: int) -> None:
        """Make the head of a customer at an instant, if it is a head of now."""
        is_wanted = read.history.customer not in self._made and len(self._made) < MOST_PENDING
        head = None if not is_wanted else head_of(read.history, valid_at, known_at, shipped_policy().rules)
        if head is not None and head.since <= now() < head.until:
            self._made[read.history.customer] = read, head

    async def write(self, environment: Environment) -> bool:
        """Write all of them; whether there were any. Raises Unavailable, Damaged."""
        is_any = bool(self._made)
        while self._made:
            some = {customer: self._made.pop(customer) for customer in list(self._made)[:TOGETHER]}
            await in_thread(_write, environment, some)
        return is_any


def _write(environment: Environment, made: dict[str, tuple[Read, Head]]) -> None:
    with change(environment) as changed:
        changed.put_heads(made)
