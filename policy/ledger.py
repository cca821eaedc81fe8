"""What changes make of the records that are believed now: the rules of policy.md sections 1 and 2, with no store in sight."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from policy.errors import Conflict
from policy.facts import Relationship
from policy.instant import written
from policy.terms import AdminKind, RelationshipType

EXCLUSIVE: Final = frozenset({RelationshipType.BILLS, RelationshipType.HOLDS})
"""Types of which a subscription takes one live relationship, whoever it comes from."""
FOREVER: Final = 2**63 - 1

Key = tuple[RelationshipType, str] | tuple[RelationshipType, str, str, AdminKind | None]


class Outcome(NamedTuple):
    """What has to be written: records whose belief ends now, and new ones."""

    superseded: tuple[Relationship, ...]
    created: tuple[Relationship, ...]


class Step(NamedTuple):
    """One thing done, so that it can be taken back; new: the record is one of those that are to be written."""

    record: Relationship
    added: bool
    new: bool


class Ledger:
    """
    The records around what is changed. A change that would break a rule raises Conflict and leaves no trace.

    records:     every record that a new one could stand against
    recorded_at: the instant of the change
    """

    def __init__(self, records: Iterable[Relationship], recorded_at: int) -> None:
        self.recorded_at = recorded_at
        self._rivals: dict[Key, dict[Relationship, None]] = defaultdict(dict)
        self._to: dict[tuple[RelationshipType, str], dict[Relationship, None]] = defaultdict(dict)
        self._superseded: dict[Relationship, None] = {}
        self._created: dict[Relationship, None] = {}
        self._steps: list[Step] = []
        for record in records:
            self._believe(record)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What is done inside leaves no trace when it ends by an error."""
        self._steps.clear()
        try:
            yield
        except BaseException:
            for step in reversed(self._steps):
                self._take_back(step)
            raise

    def outcome(self) -> Outcome:
        """All that was done so far."""
        return Outcome(tuple(self._superseded), tuple(self._created))

    @property
    def moved(self) -> bool:
        """Did what was last done inside `all_or_nothing` change anything?"""
        return bool(self._steps)

    def add(self, record: Relationship) -> bool:
        """Believe a record; False when that says nothing new. Raises Conflict."""
        if self.says(record):
            return False
        self.check(record)
        self._believe(record)
        self._created[record] = None
        self._steps.append(Step(record, added=True, new=True))
        return True

    def says(self, record: Relationship) -> bool:
        """Is the same believed already? A record of now repeats any that is believed now, since whenever that is."""
        return any(self._same(record, rival) for rival in self._rivals[_key(record)])

    def check(self, record: Relationship) -> None:
        """Raises Conflict for a record that overlaps one that it must not overlap; it names the first such, in whatever order they came."""
        against = [rival for rival in self._rivals[_key(record)] if _overlap(record, rival)]
        if against:
            raise Conflict(_standing_against(record, min(against, key=_place)))

    def stand(self, record: Relationship) -> None:
        """Believe a record that is there already, whatever stands against it."""
        self._believe(record)

    def supersede(self, record: Relationship) -> None:
        """Believe a record no longer; one that was added by these same changes was never there."""
        self._disbelieve(record)
        new = record in self._created
        if new:
            del self._created[record]
        else:
            self._superseded[record] = None
        self._steps.append(Step(record, added=False, new=new))

    def end(self, record: Relationship, valid_to: int) -> None:
        """Believe that a record held until then, whatever was believed of its end. Raises Conflict when it begins later."""
        if valid_to <= record.valid_from:
            raise Conflict(
                f"`{record.start}` {record.type} `{record.end}` begins at {written(record.valid_from)}, "
                f"so it can't end at {written(valid_to)}; end it later, or retract it if it never held"
            )
        self.supersede(record)
        self.add(record._replace(valid_to=valid_to, recorded_at=self.recorded_at))

    def believed(self, type_: RelationshipType, start: str, end: str, kind: AdminKind | None) -> list[Relationship]:
        """The records of one relationship that are believed now, by validity."""
        found = (each for each in self.believed_to(type_, end) if (each.start, each.kind) == (start, kind))
        return sorted(found, key=lambda each: each.valid_from)

    def believed_to(self, type_: RelationshipType, end: str) -> list[Relationship]:
        """The records of a type that end at a node and are believed now."""
        return [each for each in self._to[type_, end] if each.superseded_at is None]

    def _take_back(self, step: Step) -> None:
        if step.added:
            self._disbelieve(step.record)
            del self._created[step.record]
        else:
            self._believe(step.record)
            if step.new:
                self._created[step.record] = None
            else:
                del self._superseded[step.record]

    def _believe(self, record: Relationship) -> None:
        self._rivals[_key(record)][record] = None
        self._to[record.type, record.end][record] = None

    def _disbelieve(self, record: Relationship) -> None:
        del self._rivals[_key(record)][record]
        del self._to[record.type, record.end][record]

    def _same(self, new: Relationship, old: Relationship) -> bool:
        return (new.start, new.valid_from, new.valid_to, new.superseded_at) == (
            old.start,
            old.valid_from,
            old.valid_to,
            old.superseded_at,
        ) and new.recorded_at in (old.recorded_at, self.recorded_at)


def _key(record: Relationship) -> Key:
    """Two records can stand against each other only if they have this in common."""
    if record.type in EXCLUSIVE:
        return (record.type, record.end)
    return (record.type, record.start, record.end, record.kind)


def _place(record: Relationship) -> tuple[int, int, str]:
    return (record.valid_from, record.recorded_at, record.start)


def _overlap(one: Relationship, other: Relationship) -> bool:
    """Is there an instant of which both are believed, at an instant at which both are?"""
    return (
        one.valid_from < (other.valid_to or FOREVER)
        and other.valid_from < (one.valid_to or FOREVER)
        and one.recorded_at < (other.superseded_at or FOREVER)
        and other.recorded_at < (one.superseded_at or FOREVER)
    )


def _standing_against(new: Relationship, old: Relationship) -> str:
    until = "open" if old.valid_to is None else f"to {written(old.valid_to)}"
    what = f"`{old.start}` {old.type} `{old.end}` from {written(old.valid_from)} {until}"
    if old.start == new.start:
        return f"overlaps the one already there: {what}; start it where that one ends, or leave it out"
    return f"a second {new.type} of `{new.end}`: {what}; a subscription takes one at a time, so start this one where that one ends"
