"""The local index held against the graph, node by node, and its lists against its rows."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import islice
from random import SystemRandom
from typing import Final, NamedTuple

from graph.index.listing import Listing, listing_of_customer, listing_of_partner
from graph.index.local_index import LocalIndex
from graph.index.numbers import OPERATORS
from graph.index.rows import CustomerRow, LooseRow, PartnerRow
from graph.index.rows_read import PAGE, Rows, ids_after, rows_of
from graph.index.snapshot import Snapshot, Stale
from policy.errors import Unavailable
from policy.lazy_situation import described
from policy.policy_file import shipped_policy
from policy.remembered import head_of
from policy.stretches import EVER

LABELS: Final = ("Customer", "Partner", "Subscription", "Agreement")
ATTEMPTS: Final = 20


class Difference(NamedTuple):
    """A node that the index has otherwise than the graph, and in what."""

    node: str
    what: str


class Checked(NamedTuple):
    """How many nodes were compared, and what differs."""

    compared: int
    differences: Sequence[Difference]


async def check_index(index: LocalIndex, sample: int | None, progress: Callable[[int], None] = lambda _: None) -> Checked:
    """
    Compare the index with the graph, each page at one revision of both; also while others write.

    sample: how many customers, taken by chance; None = every node, also those that only the index has
    raises: Unavailable where there is no whole index, or where too much is written to find the two at one revision
    """
    await index.whole()
    compared = 0
    differences: list[Difference] = []
    async for ids in _sampled(index, sample) if sample is not None else _all(index):
        found = await _compared(index, ids)
        differences += found
        compared += len(ids)
        progress(len(ids))
    return Checked(compared, differences)


async def _all(index: LocalIndex) -> AsyncIterator[Sequence[str]]:
    yield OPERATORS
    for label in LABELS:
        after = ""
        while ids := await ids_after(index.graph, label, after):
            yield ids
            after = ids[-1]
    for kind in ("customer", "partner"):
        after = ""
        while page := _named(index, kind, after):
            yield [node for node, _ in page]
            after = page[-1][1]


async def _sampled(index: LocalIndex, sample: int) -> AsyncIterator[Sequence[str]]:
    chance = SystemRandom()
    after, ids = "", list[str]()
    while page := _named(index, "customer", after):
        ids += [node for node, _ in page]
        after = page[-1][1]
    chosen = chance.sample(ids, min(sample, len(ids)))
    for first in range(0, len(chosen), PAGE):
        yield chosen[first : first + PAGE]


def _named(index: LocalIndex, kind: str, after: str) -> list[tuple[str, str]]:
    snapshot = _snapshot(index)
    return [(snapshot.id_of(number), sort) for sort, number in islice(snapshot.named(kind, after=after), PAGE)]


def _snapshot(index: LocalIndex) -> Snapshot:
    snapshot = index.snapshot()
    if snapshot is None:
        raise Unavailable("the local index was given up meanwhile; check it again when it is filled")
    return snapshot


async def _compared(index: LocalIndex, ids: Sequence[str]) -> list[Difference]:
    for _ in range(ATTEMPTS):
        rows = await rows_of(index.graph, ids)
        newest = await index.poller.revision(fresh=True)
        state = _snapshot(index).state()
        if state and state.revision and state.revision.number == rows.revision.number == newest.number:
            return list(_differences(_snapshot(index), ids, rows))
    raise Unavailable("the graph is written to all the time; check the index again, or a smaller sample")


def _differences(snapshot: Snapshot, ids: Iterable[str], rows: Rows) -> list[Difference]:
    found = []
    for id_ in ids:
        try:
            what = _difference(snapshot, id_, rows)
        except Stale:
            continue  # it is not used, but read from the graph
        if what is not None:
            found.append(Difference(id_, what))
    return found


def _difference(snapshot: Snapshot, id_: str, rows: Rows) -> str | None:
    """In what a node differs; None where it doesn't. Raises Stale."""
    if id_.startswith("customer:"):
        return _of_customer(snapshot, id_, rows.customers.get(id_))
    if id_ in rows.loose:
        return _of_loose(snapshot, id_, rows.loose[id_])
    return _of_partner(snapshot, id_, rows.partners.get(id_))


def _of_customer(snapshot: Snapshot, customer: str, row: CustomerRow | None) -> str | None:
    kept = snapshot.customer_row(customer)
    if row is None or kept is None:
        return None if row is kept else "it is in the index alone" if row is None else "it is in the graph alone"
    if dict(kept.nodes) != dict(row.nodes):
        return "the versions of its nodes"
    if sorted(kept.relationships, key=repr) != sorted(row.relationships, key=repr):
        return "its relationships"
    return _of_head(snapshot, customer) or _of_lists(snapshot, customer, listing_of_customer(customer, row))


def _of_head(snapshot: Snapshot, customer: str) -> str | None:
    """In what the head of a customer differs from its rows: at the end of its stretch, and so at each instant of it."""
    head, history = snapshot.head(customer), snapshot.history(customer)
    if head is None or history is None:
        return None
    made = head_of(history, head.until - 1, EVER, shipped_policy().rules)
    return None if made is not None and described(made) == described(head) else "its head"


def _of_partner(snapshot: Snapshot, partner: str, row: PartnerRow | None) -> str | None:
    kept = snapshot.partner(partner)
    if row is None or kept is None:
        return None if row is kept else "it is in the index alone" if row is None else "it is in the graph alone"
    if kept.versions != row.versions:
        return "its versions"
    if sorted(kept.providers, key=repr) != sorted(row.providers, key=repr):
        return "who provides for it"
    listing = listing_of_partner(partner, row)
    return listing and _of_lists(snapshot, partner, listing)


def _of_loose(snapshot: Snapshot, node: str, row: LooseRow) -> str | None:
    if snapshot.customers_around(node) and not row.records:
        return None  # a customer has it, in whose row it stands
    kept = snapshot.loose(node)
    if kept is None:
        return "it is in the graph alone"
    is_same = kept.versions == row.versions and sorted(kept.records, key=repr) == sorted(row.records, key=repr)
    return None if is_same else "its versions or records"


def _of_lists(snapshot: Snapshot, node: str, listing: Listing) -> str | None:
    return None if snapshot.stands_in(node, listing) else "the lists and words in which it stands"
