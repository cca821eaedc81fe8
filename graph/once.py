"""What is asked under an idempotency key is done once: in one transaction, as one revision, with one answer that is remembered."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from graph.digest_of_0_1_0 import digest_of_0_1_0
from graph.graph import Graph, Transaction
from graph.request_digest import Request, digest_of
from graph.revision import Revision
from graph.store import Revising
from graph.touched import Read
from policy.errors import BadInput, Conflict
from policy.instant import now

REMEMBERED = 30 * 24 * 60 * 60 * 1_000_000
"""For how long an idempotency key is remembered, microseconds."""
LONGEST_KEY = 200

Make = Callable[[Transaction, Revising], Awaitable[int]]


class Applied(NamedTuple):
    """The revision that holds what was asked for, how much of it changed something, and whether the answer is that of an earlier asking."""

    revision: Revision
    applied: int
    replayed: bool


class Asking(NamedTuple):
    """A request of a caller under an idempotency key, and the digest that is stored of it."""

    caller: str
    key: str
    request: Request
    digest: str

    @classmethod
    async def of(cls, caller: str, key: str, request: Request) -> "Asking":
        """
        The request under a key.

        raises: BadInput for a key that is empty or too long
        """
        if not 0 < len(key) <= LONGEST_KEY:
            raise BadInput(f"idempotencyKey has {len(key)} characters; give 1 to {LONGEST_KEY}")
        return cls(caller, key, request, await to_thread(digest_of, request))  # of a large request that takes a while


async def once(graph: Graph, asking: Asking, summary: str, make: Make) -> Applied:
    """
    Do what is asked, or give the answer that the same asking got before.

    summary: what the log says of it
    make:    does it inside the transaction, and says how much it changed; raise inside it to roll back
    raises:  Conflict for a key that was used for something else, Unavailable
    """

    async def work(transaction: Transaction) -> Applied:
        revising = await Revising.begin(transaction)
        if earlier := await remembered(transaction.run, asking):
            return earlier
        before = Revision(revising.revision - 1, revising.before)
        applied = await make(transaction, revising)
        recorded = await revising.record(transaction, actor=asking.caller, summary=summary)
        revision = Revision(revising.revision, revising.recorded_at) if recorded else before
        await transaction.run(
            "remember_applied",
            caller=asking.caller,
            key=asking.key,
            digest=asking.digest,
            revision=revision.number,
            recordedAt=revision.recorded_at,
            applied=applied,
            at=now(),
        )
        return Applied(revision, applied, replayed=False)

    return await findable(graph, await graph.write(work))


async def findable(graph: Graph, done: Applied) -> Applied:
    """The same, its revision with the bookmarks under which every member of a cluster finds it."""
    return done._replace(revision=await graph.seen(done.revision.number, done.revision.recorded_at))


async def remembered(read: Read, asking: Asking) -> Applied | None:
    """What the same asking came to before; None when it is the first. Raises Conflict. Source: queries/applied.cypher."""
    row = await read("applied", caller=asking.caller, key=asking.key, since=now() - REMEMBERED)
    if row["digest"] is None:
        return None
    if row["digest"] != (asking.digest if ":" in row["digest"] else digest_of_0_1_0(asking.request)):
        raise Conflict(f"idempotencyKey `{asking.key}` was used for something else; give this a key of its own")
    return Applied(Revision(row["revision"], row["recordedAt"]), row["applied"], replayed=True)
