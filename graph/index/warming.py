"""Histories read into memory before they are asked for: a process that has just started is as fast as one that has run for long."""

import gc
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from graph.index.snapshot import Stale
from graph.time_slices import checkpoint
from policy.instant import now
from policy.remembered import work_out

if TYPE_CHECKING:
    from graph.index.local_index import LocalIndex

PAGE: Final = 250


async def warm(index: "LocalIndex") -> None:
    """Read customers by name, in time slices, as many as there is room for, and work out what is asked of most."""
    after = ""
    while not index.memo.is_full and (snapshot := index.snapshot()) is not None:
        page = [(snapshot.id_of(number), sort) for sort, number in islice(snapshot.named("customer", after=after), PAGE)]
        for customer, _ in page:
            with suppress(Stale):
                if (history := index.history(customer)) is not None:
                    work_out(history, now(), now())
            await checkpoint()
        if len(page) < PAGE:
            return
        after = page[-1][1]
        gc.freeze()  # what was read stays, and need not be looked through for cycles
