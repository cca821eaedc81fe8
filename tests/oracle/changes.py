"""What becomes of a world when changes are applied to it: the inputs of contract.graphql under the rules of policy.md sections 1 and 2."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.oracle.acceptance import ENDS, FOREVER, KINDS, OPERATORS, Tie, Version, World, both_overlap, contend, same_relationship
from tests.oracle.book import COLUMNS, Row, moment

Change = dict[str, Any]  # a Change as it is sent: one member, and its input

DEFAULTS = {"cloud": "PUBLIC", "status": "active", "consumption": "false"}  # what a member is that nobody gave, or that null cleared
MOVED_BY_TRANSFER = ("BILLS", "RESELLS", "SUPPORTS")  # section 1: "A transfer ends the subscription's live …"


class Fault(ValueError):  # noqa: N818  # it is the outcome of a rule, not a failure of ours
    """Why one change can't be made: a code of the contract."""


@dataclass
class Outcome:
    """
    The world after an apply; the same world where it was refused or nothing came of it.

    applied: nodes that are not as before, and other changes that changed something
    faults:  (index, code) of each
    """

    world: World
    applied: int = 0
    faults: set[tuple[int, str]] = field(default_factory=set)


def known_from(world: World, at: datetime) -> World:
    """The world after a load, where every node has the version that the load recorded."""
    nodes = world.customers | world.partners | world.subscriptions | world.agreements
    return replace(world, nodes_known_from=None, versions=[Version(node, row, at, None) for node, row in nodes.items()])


def applied(world: World, changes: Sequence[Change], at: datetime) -> Outcome:
    """All of the changes in the one revision recorded at `at`, or none: first the puts, then the others, each in the order of the list."""
    draft = Draft(world, at)
    moved, faults = 0, set()
    for index in sorted(range(len(changes)), key=lambda place: not is_put(changes[place])):
        [(member, given)] = changes[index].items()
        try:
            moved += draft.make(member, given)
        except Fault as fault:
            faults.add((index, str(fault)))
    if faults:
        return Outcome(world, faults=faults)
    grown = draft.world()
    return Outcome(world if same_state(world, grown) else grown, len(draft.changed_nodes()) + moved)


def is_put(change: Change) -> bool:
    return next(iter(change)).startswith("put")


def same_state(one: World, other: World) -> bool:
    """Whether both hold the same ties and versions, in whatever order."""
    return set(one.ties) == set(other.ties) and one.versions == other.versions


