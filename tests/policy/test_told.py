"""What tellings come to: late, twice, in any order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from policy.terms import Happened
from policy.told import UNTOLD, Interval, Told, intervals

DAY = 86_400_000_000


def at_once(completed_at: int) -> int:
    return completed_at


def told(start: str | None, what: Happened, at: int, rank: int = 0) -> Told:
    return Told(start, None, what, rank, at)


def held(*facts: Told, exclusive: bool = False) -> list[tuple[str, int, int | None]]:
    return [(each.start, each.valid_from, each.valid_to) for each in intervals(facts, at_once, exclusive=exclusive)]


def test_what_began_and_did_not_end_goes_on() -> None:
    assert held(told("partner:a", Happened.BEGAN, 10)) == [("partner:a", 10, None)]


def test_of_several_beginnings_the_best_source_wins_then_the_earliest() -> None:
    assert held(told("partner:a", Happened.BEGAN, 10, rank=1), told("partner:a", Happened.BEGAN, 20, rank=0)) == [("partner:a", 20, None)]
    assert held(told("partner:a", Happened.BEGAN, 30), told("partner:a", Happened.BEGAN, 20)) == [("partner:a", 20, None)]


def test_an_end_without_a_beginning_is_no_relationship_yet() -> None:
    assert held(told("partner:a", Happened.ENDED, 10)) == []


def test_a_relationship_can_begin_again_after_it_ended() -> None:
    facts = [told("partner:a", Happened.BEGAN, 10), told("partner:a", Happened.ENDED, 20), told("partner:a", Happened.BEGAN, 30)]

    assert held(*facts) == [("partner:a", 10, 20), ("partner:a", 30, None)]


def test_what_is_heard_of_without_a_date_began_before_the_first_end_and_does_not_come_back() -> None:
    assert held(told("partner:a", Happened.BEGAN, 15, rank=UNTOLD), told("partner:a", Happened.ENDED, 20)) == [("partner:a", 15, 20)]
    assert held(told("partner:a", Happened.BEGAN, 25, rank=UNTOLD), told("partner:a", Happened.ENDED, 20)) == []


def test_a_transfer_ends_what_it_moves_away_and_begins_what_it_moves_here() -> None:
    facts = [
        told("partner:old", Happened.BEGAN, 10),
        told("partner:old", Happened.MOVED_AWAY, 20),
        told("partner:new", Happened.MOVED_HERE, 20),
        told("partner:new", Happened.BEGAN, 12, rank=1),
    ]

    assert held(*facts, exclusive=True) == [("partner:new", 20, None), ("partner:old", 10, 20)]


def test_a_transfer_takes_every_reseller_away_whoever_it_is() -> None:
    facts = [
        told(None, Happened.MOVED_AWAY, 20),
        told("partner:a", Happened.BEGAN, 10),
        told("partner:b", Happened.BEGAN, 11),
        told("partner:c", Happened.MOVED_HERE, 20),
    ]

    assert held(*facts) == [("partner:a", 10, 20), ("partner:b", 11, 20), ("partner:c", 20, None)]


def test_a_transfer_takes_effect_when_its_boundary_says() -> None:
    def next_day(completed_at: int) -> int:
        return (completed_at // DAY + 1) * DAY

    found = intervals([told("partner:a", Happened.BEGAN, 10), told("partner:a", Happened.MOVED_AWAY, DAY + 5)], next_day, exclusive=True)

    assert found == [Interval("partner:a", None, 10, 2 * DAY)]


FACTS = st.builds(
    told,
    st.sampled_from(["partner:a", "partner:b"]),
    st.sampled_from(Happened),
    st.integers(0, 4).map(lambda days: days * DAY),
    st.sampled_from([0, 1, UNTOLD]),
)


@given(st.lists(FACTS, max_size=4), st.booleans())
def test_the_order_in_which_it_is_heard_and_hearing_it_twice_change_nothing(facts: list[Told], exclusive: bool) -> None:  # noqa: FBT001
    expected = intervals(facts, at_once, exclusive=exclusive)

    for order in itertools.permutations([*facts, *facts[:1]]):
        assert intervals(order, at_once, exclusive=exclusive) == expected


@given(st.lists(FACTS, max_size=8), st.booleans())
def test_no_relationship_overlaps_itself(facts: list[Told], exclusive: bool) -> None:  # noqa: FBT001
    by_start = itertools.groupby(intervals(facts, at_once, exclusive=exclusive), key=lambda each: each.start)

    for _, spans in by_start:
        for one, other in itertools.pairwise(spans):
            assert one.valid_to is not None
            assert one.valid_from < one.valid_to <= other.valid_from


def test_a_relationship_that_follows_another_of_its_kind_before_that_ends_goes_on() -> None:
    """Delegated admin relationships are renewed by a new one beside the old: each end is only that of its own."""
    first, second = "first", "second"
    facts = [
        Told("partner:a", None, Happened.BEGAN, 0, 100, first),
        Told("partner:a", None, Happened.ENDED, 0, 200, first),
        Told("partner:a", None, Happened.BEGAN, 0, 190, second),
        Told("partner:a", None, Happened.ENDED, 0, 400, second),
    ]

    assert held(*facts) == [("partner:a", 100, 400)]


def test_an_end_that_does_not_say_of_which_is_the_end_of_each() -> None:
    facts = [Told("partner:a", None, Happened.BEGAN, 0, 100, "first"), told("partner:a", Happened.ENDED, 150)]

    assert held(*facts) == [("partner:a", 100, 150)]
