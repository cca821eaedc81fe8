"""A world: nodes with what they were known as, and records on both time axes, all of them in the past, so that two loads give the same."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.oracle.acceptance import FOREVER, Tie, both_overlap, contend
from tests.oracle.book import COLUMNS, Book, Row, row_of

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
FILE_OF = {"customer": "customers", "partner": "partners", "subscription": "subscriptions", "agreement": "agreements"}
VERSION_COLUMNS = (
    *("id", "recorded_at", "superseded_at"),
    *("name", "domain", "country", "cloud", "mpn_ids", "offer", "status", "consumption", "type", "channel"),
)


@dataclass(frozen=True)
class Known:
    """What a node was known as until then; the last has no end."""

    until: datetime
    row: Row


@dataclass
class World:
    """nodes: id -> what it was known as, the oldest first; source: what every record is said to come from."""

    nodes: dict[str, list[Known]] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    source: str = ""

    def copy(self) -> "World":
        return World({node: list(known) for node, known in self.nodes.items()}, list(self.ties), self.source)

    def of_kind(self, kind: str) -> list[str]:
        return [node for node in self.nodes if kind_of(node) == kind]

    def put(self, node: str, **cells: str) -> None:
        """A node that is known as this from ever."""
        file = FILE_OF[kind_of(node)]
        self.nodes[node] = [Known(FOREVER, row_of(file, key=node.partition(":")[2], **cells))]

    def take(self, tie: Tie) -> bool:
        """Add a record, unless the store would refuse it."""
        is_bad = (tie.valid_to is not None and tie.valid_to <= tie.valid_from) or (
            tie.superseded_at is not None and tie.superseded_at <= tie.recorded_at
        )
        if is_bad or tie.source == tie.target or any(contend(tie, each) and both_overlap(tie, each) for each in self.ties):
            return False
        self.ties.append(tie)
        return True

    def face(self, node: str, at: datetime) -> Row:
        """What the node was known as at an instant."""
        return next(each.row for each in self.nodes[node] if at < each.until or each.until == FOREVER)

    def write(self, folder: Path) -> None:
        """The book of this world."""
        book = Book()
        for node, known in self.nodes.items():
            book.files()[FILE_OF[kind_of(node)]].append(known[-1].row)
        for tie in self.ties:
            ends = {
                "valid_from": tie.valid_from,
                "valid_to": tie.valid_to,
                "recorded_at": tie.recorded_at,
                "superseded_at": tie.superseded_at,
            }
            times = {name: "" if time is None else time.isoformat() for name, time in ends.items()}
            book.relationships.append(
                row_of("relationships", type=tie.type, from_=tie.source, to=tie.target, kind=tie.kind, source=self.source, **times)
            )
        book.write(folder)
        with (folder / "versions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, VERSION_COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(_versions(self.nodes.items()))


def kind_of(node: str) -> str:
    return node.partition(":")[0]


def _versions(nodes: Iterable[tuple[str, list[Known]]]) -> Iterable[dict[str, str]]:
    for node, known in nodes:
        since = FIRST
        own = COLUMNS[FILE_OF[kind_of(node)]][1:]
        for each in known[:-1]:
            cells = {column: each.row[column] for column in own}
            yield {"id": node, "recorded_at": since.isoformat(), "superseded_at": each.until.isoformat(), **cells}
            since = each.until
