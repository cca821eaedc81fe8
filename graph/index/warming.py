"""What is made before it is asked for: histories in memory, and heads. A process that has just started is as fast as one that has run."""

import gc
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from graph.index.snapshot import Stale
from graph.time_slices import checkpoint
from policy.instant import now
from policy.policy_file import shipped_policy
from policy.remembered import work_out

if TYPE_CHECKING:
    from graph.index.local_index import LocalIndex

PAGE: Final = 250


async def warm(index: "LocalIndex") -> None:
    """Read customers by name, in time slices: as many as there is room for in memory, and each that has no head of now."""
    after = ""
    while (snapshot := index.snapshot()) is not None:
        page = [(snapshot.id_of(number), sort) for sort, number in islice(snapshot.named("customer", after=after), PAGE)]
        for customer, _ in page:
            with suppress(Stale):
                await _warm(index, customer)
        await index.write_heads()
        if len(page) < PAGE:
            return
        after = page[-1][1]
        gc.freeze()  # what was read stays, and need not be looked through for cycles


async def _warm(index: "LocalIndex", customer: str) -> None:
    """Raises Stale."""
    await checkpoint()
    at, head = now(), index.head(customer)
    if (not index.memo.is_full or head is None or not head.holds(at, at)) and (history := index.history(customer)) is not None:
        work_out(history, at, at, shipped_policy().rules)
        index.keep_head(history, at, at)
