"""
What a caller sees of a customer: the facts that its answers are worked out from, so that no answer can tell more.

A partner sees a customer while it has a live relationship with it: its own subscriptions there and the operator's, and of other
partners that there is one. What it saw once it still sees at the instants of then, as it was known when its relationship ended: what
others record of then, and what becomes of it, is nothing to it any more.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from policy.another import ANOTHER, ANOTHERS, SHOWN_NAME
from policy.caller import Caller, Role
from policy.facts import History, Property, Relationship, Version
from policy.instant import BEGINNING
from policy.live import is_operator, version_at
from policy.rules import Rules
from policy.seen_situation import Seen, without_source
from policy.situation import TIES, Situation, situation
from policy.standing import provided
from policy.stretches import situation_kept
from policy.terms import AgreementChannel, Channel, RelationshipType

OPEN: Final = 2**63 - 1
CLOSED: Final = -OPEN
BILLS, RESELLS, HOLDS = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.HOLDS
PROVIDES_FOR, GOVERNS, SUPPORTS = RelationshipType.PROVIDES_FOR, RelationshipType.GOVERNS, RelationshipType.SUPPORTS
OF_A_SUBSCRIPTION: Final = frozenset({BILLS, RESELLS, SUPPORTS})
AT_A_SUBSCRIPTION: Final = OF_A_SUBSCRIPTION | {GOVERNS}
OF_A_CUSTOMER: Final = frozenset({RelationshipType.RESELLER_FOR, RelationshipType.ADMINISTERS})


def situation_seen(history: History, valid_at: int, known_at: int, caller: Caller, rules: Rules) -> Situation | None:
    """The situation of the customer as the caller sees it; None when it was not known at `known_at`, or is not to be seen."""
    if caller.role is Role.PARTNER:
        return _seen_by_partner(history, valid_at, known_at, str(caller.node), rules)
    if caller.role is Role.CUSTOMER:
        return situation(around_itself(history), valid_at, known_at, rules) if history.customer == caller.node else None
    return situation_kept(history, valid_at, known_at, rules)


def around_itself(history: History) -> History:
    """What a customer sees of its history: all, but what befell its subscriptions after it held them."""
    held = _holds(history.relationships)
    near = [
        each
        for each in history.relationships
        if each.type not in AT_A_SUBSCRIPTION or any(_befell(each, holds) for holds in held.get(each.end, ()))
    ]
    tied = {each.start for each in near if each.type in TIES}
    kept = [each for each in near if each.type is not PROVIDES_FOR or {each.start, each.end} <= tied]
    seen = {history.customer} | {end for each in kept for end in (each.start, each.end)}
    nodes = {node: versions for node, versions in history.nodes.items() if node in seen or is_operator(node)}
    return History(history.customer, tuple(kept), nodes)


def faces(at: Situation, known_at: int, caller: Caller) -> dict[str, Mapping[str, Property]]:
    """
    The properties, as known then, of each node of a situation that a bound caller sees.

    A partner is shown what was known when its relationship with the node ended, if that was earlier.
    """
    known = _known if caller.role is Role.CUSTOMER else _frozen_of(at.history, known_at, str(caller.node))
    return {node: known(at.history, node, known_at) for node in at.nodes if node in at.history.nodes}


def face_of(history: History, node: str, known_at: int, caller: Caller) -> Mapping[str, Property]:
    """The properties of one node around a customer, as a bound caller is shown them."""
    if caller.role is Role.CUSTOMER:
        return _known(history, node, known_at)
    return _frozen_of(history, known_at, str(caller.node))(history, node, known_at)


def portrait(history: History, valid_at: int, known_at: int, caller: Caller, rules: Rules) -> object:
    """All that a bound caller sees around a customer at an instant, and its own relationships of any time; two are equal or not."""
    at = situation_seen(history, valid_at, known_at, caller, rules)
    is_whole = caller.role is Role.CUSTOMER
    told = around_itself(history).relationships if is_whole else history.relationships
    records = {each for each in told if each.is_known(known_at) and (is_whole or each.start == caller.node)}
    return records, at and (set(at.relationships()), set(at.scopes), {node: at.properties(node) for node in at.nodes})


def ended(known_at: int, *records: Relationship) -> int:
    """
    Until when records that hold together were there to be seen, as known then; OPEN while they are.

    What was recorded when it had ended already was seen as it was known at that instant.
    """
    recorded_at, valid_to = max(each.recorded_at for each in records), min(_to(each.valid_to) for each in records)
    return min(max(recorded_at, valid_to), *(_superseded(each, known_at) for each in records))


def seen_until(history: History, known_at: int, partner: str) -> Mapping[str, int]:
    """Until when a partner saw the customer and what is around it; whatever it never saw is absent."""
    until: dict[str, int] = {}
    records = [each for each in history.relationships if each.recorded_at <= known_at]
    held = _holds(records)
    for each in records:
        if each.start == partner and each.type in OF_A_SUBSCRIPTION | OF_A_CUSTOMER:
            _extend(until, each.end, ended(known_at, each))
            for holds in held.get(each.end, ()):
                if _are_together(each, holds, known_at):
                    _extend(until, history.customer, ended(known_at, each, holds))
    if history.customer in until:
        for each in records:
            if each.type is BILLS and is_operator(each.start):
                _extend(until, each.end, min(ended(known_at, each), until[history.customer]))
            elif each.type is RelationshipType.PARTY_TO:
                _extend(until, each.end, until[history.customer])
    return until


def history_seen(records: Iterable[Relationship], caller: Caller, around: Collection[str]) -> list[Relationship]:
    """
    Of the records of one subscription, in no order, what a bound caller sees that sees the subscription now.

    around: the customer that holds it and its agreements, as the caller sees them now; none where it sees no holder
    """
    known = list(records)
    if caller.role is Role.CUSTOMER:
        held = [each for each in known if each.start == caller.node]
        return held + [each for each in known if each.type is not HOLDS and any(_befell(each, holds) for holds in held)]
    own = [each for each in known if each.start == caller.node]
    told = [each for each in known if around and (each.start in around or is_operator(each.start))]
    others = {
        each.type: _blank(each.type, ANOTHER, each.end) for each in known if around and each.type in TIES and _is_another(each, caller)
    }
    return [*map(without_source, (*own, *told)), *others.values()]


def _holds(records: Iterable[Relationship]) -> Mapping[str, Sequence[Relationship]]:
    held: dict[str, list[Relationship]] = {}
    for each in records:
        if each.type is HOLDS:
            held.setdefault(each.end, []).append(each)
    return held


def _to(end: int | None) -> int:
    return OPEN if end is None else end


def _superseded(record: Relationship, known_at: int) -> int:
    end = _to(record.superseded_at)
    return end if end <= known_at else OPEN


def _are_together(one: Relationship, other: Relationship, known_at: int) -> bool:
    """Did the two ever hold at one instant, as known at one instant?"""
    is_known = one.recorded_at < _superseded(other, known_at) and other.recorded_at < _superseded(one, known_at)
    return is_known and one.valid_from < _to(other.valid_to) and other.valid_from < _to(one.valid_to)


def _befell(record: Relationship, holds: Relationship) -> bool:
    """Is it of the subscription that was held then, and of no later time, on either axis?"""
    return record.end == holds.end and record.valid_from < _to(holds.valid_to) and record.recorded_at < _to(holds.superseded_at)


def _is_another(record: Relationship, caller: Caller) -> bool:
    return record.start.startswith("partner:") and record.start != caller.node


def _extend(until: dict[str, int], node: str, end: int) -> None:
    until[node] = max(end, until.get(node, CLOSED))


def _seen_by_partner(history: History, valid_at: int, known_at: int, own: str, rules: Rules) -> Seen | None:
    until = seen_until(history, known_at, own)
    if history.customer not in until:
        return None
    at = situation(_as_known(history, min(known_at, until[history.customer]), own), valid_at, known_at, rules)
    if at is None or not any(each.start == own for each in at.relationships() if each.type is not PROVIDES_FOR):
        return None
    ours = {each for each in at.subscriptions if _is_ours(at, each, own)}
    shown = {each for each in at.subscriptions if each in ours or at.channel(each) is Channel.DIRECT}
    closing = {*at.closing_scopes(own), *at.closing_scopes(at.operator)}
    agreements = {each for each in at.agreements if _is_shown(at, each, ours)}
    relationships = {*_told(at, own, ours, {at.customer, *shown, *agreements}), *_others(at, own, shown)}
    nodes = {at.customer, own, *shown, *closing, *agreements, *(node for node in history.nodes if is_operator(node))}
    known = _frozen(until, own)
    properties = {node: known(history, node, at.known_at) for node in nodes if node in history.nodes}
    properties |= {ANOTHER: {"name": SHOWN_NAME}, ANOTHERS: {"status": ""}}
    versions = {node: (Version(BEGINNING, None, known),) for node, known in properties.items()}
    return Seen(history, History(at.customer, tuple(relationships), versions), at, own)


def _as_known(history: History, known_at: int, own: str) -> History:
    """The history without what was recorded later, but for the partner's own relationships."""
    records = (
        each if each.start == own or _to(each.superseded_at) <= known_at else each._replace(superseded_at=None)
        for each in history.relationships
        if each.start == own or each.recorded_at <= known_at
    )
    nodes = {
        node: tuple(each for each in versions if each.recorded_at <= known_at) or versions[-1:] for node, versions in history.nodes.items()
    }
    last = {node: versions[0]._replace(superseded_at=None) for node, versions in nodes.items()}
    return History(history.customer, tuple(records), {node: (last[node], *versions[1:]) for node, versions in nodes.items()})


