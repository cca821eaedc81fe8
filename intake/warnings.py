"""What an older store holds and the load of its book would refuse: written down with its file and line."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from graph.rows import NodeRow, RelationshipRow, VersionRow, reason_of
from intake.book import TRANSLATORS
from policy.errors import Conflict
from policy.facts import Relationship
from policy.ledger import Ledger
from policy.values.properties import faults_of

NAME: Final = "warnings"
HEADER: Final = ("file", "line", "reason")
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
        self._lines[name] += 1 + sum(len(BREAK.findall(cell)) for cell in cells)
        for reason in self._reasons(name, row, cells):
            self.count += 1
            yield WarningRow(f"{name}.csv", line, reason)

    def _reasons(self, name: str, row: NodeRow | VersionRow | RelationshipRow, cells: Sequence[str]) -> Iterator[str]:
        try:
            TRANSLATORS[name](cells)
        except Exception as error:  # noqa: BLE001 - as the load catches it
            yield reason_of(error)
            return
        if isinstance(row, RelationshipRow):
            yield from self._conflict(row)
        else:
            yield from faults_of(row.properties)

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
