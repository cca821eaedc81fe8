"""Seeded histories made to reach every case of policy.md: few nodes, many ties, and instants that coincide on both axes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from tests.oracle.acceptance import CLOUDS, KINDS, OPERATORS, Tie, Version, World, both_overlap, contend
from tests.oracle.book import Row, row_of

MICROSECOND = timedelta(microseconds=1)
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
ANCHORS = [  # ends that a year later fall on, beside or behind a day that not every year has
    datetime(2024, 2, 29, 10, tzinfo=UTC),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 2, 28, 10, tzinfo=UTC),
    datetime(2023, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2023, 2, 28, 10, tzinfo=UTC),
    datetime(2023, 3, 1, tzinfo=UTC),
    datetime(2024, 3, 1, tzinfo=UTC),
    datetime(2022, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2023, 12, 31, 10, tzinfo=UTC),
    datetime(2024, 7, 1, 12, 30, 45, 123_456, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2019, 11, 20, tzinfo=UTC),  # since when the page is in force
]
STEPS = [MICROSECOND, timedelta(days=1), timedelta(days=40), timedelta(days=200), timedelta(days=366)]
CUSTOMERS = ["customer:c", "customer:d"]
PARTNERS = ["partner:p", "partner:q", "partner:r"]
BILLERS = [*PARTNERS, *PARTNERS, *OPERATORS, "operator:microsoft", "operator:microsoft"]
AGREEMENTS = ["agreement:a", "agreement:b"]
SUBSCRIPTIONS = ["subscription:1", "subscription:2", "subscription:3"]
HISTORIES_OF_A_STATUS = [  # one version after the other
    *[["active"]] * 6,
    ["suspended"],
    ["expired"],
    ["disabled"],
    ["deleted"],
    ["active", "deleted"],
    ["active", "deleted"],
    ["active", "expired", "deleted"],
    ["active", "deleted", "active"],
    ["deleted", "active", "deleted"],
    ["active", "deleted", "deleted"],
    ["active", "disabled"],
]
Span = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Dense:
    """A world, and the instants (validAt, knownAt) at which it is worth asking about."""

    world: World
    instants: list[tuple[datetime, datetime | None]]


def dense_world(chance: Random, instants: int = 4) -> Dense:
    """One history; the same one for a `chance` of the same seed."""
    times = some_times(chance)
    world = World(nodes_known_from=None)
    put_nodes(world, chance, times)
    for subscription in SUBSCRIPTIONS[: chance.choice([0, 1, 1, 1, 2, 3])]:
        sell(world, chance, times, subscription)
    relate(world, chance, times)
    agree(world, chance, times)
    return Dense(world, [some_instant(chance, times) for _ in range(instants)])


def some_times(chance: Random) -> list[datetime]:
    """Five instants in order, one of them an anchor; often the next begins when, or just before or after, the last ended."""
    anchor = chance.choice(ANCHORS)
    before = sorted(anchor - chance.choice(STEPS) - chance.choice(STEPS) for _ in range(2))
    after = sorted(anchor + chance.choice(STEPS) + chance.choice([timedelta(0), chance.choice(STEPS)]) for _ in range(2))
    return sorted({*before, anchor, *after})


def some_span(chance: Random, times: list[datetime]) -> Span:
    """A validity between two of the instants, or without an end."""
    if chance.random() < 0.4:
        return chance.choice(times[:-1]), None
    start, end = sorted(chance.sample(times, 2))
    return start, end


def year_after(instant: datetime) -> datetime:
    """One year later; of a 29 February the 28th, to which the tests of the edge shift."""
    day = 28 if (instant.month, instant.day) == (2, 29) else instant.day
    return instant.replace(year=instant.year + 1, day=day)


def some_instant(chance: Random, times: list[datetime]) -> tuple[datetime, datetime | None]:
    """At an end or a year after it, or a microsecond beside; as known now, or at an instant of the record."""
    valid_at = chance.choice(times)
    if chance.random() < 0.35:
        valid_at = year_after(valid_at)
    elif chance.random() < 0.5:
        valid_at += timedelta(days=100)
    valid_at += chance.choice([-1, 0, 0, 1]) * MICROSECOND
    known_at = chance.choice(times) + chance.choice([-1, 0, 0]) * MICROSECOND if chance.random() < 0.35 else None
    return valid_at, known_at


def put_nodes(world: World, chance: Random, times: list[datetime]) -> None:
    """All nodes, known from long ago; a status, a cloud or a channel may change on the record axis."""
    for customer in CUSTOMERS:
        cloud = chance.choice([*["PUBLIC"] * 7, *CLOUDS])
        clouds = [cloud, chance.choice(CLOUDS)] if chance.random() < 0.05 else [cloud]
        put(world, chance, times, customer, [row_of("customers", key=customer[-1], name=customer[-1], cloud=each) for each in clouds])
    for partner in PARTNERS:
        put(world, chance, times, partner, [row_of("partners", key=partner[-1], name=partner[-1])])
    for subscription in SUBSCRIPTIONS:
        statuses = chance.choice(HISTORIES_OF_A_STATUS)
        rows = [row_of("subscriptions", key=subscription[-1], offer=str(place), status=each) for place, each in enumerate(statuses)]
        put(world, chance, times, subscription, rows)
    for agreement in AGREEMENTS:
        channels = chance.choice([["DIRECT"], ["DIRECT"], ["DIRECT"], ["CSP"], ["CSP", "DIRECT"]])
        put(world, chance, times, agreement, [row_of("agreements", key=agreement[-1], type="EA", channel=each) for each in channels])


def put(world: World, chance: Random, times: list[datetime], node: str, rows: list[Row]) -> None:
    """The versions of a node, one for each row."""
    starts = [LONG_AGO, *sorted(chance.sample(times, len(rows) - 1))]
    for row, (start, end) in zip(rows, pairwise([*starts, None]), strict=True):
        assert start is not None
        world.versions.append(Version(node, row, start, end))
        world.nodes_of_kind(node)[node] = row


def take(world: World, chance: Random, times: list[datetime], tie: tuple[str, str, str], span: Span | None = None) -> None:
    """That relationship (type, from, to), if it may stand; one in five is corrected on the record later."""
    kind = chance.choice(KINDS) if tie[0] == "ADMINISTERS" else ""
    valid_from, valid_to = span or some_span(chance, times)
    recorded_at, superseded_at = LONG_AGO, None
    if chance.random() < 0.2:
        superseded_at = chance.choice(times)
    elif chance.random() < 0.15:
        recorded_at = chance.choice(times)
    add(world, Tie(*tie, kind, valid_from, valid_to, recorded_at, superseded_at))
    if superseded_at is not None and chance.random() < 0.7:
        add(world, Tie(*tie, kind, *some_span(chance, times), superseded_at, None))


def add(world: World, tie: Tie) -> None:
    if not any(contend(tie, other) and both_overlap(tie, other) for other in world.ties):
        world.ties.append(tie)


def sell(world: World, chance: Random, times: list[datetime], subscription: str) -> None:
    """Held, billed, resold, supported and governed: by one after the other without a gap, or as it comes."""
    cut = chance.choice(times[1:-1])
    if chance.random() < 0.65:
        hold_on(world, chance, times, subscription, cut)
        sell_on(world, chance, times, subscription, cut)
    else:
        for holder in chance.choice([CUSTOMERS[:1], CUSTOMERS, CUSTOMERS[::-1], [CUSTOMERS[0]] * 2]):
            take(world, chance, times, ("HOLDS", holder, subscription))
        for biller in chance.choices(BILLERS, k=chance.choice([0, 1, 1, 2, 3])):
            take(world, chance, times, ("BILLS", biller, subscription))
        for reseller in chance.choices(PARTNERS, k=chance.choice([0, 1, 1, 2, 3])):
            take(world, chance, times, ("RESELLS", reseller, subscription))
    if chance.random() < 0.3:
        take(world, chance, times, ("SUPPORTS", chance.choice(PARTNERS), subscription), chance.choice([None, (times[0], None)]))


def hold_on(world: World, chance: Random, times: list[datetime], subscription: str, cut: datetime) -> None:
    """By the first customer all the time or in two spans, or by one after the other."""
    first, second = CUSTOMERS
    end = times[-1] if chance.random() < 0.3 else None
    form = chance.random()
    if form < 0.6:
        take(world, chance, times, ("HOLDS", first, subscription), (times[0], end))
    else:
        before, after = (first, first) if form < 0.75 else (first, second) if form < 0.9 else (second, first)
        take(world, chance, times, ("HOLDS", before, subscription), (times[0], cut))
        take(world, chance, times, ("HOLDS", after, subscription), (cut, end))


def sell_on(world: World, chance: Random, times: list[datetime], subscription: str, cut: datetime) -> None:
    """Billed, and often resold, by one until the cut and by another, by nobody or by the same one from then on."""
    before, after = chance.choices(BILLERS, k=2)
    take(world, chance, times, ("BILLS", before, subscription), (times[0], cut))
    if chance.random() < 0.75:
        take(world, chance, times, ("BILLS", after, subscription), (cut, chance.choice([None, None, times[-1]])))
    for reseller in PARTNERS if chance.random() < 0.6 else ():
        spans = [None, (times[0], cut), (times[0], cut), (times[0], cut), (times[0], None), (cut, None), (times[0], times[-2])]
        if chance.random() < 0.5:
            take(world, chance, times, ("RESELLS", reseller, subscription), chance.choice(spans))


def relate(world: World, chance: Random, times: list[datetime]) -> None:
    """Relationships, providers, access and agreements around the customers."""
    always = (times[0], None)
    crowded = chance.random() < 0.3
    for partner in PARTNERS:
        if chance.random() < (0.9 if crowded else 0.15):
            take(world, chance, times, ("RESELLER_FOR", partner, CUSTOMERS[0]), chance.choice([None, always, always]))
        if chance.random() < (0.4 if crowded else 0.15):
            take(world, chance, times, ("ADMINISTERS", partner, CUSTOMERS[0]), chance.choice([None, always]))
            if chance.random() < 0.3:
                take(world, chance, times, ("ADMINISTERS", partner, CUSTOMERS[0]), always)
        for other in PARTNERS:
            if other != partner and chance.random() < (0.4 if crowded else 0.25):
                take(world, chance, times, ("PROVIDES_FOR", partner, other), chance.choice([None, always, always]))


def agree(world: World, chance: Random, times: list[datetime]) -> None:
    """Agreements and what they govern; half of the worlds have hardly any."""
    always, share = (times[0], None), chance.choice([0.05, 0.6])
    for agreement in AGREEMENTS:
        for party in (*CUSTOMERS, *OPERATORS):
            if chance.random() < share:
                take(world, chance, times, ("PARTY_TO", party, agreement), chance.choice([None, always, always]))
        for subscription in SUBSCRIPTIONS:
            if chance.random() < share:
                take(world, chance, times, ("GOVERNS", agreement, subscription), chance.choice([None, always, always]))
