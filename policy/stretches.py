"""
Situations that were worked out before.

Between two instants at which something begins, ends or ceases to count the facts are the same, so a history keeps the situation of the
stretch that was asked about last, by each policy's rules. Only what is known last is kept: knowledge of the past is asked for seldom, and
is worked out each time.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from policy.events import turns
from policy.facts import History
from policy.pairs import OF_A_PAIR, deleted_since, months_after
from policy.rules import Rules
from policy.situation import Situation, situation

EVER: Final = 2**63 - 1


class Stretches(NamedTuple):
    """The instants that part them, and since when nothing more was recorded; both in microseconds."""

    edges: Sequence[int]
    known_since: int


class Stretch(NamedTuple):
    """Since when and until when the facts are the same, half-open, and since when nothing more was recorded; all in microseconds."""

    since: int
    until: int
    known_since: int


class Kept(NamedTuple):
    """The situation of the stretch with this number; None where the customer was not known."""

    stretch: int
    situation: Situation | None


def situation_kept(history: History, valid_at: int, known_at: int, rules: Rules) -> Situation | None:
    """The same as `situation`, sooner when it was asked for before; of one customer not in several threads at once."""
    found = situation_of_stretch(history, valid_at, known_at, rules)
    return found and found.at(valid_at, known_at)


def situation_of_stretch(history: History, valid_at: int, known_at: int, rules: Rules) -> Situation | None:
    """The same as it is at some instant of that stretch: all but the instants that it tells of itself are those of the one asked about."""
    worked_out = _worked_out(history, rules)
    stretches = _kept(history, rules)
    if known_at < stretches.known_since:
        return situation(history, valid_at, known_at, rules)
    stretch = bisect_right(stretches.edges, valid_at)
    kept: Kept | None = worked_out.get("situation")
    if kept is None or kept.stretch != stretch:
        kept = worked_out["situation"] = Kept(stretch, situation(history, valid_at, known_at, rules))
        if kept.situation is not None:
            kept.situation.until = stretches.edges[stretch] if stretch < len(stretches.edges) else EVER
    return kept.situation


def stretch_of(history: History, valid_at: int, known_at: int, rules: Rules) -> Stretch | None:
    """The stretch of time around an instant; None where something was recorded after `known_at`."""
    stretches = _kept(history, rules)
    if known_at < stretches.known_since:
        return None
    edges, stretch = stretches.edges, bisect_right(stretches.edges, valid_at)
    since, until = edges[stretch - 1] if stretch else -EVER, edges[stretch] if stretch < len(edges) else EVER
    return Stretch(since, until, stretches.known_since)


def _worked_out(history: History, rules: Rules) -> dict[str, Any]:
    found: dict[str, Any] = history.worked_out.get(rules) or history.worked_out.setdefault(rules, {})
    return found


def _kept(history: History, rules: Rules) -> Stretches:
    worked_out = _worked_out(history, rules)
    found: Stretches = worked_out.get("stretches") or worked_out.setdefault("stretches", _stretches_of(history, rules))
    return found


def _stretches_of(history: History, rules: Rules) -> Stretches:
    recorded = {instant for each in history.relationships for instant in (each.recorded_at, each.superseded_at)}
    versions = {instant for node in history.nodes.values() for each in node for instant in (each.recorded_at, each.superseded_at)}
    known_since = max(each for each in recorded | versions if each is not None)
    return Stretches(sorted({*turns(history), *_closings(history, known_since, rules.closing_months)}), known_since)


def _closings(history: History, known_at: int, months: int | None) -> set[int]:
    """When pairs end, and when they cease to count: some months after their sale, their HOLDS or the subscription has ended."""
    if months is None:
        return set()
    ends = {each.valid_to for each in history.relationships if each.type in OF_A_PAIR and each.valid_to is not None}
    deleted = {deleted_since(versions, known_at) for node, versions in history.nodes.items() if node.startswith("subscription:")}
    found = ends | {each for each in deleted if each is not None}
    return found | {months_after(each, months) for each in found}
