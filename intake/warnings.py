"""What an older store holds and the load of its book would refuse: written down with its file and line."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from graph.ids import kind_of
from graph.rows import NodeRow, RelationshipRow, VersionRow, reason_of
from intake.book import TRANSLATORS
from policy.ends import ENDS
from policy.errors import Conflict
from policy.facts import Relationship
from policy.instant import is_in_calendar
from policy.ledger import Ledger
from policy.terms import RelationshipType
from policy.values.properties import faults_of
from policy.values.text import LONGEST

NAME: Final = "warnings"
HEADER: Final = ("file", "line", "reason")
PLAIN: Final = re.compile(r"(?:customer|partner|operator|subscription|agreement):[0-9a-z._-]{1,200}")
"""Ids of which nothing has to be asked."""
BREAK: Final = re.compile(r"\r\n|\r|\n")


class WarningRow(NamedTuple):
    """One row of warnings.csv."""

    file: str
    line: int
    reason: str


class Warnings:
    """Looks at the rows of a book as they are written, those that end at one node together; count: how many were named so far."""

    def __init__(self) -> None:
        self.count = 0
        self._lines: dict[str, int] = defaultdict(lambda: 2)  # the header is line 1
        self._ledger = Ledger((), 0)
        self._end = ""

    def of(self, name: str, row: NodeRow | VersionRow | RelationshipRow, cells: Sequence[str]) -> Iterator[WarningRow]:
        """What is wrong with the next row of a file, by the words of the load. name: which file of a book."""
        line = self._lines[name]
        text = ",".join(cells)
        self._lines[name] += 1 if text.isprintable() else 1 + len(BREAK.findall(text))
        for reason in self._reasons(name, row, cells):
            self.count += 1
            yield WarningRow(f"{name}.csv", line, reason)

    def _reasons(self, name: str, row: NodeRow | VersionRow | RelationshipRow, cells: Sequence[str]) -> Iterator[str]:
        try:
            if not _is_plain(row):
                TRANSLATORS[name](cells)
        except Exception as error:  # noqa: BLE001 - as the load catches it
            yield reason_of(error)
            return
        if isinstance(row, RelationshipRow):
            yield from self._conflict(row)
        elif faults := faults_of(row.properties):
            yield "; ".join(faults)

    def _conflict(self, row: RelationshipRow) -> Iterator[str]:
        if row.end != self._end:
            self._ledger, self._end = Ledger((), 0), row.end
        record = Relationship(
            row.type, row.start, row.end, row.kind, row.valid_from or 0, row.valid_to, row.recorded_at or 0, row.superseded_at, row.source
        )
        try:
            self._ledger.check(record)
        except Conflict as error:
            yield str(error)
        self._ledger.stand(record)


def _is_plain(row: NodeRow | VersionRow | RelationshipRow) -> bool:
    """Is there so little in it that a load has nothing to refuse? Most rows are, and reading a row takes longer than writing it."""
    if isinstance(row, RelationshipRow):
        starts, end = ENDS[row.type]
        return (
            bool(PLAIN.fullmatch(row.start) and PLAIN.fullmatch(row.end))
            and kind_of(row.start) in starts
            and kind_of(row.end) == end
            and (row.kind is None) == (row.type is not RelationshipType.ADMINISTERS)
            and _is_span(row.valid_from, row.valid_to)
            and _is_span(row.recorded_at, row.superseded_at)
            and len(row.source) <= LONGEST
            and row.source.isascii()
            and row.source.isprintable()
        )
    return isinstance(row, NodeRow) and kind_of(row.id) == "customer" and bool(PLAIN.fullmatch(row.id))


def _is_span(since: int | None, until: int | None) -> bool:
    return since is not None and is_in_calendar(since) and (until is None or (since < until and is_in_calendar(until)))
