from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from graph.graph import Transaction
from graph.ids import kind_of
from graph.late import late
from graph.load_nodes import LABELS, unknown
from graph.rows import Located, Refusal, RelationshipRow
from graph.store import Revising
from policy.instant import written
from policy.terms import RelationshipType

OPEN = 2**63 - 1
EXCLUSIVE = frozenset({RelationshipType.BILLS, RelationshipType.HOLDS})
"""Types of which a subscription takes one live relationship, whoever it comes from."""


async def write_relationships(
    transaction: Transaction, rows: Sequence[Located], revising: Revising, *, baseline: int
) -> tuple[int, list[Refusal]]:
    """
    Create the relationships that nothing stands against; how many, and the rows that were refused.

    baseline: recordedAt of the newest revision before the load; a row that restores history from before it comes too late
    """
    refused: list[Refusal] = []
    created = 0
    for group in _rounds(rows):
        first = _row(group[0])
        outcome = await transaction.run(
            "create_relationships",
            type=first.type,
            startLabel=LABELS[kind_of(first.start)],
            endLabel=LABELS[kind_of(first.end)],
            exclusive=first.type in EXCLUSIVE,
            rows=[_parameters(number, _row(located), revising.recorded_at, baseline) for number, located in enumerate(group)],
        )
        untaken: set[int] = set()
        for number, start_known, end_known, clashes in outcome["refused"]:
            untaken.add(number)
            row = _row(group[number])
            reason = _unknown(row, start_known=start_known, end_known=end_known) or _standing_against(row, clashes) or late(row, baseline)
            if reason and not any(_is_identical(row, clash) for clash in clashes):
                refused.append(Refusal(group[number], reason))
        for number, located in enumerate(group):
            if number not in untaken:
                revising.touched.update(_touched(_row(located)))
        created += len(group) - len(untaken)
    return created, refused


def _row(located: Located) -> RelationshipRow:
    if not isinstance(located.row, RelationshipRow):
        raise TypeError(located.row)
    return located.row


def _rounds(rows: Sequence[Located]) -> Iterator[list[Located]]:
    """
    Groups of one type and one pair of labels, in which no two rows can stand against each other.

    Of two rows that can, the first in the file is in an earlier group, so that it wins.
    """
    seen: dict[tuple[object, ...], int] = defaultdict(int)
    rounds: dict[tuple[int, str, str, str], list[Located]] = defaultdict(list)
    for located in rows:
        row = _row(located)
        rival = (row.type, row.end) if row.type in EXCLUSIVE else (row.type, row.start, row.end, row.kind)
        rounds[seen[rival], row.type, kind_of(row.start), kind_of(row.end)].append(located)
        seen[rival] += 1
    for key in sorted(rounds):
        yield rounds[key]


def _parameters(number: int, row: RelationshipRow, recorded_at: int, baseline: int) -> dict[str, Any]:
    valid_from = recorded_at if row.valid_from is None else row.valid_from
    recorded = recorded_at if row.recorded_at is None else row.recorded_at
    properties = {
        "kind": row.kind,
        "validFrom": valid_from,
        "validTo": row.valid_to,
        "recordedAt": recorded,
        "supersededAt": row.superseded_at,
        "source": row.source,
    }
    return {
        "row": number,
        "start": row.start,
        "end": row.end,
        "kind": row.kind,
        "validFrom": valid_from,
        "validTo": OPEN if row.valid_to is None else row.valid_to,
        "recordedAt": recorded,
        "supersededAt": OPEN if row.superseded_at is None else row.superseded_at,
        "always": row.valid_from is None,
        "late": late(row, baseline) is not None,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def _unknown(row: RelationshipRow, *, start_known: bool, end_known: bool) -> str | None:
    for known, node in ((start_known, row.start), (end_known, row.end)):
        if not known:
            return unknown(node)
    return None


def _standing_against(row: RelationshipRow, clashes: list[list[Any]]) -> str | None:
    if not clashes:
        return None
    other, valid_from, valid_to, *_ = clashes[0]
    until = "open" if valid_to is None else f"to {written(valid_to)}"
    what = f"`{other}` {row.type} `{row.end}` from {written(valid_from)} {until}"
    if other == row.start:
        return f"overlaps the one already there: {what}; start it where that one ends, or leave it out"
    return f"a second {row.type} of `{row.end}`: {what}; a subscription takes one at a time, so start this one where that one ends"


def _is_identical(row: RelationshipRow, clash: list[Any]) -> bool:
    other, valid_from, valid_to, recorded_at, superseded_at = clash
    if other != row.start:
        return False
    if row.valid_from is None:
        return True
    return (
        (valid_from, valid_to) == (row.valid_from, row.valid_to)
        and (row.recorded_at is None or row.recorded_at == recorded_at)
        and row.superseded_at == superseded_at
    )


def _touched(row: RelationshipRow) -> Iterator[str]:
    """The ends whose customers' answers the row can move; a partner only where nothing nearer to a customer is named."""
    yield row.end
    if kind_of(row.start) == "customer" or row.type is RelationshipType.PROVIDES_FOR:
        yield row.start
