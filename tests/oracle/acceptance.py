"""Which rows of a book are taken and which are rejected, when it is loaded in file order into an empty store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.oracle.book import Book, Row, moment

CLOUDS = ("PUBLIC", "US_GOVERNMENT", "CHINA", "GERMANY")
CHANNELS = ("CSP", "DIRECT")
TRUTHS = ("", "true", "false")
KINDS = ("DAP", "GDAP", "AOBO", "LIGHTHOUSE")
OPERATORS = {"operator:microsoft": "Microsoft", "operator:21vianet": "21Vianet"}
ENDS = {  # policy.md section 2: type -> kinds of node that it may start from, kind of node that it leads to
    "HOLDS": (("customer",), "subscription"),
    "BILLS": (("partner", "operator"), "subscription"),
    "RESELLS": (("partner",), "subscription"),
    "PROVIDES_FOR": (("partner",), "partner"),
    "RESELLER_FOR": (("partner",), "customer"),
    "PARTY_TO": (("customer", "operator"), "agreement"),
    "GOVERNS": (("agreement",), "subscription"),
    "ADMINISTERS": (("partner",), "customer"),
    "SUPPORTS": (("partner",), "subscription"),
}
ONE_AT_A_TIME = ("BILLS", "HOLDS")
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Tie:
    """A relationship that was taken. Ends are node ids in lower case; an open end is None."""

    type: str
    source: str
    target: str
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True)
class Version:
    """What a node was known to be, over one record."""

    node: str
    row: Row
    recorded_at: datetime
    superseded_at: datetime | None


@dataclass
class World:
    """What a store holds: node id -> row as it is now, by kind of node, and the ties."""

    customers: dict[str, Row] = field(default_factory=dict)
    partners: dict[str, Row] = field(default_factory=dict)
    subscriptions: dict[str, Row] = field(default_factory=dict)
    agreements: dict[str, Row] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    nodes_known_from: datetime | None = None  # None: at every knownAt, for the book restores history
    versions: list[Version] = field(default_factory=list)  # empty: no node was ever put again, so that its row is all there is

    def as_known_at(self, known_at: datetime | None) -> "World":
        """The same ties between the nodes as they were known then; a world without versions is the same at every instant."""
        if known_at is None or not self.versions:
            return self
        world = World(ties=self.ties)
        for version in self.versions:
            if version.recorded_at <= known_at < (version.superseded_at or FOREVER):
                world.nodes_of_kind(version.node)[version.node] = version.row
        return world

    def nodes_of_kind(self, node: str) -> dict[str, Row]:
        """Those of the kind that the id says; operators stand in no book."""
        nodes: dict[str, Row] = getattr(self, f"{node.partition(':')[0]}s")
        return nodes

    def knows(self, node: str) -> bool:
        return any(node in nodes for nodes in (OPERATORS, self.customers, self.partners, self.subscriptions, self.agreements))

    def name(self, node: str) -> str:
        """The name of a customer, partner or operator; its key where it has none."""
        if node in OPERATORS:
            return OPERATORS[node]
        row = self.customers[node] if node in self.customers else self.partners[node]
        return row["name"] or node.partition(":")[2]


@dataclass(frozen=True)
class Rejection:
    file: str
    line: int  # as an editor counts: the header is line 1
    reason: str


class Refusal(ValueError):  # noqa: N818  # it is the outcome of a rule, not a failure of ours
    """The reason why one row is not taken."""


def accept(book: Book, now: datetime) -> tuple[World, list[Rejection]]:
    """The world after the load of `book` at the instant `now`, and the rows that were not taken."""
    world = World(nodes_known_from=now)
    rejected = []
    for file, rows in book.files().items():
        for line, row in enumerate(rows, start=2):
            try:
                if file == "relationships":
                    take_relationship(world, row, now)
                else:
                    take_node(world, file, row)
            except Refusal as refusal:
                rejected.append(Rejection(file, line, str(refusal)))
    if any(row["recorded_at"] for row in book.relationships):
        world.nodes_known_from = None
    return world, rejected


def take_node(world: World, file: str, row: Row) -> None:
    """A node is put under its key; a second row of the same key is not taken."""
    if not row["key"]:
        raise Refusal("no key")
    if file == "customers" and row["cloud"] not in ("", *CLOUDS):
        raise Refusal("unknown cloud")
    if file == "subscriptions" and row["consumption"] not in TRUTHS:
        raise Refusal("consumption is neither true nor false")
    if file == "agreements" and row["channel"] not in CHANNELS:
        raise Refusal("unknown channel")
    node = f"{file.removesuffix('s')}:{row['key'].lower()}"
    if node in getattr(world, file):
        raise Refusal("a second row of one key")
    getattr(world, file)[node] = row


def take_relationship(world: World, row: Row, now: datetime) -> None:
    tie = tie_of(world, row, now)
    for other in world.ties:
        if identical(tie, other, recorded_now=not row["recorded_at"]):
            return
    for other in world.ties:
        if contend(tie, other) and both_overlap(tie, other):
            raise Refusal(f"overlaps {other}")
    world.ties.append(tie)


def tie_of(world: World, row: Row, now: datetime) -> Tie:
    """The row as a tie, where nothing is wrong with the row by itself."""
    if row["type"] not in ENDS:
        raise Refusal("unknown type")
    source, target = row["from"].lower(), row["to"].lower()
    from_kinds, to_kind = ENDS[row["type"]]
    if source.partition(":")[0] not in from_kinds or target.partition(":")[0] != to_kind:
        raise Refusal("ends of the wrong kind")
    if not world.knows(source) or not world.knows(target):
        raise Refusal("unknown id")
    if row["kind"] not in (KINDS if row["type"] == "ADMINISTERS" else ("",)):
        raise Refusal("kind stands exactly with ADMINISTERS")
    try:
        valid_from, valid_to = moment(row["valid_from"]), moment(row["valid_to"])
        recorded_at, superseded_at = moment(row["recorded_at"]) or now, moment(row["superseded_at"])
    except ValueError as fault:
        raise Refusal("bad date") from fault
    if valid_from is None:
        raise Refusal("no valid_from")
    if valid_to is not None and valid_to <= valid_from:
        raise Refusal("valid_to is not after valid_from")
    if superseded_at is not None and superseded_at <= recorded_at:
        raise Refusal("superseded_at is not after recorded_at")
    if recorded_at > now or (superseded_at is not None and superseded_at > now):
        raise Refusal("recorded in the future")
    return Tie(row["type"], source, target, row["kind"], valid_from, valid_to, recorded_at, superseded_at)


def same_relationship(one: Tie, other: Tie) -> bool:
    return (one.type, one.source, one.target, one.kind) == (other.type, other.source, other.target, other.kind)


def identical(new: Tie, old: Tie, *, recorded_now: bool) -> bool:
    """The same relationship over the same validity; a row that does not say when it was recorded repeats any current record."""
    if not same_relationship(new, old) or (new.valid_from, new.valid_to) != (old.valid_from, old.valid_to):
        return False
    if recorded_now:
        return old.superseded_at is None
    return (new.recorded_at, new.superseded_at) == (old.recorded_at, old.superseded_at)


def contend(one: Tie, other: Tie) -> bool:
    """Whether the two may not overlap: one relationship with itself, or the second BILLS or HOLDS of a subscription."""
    if same_relationship(one, other):
        return True
    return one.type == other.type and one.type in ONE_AT_A_TIME and one.target == other.target


def both_overlap(one: Tie, other: Tie) -> bool:
    valid = one.valid_from < (other.valid_to or FOREVER) and other.valid_from < (one.valid_to or FOREVER)
    recorded = one.recorded_at < (other.superseded_at or FOREVER) and other.recorded_at < (one.superseded_at or FOREVER)
    return valid and recorded
