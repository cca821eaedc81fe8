"""Records of relationships in and out of a write transaction; whether they may stand is policy.ledger's to say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from graph.checksums import relationship_record
from graph.closings import closes_at
from graph.graph import Transaction
from graph.ids import kind_of
from graph.labels import LABELS
from graph.reading import relationship_of
from graph.store import Revising
from policy.facts import Relationship
from policy.ledger import Ledger, Outcome
from policy.terms import RelationshipType

T = TypeVar("T")


async def ledger_of(transaction: Transaction, ends: Iterable[str], types: Iterable[RelationshipType], recorded_at: int) -> Ledger:
    """Every record of these types that ends at one of these nodes. Source: queries/records_to.cypher."""
    records: list[Relationship] = []
    wanted = sorted(set(types))
    for kind, ids in by_kind(set(ends)).items():
        rows = (await transaction.run("records_to", label=LABELS[kind], ends=ids, types=wanted))["relationships"]
        records.extend(relationship_of(row) for of_node in rows for row in of_node)
    return Ledger(records, recorded_at)


async def known_ids(transaction: Transaction, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are nodes of the graph. Source: queries/known_ids.cypher."""
    known: set[str] = set()
    for kind, of_kind in by_kind(set(ids)).items():
        known.update((await transaction.run("known_ids", label=LABELS[kind], ids=of_kind))["known"])
    return known


async def write_records(transaction: Transaction, outcome: Outcome, revising: Revising) -> None:
    """Write down what a ledger came to. Source: queries/supersede_relationships.cypher, queries/append_relationships.cypher."""
    for (type_, _, end_label), records in _alike(outcome.superseded).items():
        rows = [_key(record) for record in records]
        done = await transaction.run(
            "supersede_relationships", type=type_, endLabel=end_label, rows=rows, supersededAt=revising.recorded_at
        )
        _expect(len(rows), done["superseded"])
        revising.checksums.remove(type_, map(relationship_record, records))
        revising.checksums.add(type_, (relationship_record(each._replace(superseded_at=revising.recorded_at)) for each in records))
    for (type_, start_label, end_label), records in _alike(outcome.created).items():
        rows = [{"start": record.start, "end": record.end, "properties": _properties(record)} for record in records]
        done = await transaction.run("append_relationships", type=type_, startLabel=start_label, endLabel=end_label, rows=rows)
        _expect(len(rows), done["appended"])
        revising.checksums.add(type_, map(relationship_record, records))
    for record in (*outcome.superseded, *outcome.created):
        revising.touched.update(touched(record))
    for record in outcome.created:
        for at in (record.valid_from, record.valid_to, closes_at(record)):
            if at is not None and at > revising.clock:
                revising.due[at].update(touched(record))


async def forget_told(transaction: Transaction, outcome: Outcome) -> None:
    """Let the new records speak for themselves, whatever saved answers told before. Source: queries/forget_told.cypher."""
    if groups := sorted({group_of(record.type, record.end) for record in (*outcome.superseded, *outcome.created)}):
        await transaction.run("forget_told", groups=groups)


def group_of(type_: RelationshipType, end: str) -> str:
    """The name of all relationships of a type that end at one node."""
    return f"{type_}|{end}"


def touched(record: Relationship) -> Iterable[str]:
    """The ends whose customers' answers the record can move; that a customer is party to an agreement is nothing to the other parties."""
    by_customer = kind_of(record.start) == "customer"
    if not (by_customer and record.type is RelationshipType.PARTY_TO):
        yield record.end
    if by_customer or record.type is RelationshipType.PROVIDES_FOR:
        yield record.start


def by_kind(ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids of each kind of node that the graph has: a topic is the policy's."""
    return _grouped((each for each in ids if kind_of(each) in LABELS), kind_of)


def _expect(records: int, written: int) -> None:
    if records != written:
        raise RuntimeError(f"{records} records were to be written and {written} were; nothing is kept")


def _alike(records: Iterable[Relationship]) -> dict[tuple[str, str, str], list[Relationship]]:
    return _grouped(records, lambda record: (record.type, LABELS[kind_of(record.start)], LABELS[kind_of(record.end)]))


def _grouped(items: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    groups: dict[Any, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _key(record: Relationship) -> Mapping[str, Any]:
    return {
        "start": record.start,
        "end": record.end,
        "kind": record.kind,
        "validFrom": record.valid_from,
        "recordedAt": record.recorded_at,
    }


def _properties(record: Relationship) -> Mapping[str, Any]:
    properties = {
        "kind": record.kind,
        "validFrom": record.valid_from,
        "validTo": record.valid_to,
        "recordedAt": record.recorded_at,
        "supersededAt": record.superseded_at,
        "source": record.source,
    }
    return {name: value for name, value in properties.items() if value is not None}
