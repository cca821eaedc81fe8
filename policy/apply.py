"""Changes held against the records that are believed now; every fault is found, each at the index of its change."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from policy.boundary import boundary
from policy.change import Change, End, Put, Retract, Start, Transfer
from policy.ends import ENDS
from policy.errors import BadInput, Conflict, NotFound, VoceroError
from policy.facts import Property, Relationship
from policy.instant import written
from policy.ledger import Ledger
from policy.terms import AdminKind, AgreementChannel, Boundary, RelationshipType

BILLS, RESELLS = RelationshipType.BILLS, RelationshipType.RESELLS
SUPPORTS, GOVERNS = RelationshipType.SUPPORTS, RelationshipType.GOVERNS


class Fault(NamedTuple):
    """What is wrong with the change at that place of the list."""

    at: int
    error: VoceroError


class Work:
    """
    Some changes while they are made.

    ledger:     the records that are believed now
    nodes:      the nodes that the changes name and that are known, with their properties, and the agreements that govern what is
                transferred; those that are put join them
    boundaries: is the subscription's billing by consumption? -> when a transfer takes effect
    """

    def __init__(self, ledger: Ledger, nodes: Mapping[str, Mapping[str, Property]], boundaries: Mapping[bool, Boundary]) -> None:
        self._ledger = ledger
        self._nodes = {node: dict(properties) for node, properties in nodes.items()}
        self._boundaries = boundaries
        self.puts: list[Put] = []
        self.moved = 0

    def do(self, changes: Sequence[Change | VoceroError]) -> list[Fault]:
        """
        Make all changes; the faults of those that can't be made, the others being as if these had not been asked for.

        changes: a fault that was found before stands in the place of its change
        """
        faults = []
        for index, change in sorted(enumerate(changes), key=lambda pair: not isinstance(pair[1], Put)):  # a node stands before its ties
            try:
                if isinstance(change, VoceroError):
                    raise change
                with self._ledger.all_or_nothing():
                    self._make(change)
                self.moved += self._ledger.moved
            except VoceroError as error:
                faults.append(Fault(index, error))
        return sorted(faults, key=lambda fault: fault.at)

    def _make(self, change: Change) -> None:
        match change:
            case Put():
                self._put(change)
            case Start():
                self._start(change)
            case End():
                self._end(change)
            case Retract():
                self._retract(change)
            case Transfer():
                self._transfer(change)

    def _put(self, put: Put) -> None:
        known = self._nodes.get(put.node)
        if put.node.startswith("agreement:") and put.properties.get("channel", known and known.get("channel")) is None:
            raise BadInput(f"`{put.node}` needs a channel; give CSP or DIRECT")
        if known and known.get("erased") and any(put.properties.get(name) is not None for name in ("name", "domain")):
            raise Conflict(f"`{put.node}` was erased: its name and domain are not kept again; leave them out")
        self._nodes.setdefault(put.node, {}).update(put.properties)
        self.puts.append(put)

    def _start(self, start: Start) -> None:
        _check_ends(start.type, start.start, start.end, start.kind)
        self._expect(start.start, start.end)
        if start.valid_to is not None and start.valid_to <= start.valid_from:
            raise BadInput(f"validTo `{written(start.valid_to)}` is not after validFrom `{written(start.valid_from)}`")
        self._ledger.add(self._record(start))

    def _end(self, end: End) -> None:
        _check_ends(end.type, end.start, end.end, end.kind)
        self._expect(end.start, end.end)
        believed = self._ledger.believed(end.type, end.start, end.end, end.kind)
        opened = next((each for each in believed if each.valid_to is None), None)
        if opened is None:
            raise Conflict(f"`{end.start}` {end.type} `{end.end}` is not open; only a relationship without an end can be ended")
        self._ledger.end(opened, end.valid_to)

    def _retract(self, retract: Retract) -> None:
        _check_ends(retract.type, retract.start, retract.end, retract.kind)
        self._expect(retract.start, retract.end)
        believed = self._ledger.believed(retract.type, retract.start, retract.end, retract.kind)
        record = next((each for each in believed if each.valid_from == retract.valid_from), None)
        if record is None:
            since = f"from {written(retract.valid_from)}"
            raise Conflict(
                f"no `{retract.start}` {retract.type} `{retract.end}` {since} is believed; name the validFrom that its record has"
            )
        self._ledger.supersede(record)

    def _transfer(self, transfer: Transfer) -> None:
        """All of its subscriptions are checked before the first one moves."""
        _check_kind(transfer.to, ("partner", "operator"))
        named = (*transfer.subscriptions, transfer.to, *([transfer.reseller] if transfer.reseller else ()))
        self._expect(*named)
        for subscription in dict.fromkeys(transfer.subscriptions):
            self._move(subscription, transfer)

    def _move(self, subscription: str, transfer: Transfer) -> None:
        at = boundary(transfer.completed_at, self._boundaries[bool(self._nodes[subscription].get("consumption"))])
        ends = [
            each for type_ in (BILLS, RESELLS, SUPPORTS) for each in self._ledger.believed_to(type_, subscription) if _goes_on(each, at)
        ]
        if transfer.to.startswith("partner:"):
            ends += [each for each in self._ledger.believed_to(GOVERNS, subscription) if _goes_on(each, at) and self._is_direct(each.start)]
        if not any(each.type is BILLS for each in ends):
            raise Conflict(f"nobody bills `{subscription}` up to {written(at)}, so there is nothing to transfer; start a BILLS instead")
        for each in ends:
            self._ledger.end(each, at)
        self._ledger.add(self._record(Start(BILLS, transfer.to, subscription, None, at, None, "transfer")))
        if transfer.reseller is not None:
            self._ledger.add(self._record(Start(RESELLS, transfer.reseller, subscription, None, at, None, "transfer")))

    def _is_direct(self, agreement: str) -> bool:
        return self._nodes[agreement].get("channel") == AgreementChannel.DIRECT

    def _expect(self, *nodes: str) -> None:
        for node in nodes:
            if node not in self._nodes:
                raise NotFound(f"no {node.partition(':')[0]} `{node}` in the graph; put it first, in the same apply or before")

    def _record(self, start: Start) -> Relationship:
        recorded_at = self._ledger.recorded_at
        return Relationship(
            start.type, start.start, start.end, start.kind, start.valid_from, start.valid_to, recorded_at, None, start.source
        )


def _check_ends(type_: RelationshipType, start: str, end: str, kind: AdminKind | None) -> None:
    _check_kind(start, ENDS[type_].start, f"the start of a {type_}")
    _check_kind(end, (ENDS[type_].end,), f"the end of a {type_}")
    if (type_ is RelationshipType.ADMINISTERS) != (kind is not None):
        raise BadInput(
            f"kind is given exactly for ADMINISTERS: {', '.join(AdminKind)}" if kind is None else f"kind is not given for {type_}"
        )


def _check_kind(node: str, kinds: Sequence[str], what: str = "the new biller") -> None:
    if node.partition(":")[0] not in kinds:
        raise BadInput(f"`{node}` can't be {what}: that is a {' or '.join(kinds)}")


def _goes_on(record: Relationship, at: int) -> bool:
    return record.valid_from < at and (record.valid_to is None or at < record.valid_to)
