"""What a partner bills and resells, of all customers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from graph.time_slices import give_way
from policy.facts import Relationship, Version
from policy.live import BILLS, HOLDS, RESELLS, is_operator, version_at
from policy.pairs import DELETED
from policy.seen import ended
from policy.span import Span, page_by_page
from resolvers.instants import Instant
from resolvers.operation import Operation

AT_ONCE = 200


class Ties(NamedTuple):
    """What a partner is to others at one instant."""

    bills_alone: bool
    bills_resold: bool
    resells_billed: bool
    providers: Sequence[str]
    resellers: Sequence[str]


NO_TIES = Ties(bills_alone=False, bills_resold=False, resells_billed=False, providers=(), resellers=())


def sold_by(operation: Operation, partner: str, instant: Instant) -> Ties:
    """The first three of its ties; looked for until all of them are found. Raises Unavailable."""
    alone = resold = billed = False
    for records, nodes in _sold(operation, partner):
        for record in records:
            if record.start == partner and record.type in {BILLS, RESELLS} and record.is_live(*instant):
                others = _others(operation, records, nodes[record.end], record, instant)
                if others is None:
                    continue
                if record.type is BILLS:
                    is_resold = any(each.type is RESELLS for each in others)
                    alone, resold = alone or not is_resold, resold or is_resold
                else:
                    billed = billed or any(each.type is BILLS and not is_operator(each.start) for each in others)
        if alone and resold and billed:
            break
        give_way()
    return Ties(alone, resold, billed, (), ())


def _sold(operation: Operation, partner: str) -> Iterator[tuple[Sequence[Relationship], Mapping[str, Sequence[Version]]]]:
    """Records among which all of the partner's are, with those at the same subscriptions, and the versions of these."""
    for row in operation.facts.loose_sold_by(partner):
        yield row.records, {record.end: row.versions for record in row.records}
    for customer, _ in page_by_page(partial(operation.facts.customers_tied_to, partner), Span(AT_ONCE)):
        if (history := operation.facts.history(customer)) is not None:
            yield history.relationships, history.nodes


def _others(
    operation: Operation, records: Iterable[Relationship], versions: Iterable[Version], record: Relationship, instant: Instant
) -> list[Relationship] | None:
    """
    What others do then to the subscription of a record; None where it is hidden as deleted, or was not known.

    To the partner itself what was recorded after its own relationship had ended is nothing.
    """
    known_at = instant.known_at
    if operation.caller.is_bound:
        known_at = min(known_at, ended(known_at, record))
    version = version_at(versions, known_at)
    at_it = (each for each in records if each.end == record.end and each.start != record.start)
    live = [each for each in at_it if each.is_live(instant.valid_at, known_at)]
    has_end = any(each.type is HOLDS and each.valid_to is not None for each in live)
    if version is None or (version.properties["status"] == DELETED and not has_end):
        return None
    return live