class Draft:
    """A world while changes are made to it."""

    def __init__(self, world: World, at: datetime) -> None:
        self.before = world
        self.at = at
        self.rows = world.customers | world.partners | world.subscriptions | world.agreements
        self.believed = [tie for tie in world.ties if tie.superseded_at is None]

    def world(self) -> World:
        """What was believed and no longer is, is superseded; what was not and now is, is recorded; what is as before keeps its record."""
        ties = [tie if tie.superseded_at or tie in self.believed else replace(tie, superseded_at=self.at) for tie in self.before.ties]
        grown = World(ties=ties + [tie for tie in self.believed if tie not in ties])
        changed = self.changed_nodes()
        for version in self.before.versions:
            ends = version.superseded_at is None and version.node in changed
            grown.versions.append(replace(version, superseded_at=self.at) if ends else version)
        grown.versions += [Version(node, self.rows[node], self.at, None) for node in changed]
        for node, row in self.rows.items():
            grown.nodes_of_kind(node)[node] = row
        return grown

    def changed_nodes(self) -> list[str]:
        return [node for node, row in self.rows.items() if self.before.nodes_of_kind(node).get(node) != row]

    def make(self, member: str, given: dict[str, Any]) -> bool:
        """Whether the change moved a relationship. Raises Fault, and has then changed nothing."""
        if member.startswith("put"):
            self.put(f"{member.removeprefix('put').lower()}s", given)
            return False
        make = {"start": self.start, "end": self.end, "retract": self.retract, "transferBilling": self.transfer_billing}
        believed = make[member](given)
        changed = set(believed) != set(self.believed)
        self.believed = believed
        return changed

    def put(self, file: str, given: dict[str, Any]) -> None:
        """An omitted member keeps what is there, null clears it."""
        key = given["key"]
        if not is_key(key):
            raise Fault("BAD_INPUT")
        node = f"{file.removesuffix('s')}:{key.lower()}"
        row = self.rows.get(node) or {column: DEFAULTS.get(column, "") for column in COLUMNS[file]}
        row = row | {"key": key.lower()} | {column_of(name): cell_of(column_of(name), given[name]) for name in given if name != "key"}
        if file == "agreements" and not row["channel"]:
            raise Fault("BAD_INPUT")
        self.rows[node] = row

    def start(self, given: dict[str, Any]) -> list[Tie]:
        new = self.tie(given, given["validFrom"], given.get("validTo"))
        return self.with_new(self.believed, new)

    def end(self, given: dict[str, Any]) -> list[Tie]:
        """The one that is open has an end from now on."""
        wanted = self.tie(given, given["validTo"])
        ended = [tie for tie in self.believed if same_relationship(tie, wanted) and tie.valid_to is None]
        if not ended:
            raise Fault("CONFLICT")
        return self.cut(self.believed, ended[0], wanted.valid_from)

    def retract(self, given: dict[str, Any]) -> list[Tie]:
        """The one that begins at that very instant was never so."""
        wanted = self.tie(given, given["validFrom"])
        wrong = [tie for tie in self.believed if same_relationship(tie, wanted) and tie.valid_from == wanted.valid_from]
        if not wrong:
            raise Fault("CONFLICT")
        return [tie for tie in self.believed if tie not in wrong]

    def transfer_billing(self, given: dict[str, Any]) -> list[Tie]:
        """Each subscription at its own boundary, once each and after all of them were found."""
        wanted = [("BILLS", given["to"])] + ([("RESELLS", given["reseller"])] if given.get("reseller") else [])
        starting = {
            subscription: [self.tie({"type": each, "from": source, "to": subscription}, given["completedAt"]) for each, source in wanted]
            for subscription in dict.fromkeys(each.lower() for each in given["subscriptions"])
        }
        believed = self.believed
        for subscription, new in starting.items():
            believed = self.moved(believed, subscription, new)
        return believed

    def moved(self, believed: list[Tie], subscription: str, new: list[Tie]) -> list[Tie]:
        """The same after the transfer of one subscription. Raises Fault where there is no biller to take over from."""
        at = boundary(self.rows[subscription], new[0].valid_from)
        going = [tie for tie in believed if tie.target == subscription and tie.valid_from < at < (tie.valid_to or FOREVER)]
        if not any(tie.type == "BILLS" for tie in going):
            raise Fault("CONFLICT")
        to_partner = any(tie.type == "BILLS" and kind_of(tie.source) == "partner" for tie in new)
        for tie in going:
            if tie.type in MOVED_BY_TRANSFER or (to_partner and self.governs_directly(tie)):
                believed = self.cut(believed, tie, at)
        for tie in new:
            believed = self.with_new(believed, replace(tie, valid_from=at))
        return believed

    def governs_directly(self, tie: Tie) -> bool:
        """Section 1: "and, if the new biller is a partner, the live GOVERNS of direct agreements on it"."""
        return tie.type == "GOVERNS" and self.rows[tie.source]["channel"] == "DIRECT"

    def expect(self, *nodes: str) -> None:
        if not {*nodes} <= {*OPERATORS, *self.rows}:
            raise Fault("NOT_FOUND")

    def tie(self, given: dict[str, Any], begins: str, ends: str | None = None) -> Tie:
        """A relationship that is right by itself, over that validity. Raises Fault, of several the first: ids, unknown nodes, times."""
        from_kinds, to_kind = ENDS[given["type"]]
        source, target = given["from"].lower(), given["to"].lower()
        if kind_of(source) not in from_kinds or kind_of(target) != to_kind:
            raise Fault("BAD_INPUT")
        kind = given.get("kind") or ""
        if kind not in (KINDS if given["type"] == "ADMINISTERS" else ("",)):
            raise Fault("BAD_INPUT")
        self.expect(source, target)
        valid_from, valid_to = moment(begins), moment(ends or "")
        assert valid_from is not None
        if valid_to is not None and valid_to <= valid_from:
            raise Fault("BAD_INPUT")
        return Tie(given["type"], source, target, kind, valid_from, valid_to, self.at, None)

    def cut(self, believed: list[Tie], tie: Tie, end: datetime) -> list[Tie]:
        """The same, where that one ends then. Raises Fault where it would not have begun."""
        if end <= tie.valid_from:  # what is wrong with it is only what is stored
            raise Fault("CONFLICT")
        return [each for each in believed if each is not tie] + [replace(tie, valid_to=end, recorded_at=self.at)]

    def with_new(self, believed: list[Tie], new: Tie) -> list[Tie]:
        """The same and one more, unless it is there. Raises Fault where it may not stand beside another."""
        if any(same_relationship(new, tie) and (new.valid_from, new.valid_to) == (tie.valid_from, tie.valid_to) for tie in believed):
            return believed
        if any(contend(new, tie) and both_overlap(new, tie) for tie in believed):
            raise Fault("CONFLICT")
        return [*believed, new]


def boundary(subscription: Row, completed: datetime) -> datetime:
    """When a transfer takes effect: at once where billing is by consumption, else at the start of the next UTC day."""
    if subscription["consumption"] == "true":
        return completed
    return datetime.combine(completed.astimezone(UTC).date(), datetime.min.time(), UTC) + timedelta(days=1)


def is_key(text: str) -> bool:
    return bool(text) and text == "".join(text.split())


def kind_of(node: str) -> str:
    """The kind that an id says; nothing for what is no id."""
    kind, _, key = node.partition(":")
    return kind if is_key(key) else ""


def column_of(name: str) -> str:
    return "mpn_ids" if name == "mpnIds" else name


def cell_of(column: str, value: object) -> str:
    """A member of an input as its column of a book holds it."""
    if value is None:
        return DEFAULTS.get(column, "")
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else str(value)
