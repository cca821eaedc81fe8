"""What tellings come to: relationships that began, ended and were moved, told late, twice, or in any order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from policy.ledger import FOREVER
from policy.terms import AdminKind, Happened

Span = tuple[int, int | None]

UNTOLD: Final = 99
"""Rank of a beginning without a date; `at` is then when it was first heard of."""


class Told(NamedTuple):
    """
    One thing told of the relationships of one type that end at one node; see graph.rows.Telling.

    start: None = whoever it is; at: microseconds, always given
    of:    which of several that the source keeps apart; an end that doesn't say which is the end of each
    """

    start: str | None
    kind: AdminKind | None
    what: Happened
    rank: int
    at: int
    of: str = ""


class Interval(NamedTuple):
    """When a relationship held, by all that is told; valid_to None = with no end in sight."""

    start: str
    kind: AdminKind | None
    valid_from: int
    valid_to: int | None


def intervals(told: Iterable[Told], takes_effect: Callable[[int], int], *, exclusive: bool) -> list[Interval]:
    """
    What all of it together says, whatever the order in which it was heard; by start, kind and validity.

    Ends cut time into stretches. In each the best beginning counts: one that a transfer brought, then the best source of a date, then
    the earliest. What was heard of without a date began before the first end, and does not come back after it.

    takes_effect: completion of a transfer -> the instant at which it moves what it moves
    exclusive:    one start at a time: a transfer to one of them ends all others
    """
    told = [each._replace(at=takes_effect(each.at)) if each.what in (Happened.MOVED_AWAY, Happened.MOVED_HERE) else each for each in told]
    of_all = {each.at for each in told if each.start is None}
    by_key: dict[tuple[str, AdminKind | None], list[Told]] = defaultdict(list)
    for each in told:
        if each.start is not None:
            by_key[each.start, each.kind].append(each)
    found: list[Interval] = []
    for (start, kind), own in by_key.items():
        others = {each.at for each in told if exclusive and each.what is Happened.MOVED_HERE and each.start != start}
        spans = []
        for of in {each.of for each in own}:
            ends = {each.at for each in own if each.of == "" and each.what is Happened.ENDED} if of else set()
            spans += _spans([each for each in own if each.of == of], of_all | others | ends)
        found += [Interval(start, kind, *span) for span in _joined(spans)]
    return sorted(found, key=lambda each: (each.start, each.kind or "", each.valid_from))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time, with what overlaps made one."""
    joined: list[Span] = []
    for valid_from, valid_to in sorted(spans, key=lambda span: (span[0], span[1] or FOREVER)):
        if joined and valid_from < (joined[-1][1] or FOREVER):
            start, end = joined[-1]
            joined[-1] = (start, None if end is None or valid_to is None else max(end, valid_to))
        else:
            joined.append((valid_from, valid_to))
    return joined


def _spans(own: Sequence[Told], ended_for_all: set[int]) -> list[Span]:
    ends = {each.at for each in own if each.what in (Happened.ENDED, Happened.MOVED_AWAY)} | ended_for_all
    here = {each.at for each in own if each.what is Happened.MOVED_HERE}
    begins = [each for each in own if each.what in (Happened.BEGAN, Happened.MOVED_HERE)]
    found: list[Span] = []
    cuts = [-FOREVER, *sorted(ends), FOREVER]
    for low, high in pairwise(cuts):
        within = [each for each in begins if low <= each.at < high and not (each.rank == UNTOLD and low != -FOREVER)]
        if within:
            first = min(within, key=lambda each: (each.at not in here, each.rank, each.at)).at
            found.append((first, None if high == FOREVER else high))
    return found
