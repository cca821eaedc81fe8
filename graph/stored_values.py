"""What is stored of a node and could not be stored today: values that the rules refuse, and records that stand against each other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graph.ids import key_of, kind_of, new_id
from graph.reading import relationship_of
from policy.ends import ENDS
from policy.errors import BadInput, Conflict
from policy.facts import Relationship
from policy.instant import is_in_calendar, written
from policy.ledger import Ledger
from policy.values.properties import faults_of
from policy.values.text import text


class StoredNode(NamedTuple):
    """
    A node as the store has it.

    superseded: the properties of its superseded versions
    records:    the relationships that end at it, as `graph.reading.relationship_of` takes them
    """

    properties: Mapping[str, Any]
    superseded: Sequence[Mapping[str, Any]]
    records: Sequence[list[Any]]


def values_refused(node: StoredNode) -> Iterator[str]:
    """What today's rules say of its key, its properties and the relationships that end at it."""
    id_ = node.properties["id"]
    try:
        new_id(kind_of(id_), key_of(id_))
    except BadInput as error:
        yield str(error)
    yield from faults_of(node.properties)
    for version in node.superseded:
        for fault in faults_of(version):
            yield f"as it was recorded at {written(version['recordedAt'])}: {fault}"
    for record in _records(node):
        for fault in _faults_of_record(record):
            yield f"`{record.start}` {record.type} `{record.end}` from {written(record.valid_from)}: {fault}"


def conflicts(node: StoredNode) -> Iterator[str]:
    """What stands against each other among the relationships that end at it."""
    ledger = Ledger((), 0)
    for record in sorted(_records(node), key=lambda record: (record.recorded_at, record.valid_from)):
        try:
            ledger.check(record)
        except Conflict as error:
            yield f"`{record.start}` {record.type} `{record.end}` from {written(record.valid_from)} is {error}"
        ledger.stand(record)


def _records(node: StoredNode) -> Iterator[Relationship]:
    for record in map(relationship_of, node.records):
        if record.recorded_at is not None and record.valid_from is not None:  # what can't be read is found otherwise
            yield record


def _faults_of_record(record: Relationship) -> Iterator[str]:
    starts, end = ENDS[record.type]
    if kind_of(record.start) not in starts or kind_of(record.end) != end:
        yield f"a {record.type} leads from a {' or '.join(starts)} to a {end}"
    for name, instant in (("valid_from", record.valid_from), ("valid_to", record.valid_to)):
        if instant is not None and not is_in_calendar(instant):
            yield f"{name} `{written(instant)}` is outside the years 1 to 9999 in UTC"
    if record.valid_to is not None and record.valid_to <= record.valid_from:
        yield f"valid_to `{written(record.valid_to)}` is not after valid_from"
    try:
        text("source", record.source or "", least=0)
    except BadInput as error:
        yield str(error)