def _is_ours(at: Situation, subscription: str, own: str) -> bool:
    is_sold = any(at.between(type_, own, subscription) for type_ in OF_A_SUBSCRIPTION) or at.last_bill(own, subscription) is not None
    return is_sold or at.past_sale(own, RESELLS, subscription) is not None


def _is_shown(at: Situation, agreement: str, ours: Collection[str]) -> bool:
    # one that was made through a partner is nobody's in particular, but for the subscriptions that it governs
    direct = at.properties(agreement)["channel"] == AgreementChannel.DIRECT
    return direct or any(at.between(GOVERNS, agreement, each) for each in ours)


def _told(at: Situation, own: str, ours: Collection[str], shown: Collection[str]) -> Iterator[Relationship]:
    """What is told as it is: what the caller, the operator or the customer does to what is shown; of the caller's own, what ended too."""
    for each in at.history.relationships:
        if each.end in shown and (each.start == own or is_operator(each.start) or each.start in shown):
            is_ours = each.start == own or (each.type is HOLDS and each.end in ours)
            if each.is_live(at.valid_at, at.known_at) or (is_ours and each.is_known(at.known_at)):
                yield without_source(each)


def _others(at: Situation, own: str, shown: Collection[str]) -> Iterator[Relationship]:
    """That there is another partner, without anything that tells one from another."""
    ends = (*shown, at.customer)
    for each in (tie for end in ends for type_ in TIES for tie in at.to(type_, end)):
        if each.start != own and not is_operator(each.start):
            yield _blank(each.type, ANOTHER, each.end)
    if at.scopes == (at.customer,) and provided(at, own):
        yield _blank(PROVIDES_FOR, own, ANOTHER)
    for subscription in shown:
        biller, resellers = at.biller(subscription), at.resellers(subscription)
        if own in resellers and biller and at.between(PROVIDES_FOR, biller, own):
            yield _blank(PROVIDES_FOR, ANOTHER, own)
        if own == biller and any(at.between(PROVIDES_FOR, own, each) for each in resellers):
            yield _blank(PROVIDES_FOR, own, ANOTHER)
    if hidden := [each for each in at.subscriptions if each not in shown]:
        yield _blank(HOLDS, at.customer, ANOTHERS)
        if any(at.channel(each) is Channel.CSP for each in hidden):
            yield _blank(BILLS, ANOTHER, ANOTHERS)
        elif any(at.resellers(each) for each in hidden):
            yield _blank(RESELLS, ANOTHER, ANOTHERS)


def _blank(type_: RelationshipType, start: str, end: str) -> Relationship:
    """A relationship of which nothing is told but that it is there."""
    return Relationship(type_, start, end, None, BEGINNING, None, BEGINNING, None, "")


def _frozen_of(history: History, known_at: int, own: str) -> Callable[[History, str, int], Mapping[str, Property]]:
    return _frozen(seen_until(history, known_at, own), own)


def _frozen(until: Mapping[str, int], own: str) -> Callable[[History, str, int], Mapping[str, Property]]:
    def known(history: History, node: str, known_at: int) -> Mapping[str, Property]:
        is_open = node == own or is_operator(node)
        return _known(history, node, known_at if is_open else min(known_at, until.get(node, CLOSED)))

    return known


def _known(history: History, node: str, known_at: int) -> Mapping[str, Property]:
    versions = history.nodes[node]
    return (version_at(versions, known_at) or versions[-1]).properties
