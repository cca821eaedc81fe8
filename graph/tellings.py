"""Tellings into the graph: all that was ever told of a relationship decides, in whatever order it was heard."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graph.graph import Transaction
from graph.records import known_ids, ledger_of, write_records
from graph.rows import Located, Refusal, Telling
from graph.store import Revising
from graph.told import Group, by_consumption, keep, reconcile, seeds, told_of
from graph.unknown import unknown
from policy.errors import Conflict
from policy.terms import Boundary, RelationshipType
from policy.told import UNTOLD, Told

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
    stored = await told_of(transaction, groups)
    consumption = await by_consumption(transaction, groups)
    new, kept = 0, {}
    for group, told_now in groups.items():
        before = stored.get(group) or seeds(ledger, group)
        after = _with(before, told_now, revising.clock)
        try:
            with ledger.all_or_nothing():
                # also where nothing new is told: how the subscription is billed may be known only now
                reconcile(ledger, group, after, boundaries[group[1] in consumption], source=pairs[0][1].source)
        except Conflict as error:
            refused += [Refusal(located, str(error)) for located, _ in told_now]
            continue
        if after != before:
            new += len(after) - len(before)
            kept[group] = after
    outcome = ledger.outcome()
    await write_records(transaction, outcome, revising)
    await keep(transaction, kept)
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
