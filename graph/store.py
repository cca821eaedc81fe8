"""The store as a whole: its schema, its revisions, and the lock that puts every write in line."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from secrets import token_hex

from graph.checksums import Checksums
from graph.graph import SCHEMA_SECONDS, Graph, Row, Transaction
from graph.revision import Revision
from graph.scan import checksums_of
from policy.errors import Unavailable
from policy.instant import now

SEAL_BYTES = 64
FORMAT = 7
FORGOTTEN_AT_ONCE = 5_000
OPERATORS = (("operator:microsoft", "Microsoft"), ("operator:21vianet", "21Vianet"))
"""Id and name of whoever stands in no book."""


class StoreIsNewer(Unavailable):
    """The store was last opened by a newer service, whose schema this one doesn't know."""


async def open_store(graph: Graph) -> None:
    """Create or migrate the schema; harmless when it stands already. Raises StoreIsNewer."""
    found = (await graph.read("store"))["format"]
    if found is not None and found > FORMAT:
        raise StoreIsNewer(f"the store has format {found} and this service knows {FORMAT} at most; start the newer version that wrote it")
    if found != FORMAT:
        for statement in _statements():
            await graph.define(statement)
        if found is not None:
            await _forget_derived(graph)
    operators, seal = [list(each) for each in OPERATORS], token_hex(SEAL_BYTES)
    opened = await graph.write(lambda transaction: transaction.run("open_store", format=FORMAT, now=now(), seal=seal, operators=operators))
    graph.seal = bytes.fromhex(opened["seal"])
    if opened["checksums"] is None:
        await _begin_checksums(graph)


async def newest_revision(graph: Graph, bookmarks: Collection[str] = ()) -> Revision:
    """The newest revision of an open store, whole, and no older than the bookmarks. Raises Unavailable. Source: queries/store.cypher."""
    row, seen = await graph.read_marked(bookmarks, "store")
    if not graph.is_whole(row["recordedAt"]):
        await graph.read_marked(seen, "store")
        graph.found_whole(row["recordedAt"])
    graph.key_changes = row["keys"]
    return await graph.seen(row["revision"], row["recordedAt"])


async def identity_of(graph: Graph) -> str:
    """What tells a store from every other, also from copies. Raises Unavailable. Source: queries/identity.cypher."""
    row = await graph.read("identity")
    return sha256(f"{graph.seal.hex()} {row['id']} {row['creationDate']}".encode()).hexdigest()


async def _forget_derived(graph: Graph) -> None:
    """Take away what an older store kept of names for its own searches; one that is ended goes on at the next start. Raises Unavailable."""

    async def forget(transaction: Transaction) -> Row:
        return await transaction.run("forget_derived", limit=FORGOTTEN_AT_ONCE)

    while (await graph.write(forget, seconds=SCHEMA_SECONDS))["changed"]:
        pass


async def _begin_checksums(graph: Graph) -> None:
    """Begin the checksums of a store that was written before there were any, from what is there. Raises Unavailable."""
    has_begun = False
    while not has_begun:
        revision = await newest_revision(graph)
        checksums = await checksums_of(graph, revision)
        number, text = revision.number, checksums.written(checksums)
        begun = await graph.write(lambda transaction: transaction.run("begin_checksums", revision=number, checksums=text))  # noqa: B023 - awaited here
        has_begun = begun["begun"]


def _statements() -> Iterable[str]:
    text = files("graph").joinpath("schema.cypher").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


@dataclass(slots=True)
class Revising:
    """
    The next revision while its transaction runs: what it touches decides whether there will be one.

    recorded_at: later than that of every earlier revision, also where one was ahead of the clock
    before:      recordedAt of the newest revision until then
    clock:       what the clock says; all three in microseconds
    due:         instant still to come -> what it touches when it comes
    checksums:   those of the store, to which whatever is written is added
    changes_facts: whether what it touches has other facts afterwards
    is_erasure:  whether it takes away what was recorded
    """

    revision: int
    recorded_at: int
    before: int
    clock: int
    checksums: Checksums
    touched: set[str] = field(default_factory=set)
    changes_facts: bool = True
    is_erasure: bool = False
    due: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    async def begin(cls, transaction: Transaction) -> "Revising":
        """The next revision, its place in the order taken: no other write runs until this transaction ends."""
        return cls._after(await transaction.run("lock_store"))

    @classmethod
    async def rehearse(cls, transaction: Transaction) -> "Revising":
        """What would be the next revision, for a rehearsal: it takes no place in the order, and no other write waits for it to end."""
        return cls._after(await transaction.run("store"))

    @classmethod
    def _after(cls, newest: Row) -> "Revising":
        # recordedAt grows with the revisions even where the clock doesn't
        clock = now()
        recorded_at = max(clock, newest["recordedAt"] + 1)
        return cls(newest["revision"] + 1, recorded_at, newest["recordedAt"], clock, Checksums.read(newest.get("checksums")))

    async def record(self, transaction: Transaction, *, actor: str, summary: str) -> bool:
        """Leave the entry in the log; False, and no revision, when nothing was touched."""
        if not self.touched:
            return False
        await transaction.run(
            "record_change",
            revision=self.revision,
            recordedAt=self.recorded_at,
            clock=None if self.clock == self.recorded_at else self.clock,
            actor=actor,
            summary=summary,
            touched=sorted(self.touched),
            checksums=self.checksums.written(self.checksums),
            changed=self.checksums.written(self.checksums.changed),
            facts=None if self.changes_facts else False,
            erasure=True if self.is_erasure else None,
        )
        if self.due:
            await transaction.run("keep_due", dues=[{"at": at, "touched": sorted(touched)} for at, touched in self.due.items()])
        return True
