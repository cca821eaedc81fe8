"""Who sold a subscription to its customer once, and until when that counts: the pairs of policy.md section 3."""

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from policy.facts import Relationship, Version
from policy.instant import BEGINNING, CYCLE, EPOCH, MICROSECOND, instant_of
from policy.ledger import FOREVER
from policy.terms import RelationshipType

BILLS, RESELLS, HOLDS = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.HOLDS
OF_A_PAIR = frozenset({BILLS, RESELLS, HOLDS})
DELETED = "deleted"


class Pair(NamedTuple):
    """A BILLS or RESELLS and the HOLDS beside it; end: until when both held, as far as that is on record; FOREVER = no end is."""

    sale: Relationship
    holds: Relationship
    end: int


Pairs = Mapping[tuple[str, RelationshipType], Pair]


def pairs_that_count(records: Collection[Relationship], valid_at: int, deleted_since: int | None, months: int) -> Pairs:
    """
    Of each communicator the pair with the latest end that counts, by BILLS and by RESELLS.

    records:       BILLS, RESELLS and HOLDS of one subscription that began up to valid_at; the HOLDS are the customer's
    deleted_since: since when the subscription is recorded as deleted; None = it is not
    """
    found: dict[tuple[str, RelationshipType], tuple[tuple[int, ...], Pair]] = {}
    for pair in _pairs(records, FOREVER if deleted_since is None else deleted_since):
        ended = min(pair.end, valid_at)
        rank = ended, pair.sale.valid_from, pair.holds.valid_from, _to(pair.sale), _to(pair.holds)
        key = pair.sale.start, pair.sale.type
        if (key not in found or rank > found[key][0]) and valid_at < months_after(ended, months):
            found[key] = rank, pair
    return {key: pair for key, (_, pair) in found.items()}


def deleted_since(versions: Collection[Version], known_at: int) -> int | None:
    """Since when a node is recorded as deleted, as known then; None where it is not. versions: the newest first."""
    since = None
    for version in versions:
        if version.recorded_at <= known_at:
            if version.properties.get("status") != DELETED:
                break
            since = version.recorded_at
    return since


def months_after(instant: int, months: int) -> int:
    """The day some months later, at the same time, in UTC; the last day of the month where that has no such day."""
    cycles = (instant - BEGINNING) // CYCLE  # the calendar repeats itself, so that it ends nowhere
    moment = EPOCH + (instant - cycles * CYCLE) * MICROSECOND
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    later = moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
    return instant_of(later) + cycles * CYCLE


def _pairs(records: Collection[Relationship], deleted: int) -> Iterator[Pair]:
    holdings = [each for each in records if each.type is HOLDS]
    for sale in records:
        if sale.type is not HOLDS:
            for holds in holdings:
                end = _end(sale, holds)
                if end is not None and sale.type is RESELLS:
                    billed = (_end(sale, holds, each) for each in records if _is_of_another(each, sale))
                    end = max((each for each in billed if each is not None), default=None)
                if end is not None:
                    yield Pair(sale, holds, min(end, deleted))


def _is_of_another(bills: Relationship, sale: Relationship) -> bool:
    return bills.type is BILLS and bills.start.startswith("partner:") and bills.start != sale.start


def _end(*records: Relationship) -> int | None:
    """Until when all of them held; None where they never did together."""
    begin = max(each.valid_from for each in records)
    end = min(map(_to, records))
    return end if begin < end else None


def _to(record: Relationship) -> int:
    return FOREVER if record.valid_to is None else record.valid_to
