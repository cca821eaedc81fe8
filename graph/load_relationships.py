from collections.abc import Sequence

from graph.graph import Transaction
from graph.late import late
from graph.records import forget_told, known_ids, ledger_of, write_records
from graph.rows import Located, Refusal, RelationshipRow
from graph.store import Revising
from graph.unknown import unknown
from policy.errors import Conflict
from policy.facts import Relationship
from policy.ledger import Ledger


async def write_relationships(
    transaction: Transaction, rows: Sequence[Located], revising: Revising, *, baseline: int
) -> tuple[int, list[Refusal]]:
    """
    Create the relationships that nothing stands against; how many, and the rows that were refused.

    baseline: recordedAt of the newest revision before the load; a row that restores history from before it comes too late
    """
    pairs = [(located, located.row) for located in rows if isinstance(located.row, RelationshipRow)]
    if not pairs:
        return 0, []
    known = await known_ids(transaction, (end for _, row in pairs for end in (row.start, row.end)))
    ledger = await ledger_of(transaction, (row.end for _, row in pairs), (row.type for _, row in pairs), revising.recorded_at)
    refused: list[Refusal] = []
    for located, row in pairs:
        stranger = next((end for end in (row.start, row.end) if end not in known), None)
        reason = unknown(stranger) if stranger else _refused(ledger, row, baseline, revising.clock)
        if reason:
            refused.append(Refusal(located, reason))
    outcome = ledger.outcome()
    await write_records(transaction, outcome, revising)
    await forget_told(transaction, outcome)
    return len(outcome.created), refused


def _refused(ledger: Ledger, row: RelationshipRow, baseline: int, clock: int) -> str | None:
    """Believe the row; the reason where that can't be."""
    if row.valid_from is None and ledger.believed(row.type, row.start, row.end, row.kind):
        return None  # an earlier load gave it its beginning
    record = _record(row, ledger.recorded_at, clock)
    reason = late(row, baseline)
    try:
        if reason is None:
            ledger.add(record)
        elif ledger.says(record):
            return None
        else:
            ledger.check(record)
    except Conflict as error:
        return str(error)
    return reason


def _record(row: RelationshipRow, recorded_at: int, clock: int) -> Relationship:
    return Relationship(
        row.type,
        row.start,
        row.end,
        row.kind,
        clock if row.valid_from is None else row.valid_from,
        row.valid_to,
        recorded_at if row.recorded_at is None else row.recorded_at,
        row.superseded_at,
        row.source,
    )
