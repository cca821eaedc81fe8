"""The store as a whole: its schema, its revisions, and the lock that puts every write in line."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from secrets import token_hex

from graph.graph import Graph, Row, Transaction
from graph.revision import Revision
from policy.errors import Unavailable
from policy.instant import now

SEAL_BYTES = 64
FORMAT = 4


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
    opened = await graph.write(lambda transaction: transaction.run("open_store", format=FORMAT, now=now(), seal=token_hex(SEAL_BYTES)))
    graph.seal = bytes.fromhex(opened["seal"])


async def newest_revision(graph: Graph, bookmarks: Collection[str] = ()) -> Revision:
    """The newest revision of an open store, whole, and no older than the bookmarks. Raises Unavailable. Source: queries/store.cypher."""
    row, seen = await graph.read_marked(bookmarks, "store")
    if not graph.is_whole(row["recordedAt"]):
        await graph.read_marked(seen, "store")
        graph.found_whole(row["recordedAt"])
    return await graph.seen(row["revision"], row["recordedAt"])


def _statements() -> Iterable[str]:
    text = files("graph").joinpath("schema.cypher").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


@dataclass(slots=True)
class Revising:
    """
    The next revision while its transaction runs: what it touches decides whether there will be one.

    before: recordedAt of the newest revision until then; both in microseconds
    due:    instant later than this revision -> what it touches when it comes
    """

    revision: int
    recorded_at: int
    before: int
    touched: set[str] = field(default_factory=set)
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
        return cls(newest["revision"] + 1, max(now(), newest["recordedAt"] + 1), newest["recordedAt"])

    async def record(self, transaction: Transaction, *, actor: str, summary: str) -> bool:
        """Leave the entry in the log; False, and no revision, when nothing was touched."""
        if not self.touched:
            return False
        await transaction.run(
            "record_change", revision=self.revision, recordedAt=self.recorded_at, actor=actor, summary=summary, touched=sorted(self.touched)
        )
        if self.due:
            await transaction.run("keep_due", dues=[{"at": at, "touched": sorted(touched)} for at, touched in self.due.items()])
        return True
