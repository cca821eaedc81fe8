"""Tellings into the graph: all that was ever told of a relationship decides, in whatever order it was heard."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graph.graph import Transaction
from graph.ids import kind_of
from graph.labels import LABELS
from graph.records import group_of, known_ids, ledger_of, write_records
from graph.rows import Located, Refusal, Telling
from graph.store import Revising
from graph.unknown import unknown
from policy.boundary import boundary
from policy.errors import Conflict
from policy.facts import Relationship
from policy.ledger import EXCLUSIVE, Ledger
from policy.terms import AdminKind, Boundary, Happened, RelationshipType
from policy.told import UNTOLD, Told, intervals

Group = tuple[RelationshipType, str]
Rows = Sequence[tuple[Located, Telling]]


async def write_tellings(
    transaction: Transaction, rows: Sequence[Located], revising: Revising, boundaries: Mapping[bool, Boundary]
) -> tuple[int, int, list[Refusal]]:
    """
    Take what is told; how many rows told something new, how many records that came to, and the rows that were refused.

    boundaries: is the subscription's billing by consumption? -> when a transfer takes effect
    """
    pairs = [(located, located.row) for located in rows if isinstance(located.row, Telling)]
    if not pairs:
        return 0, 0, []
    known = await known_ids(transaction, (end for _, row in pairs for end in (row.start, row.end) if end))
    refused: list[Refusal] = []
    groups: dict[Group, list[tuple[Located, Telling]]] = defaultdict(list)
    for located, row in pairs:
        stranger = next((end for end in (row.start, row.end) if end and end not in known), None)
        if stranger:
            refused.append(Refusal(located, unknown(stranger)))
        else:
            groups[row.type, row.end].append((located, row))
    for type_, end in list(groups):
        if type_ is RelationshipType.BILLS:  # what a transfer of billing moves besides
            groups.setdefault((RelationshipType.RESELLS, end), [])
            groups.setdefault((RelationshipType.SUPPORTS, end), [])
    ledger = await ledger_of(transaction, (end for _, end in groups), (type_ for type_, _ in groups), revising.recorded_at)
    stored = await _told(transaction, groups)
    by_consumption = await _by_consumption(transaction, groups)
    new, kept = 0, {}
    for group, told_now in groups.items():
        before = stored.get(group) or _seeds(ledger, group)
        after = _with(before, told_now, revising.recorded_at)
        try:
            with ledger.all_or_nothing():
                # also where nothing new is told: how the subscription is billed may be known only now
                _reconcile(ledger, group, after, boundaries[group[1] in by_consumption], source=pairs[0][1].source)
        except Conflict as error:
            refused += [Refusal(located, str(error)) for located, _ in told_now]
            continue
        if after != before:
            new += len(after) - len(before)
            kept[group] = after
    outcome = ledger.outcome()
    await write_records(transaction, outcome, revising)
    if kept:
        texts = [{"group": group_of(*group), "told": sorted(map(_text, told))} for group, told in kept.items()]
        await transaction.run("keep_told", groups=texts)
    return new, len(outcome.created), refused


def _with(before: frozenset[Told], rows: Rows, heard_at: int) -> frozenset[Told]:
    """What is told now joins what was told before; of what has no date the first hearing counts."""
    told = set(before)
    undated = {each._replace(at=0) for each in before if each.rank == UNTOLD}
    for _, row in rows:
        if row.at is not None:
            told.add(Told(row.start, row.kind, row.what, row.rank, row.at, row.of))
        elif (heard := Told(row.start, row.kind, row.what, UNTOLD, 0, row.of)) not in undated:
            undated.add(heard)
            told.add(heard._replace(at=heard_at))
    return frozenset(told)


def _seeds(ledger: Ledger, group: Group) -> frozenset[Told]:
    """What the records themselves tell, where they came from elsewhere."""
    seeds = set()
    for record in ledger.believed_to(*group):
        seeds.add(Told(record.start, record.kind, Happened.BEGAN, 0, record.valid_from))
        if record.valid_to is not None:
            seeds.add(Told(record.start, record.kind, Happened.ENDED, 0, record.valid_to))
    return frozenset(seeds)


def _reconcile(ledger: Ledger, group: Group, told: Iterable[Told], rule: Boundary, *, source: str) -> None:
    """Make the ledger believe what all of it comes to. Raises Conflict."""
    type_, end = group
    wanted = intervals(told, lambda completed: boundary(completed, rule), exclusive=type_ in EXCLUSIVE)
    spans = {(each.start, each.kind, each.valid_from, each.valid_to) for each in wanted}
    for record in ledger.believed_to(type_, end):
        span = (record.start, record.kind, record.valid_from, record.valid_to)
        if span in spans:
            spans.discard(span)
        else:
            ledger.supersede(record)
    for each in wanted:
        if (each.start, each.kind, each.valid_from, each.valid_to) in spans:
            ledger.add(Relationship(type_, each.start, end, each.kind, each.valid_from, each.valid_to, ledger.recorded_at, None, source))


async def _told(transaction: Transaction, groups: Iterable[Group]) -> dict[Group, frozenset[Told]]:
    by_name = {group_of(*group): group for group in groups}
    rows = (await transaction.run("told_of", groups=list(by_name)))["told"]
    return {by_name[name]: frozenset(map(_told_by, texts)) for name, texts in rows}


async def _by_consumption(transaction: Transaction, groups: Mapping[Group, Rows]) -> set[str]:
    """The subscriptions among the ends that are billed by consumption."""
    subscriptions = sorted({end for _, end in groups if kind_of(end) == "subscription"})
    nodes = (await transaction.run("known_nodes", label=LABELS["subscription"], ids=subscriptions))["nodes"]
    return {node["id"] for node in nodes if node.get("consumption")}


def _text(told: Told) -> str:
    return "|".join((told.what, told.start or "", told.kind or "", str(told.rank), str(told.at), told.of))


def _told_by(text: str) -> Told:
    what, start, kind, rank, at, of = text.split("|", 5)
    return Told(start or None, AdminKind(kind) if kind else None, Happened(what), int(rank), int(at), of)
