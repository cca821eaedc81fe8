"""Seeded histories of one kind each: orders of beginnings and ends, and the edges of twelve months."""

from random import Random

from tests.oracle.acceptance import Tie, World
from tests.oracle.book import row_of
from tests.oracle.dense_worlds import (
    ANCHORS,
    CUSTOMERS,
    LONG_AGO,
    MICROSECOND,
    PARTNERS,
    STEPS,
    SUBSCRIPTIONS,
    Dense,
    Span,
    add,
    put,
    relate,
    some_instant,
    some_span,
    some_times,
    year_after,
)

CUSTOMER, SUBSCRIPTION = CUSTOMERS[0], SUBSCRIPTIONS[0]
OPERATOR = "operator:microsoft"


def order_world(chance: Random) -> Dense:
    """Several subscriptions, each held, billed and resold once, over spans as they come; asked about at their very ends."""
    anchor = chance.choice(ANCHORS)
    times = sorted({anchor} | {anchor + chance.choice([-1, 1]) * chance.choice(STEPS) * chance.randint(1, 3) for _ in range(6)})
    world = bare_world({subscription: ["active"] for subscription in SUBSCRIPTIONS}, PARTNERS[:2])
    for subscription in SUBSCRIPTIONS:
        for type_of_tie, source in (("HOLDS", CUSTOMER), ("BILLS", PARTNERS[0]), ("RESELLS", PARTNERS[1])):
            start, end = some_span(chance, times)
            recorded_at, superseded_at = chance.choice([(LONG_AGO, None)] * 6 + [some_span(chance, times)])
            add(world, Tie(type_of_tie, source, subscription, "", start, end, recorded_at, superseded_at))
    known = [None, None, None, *times]
    return Dense(world, [(time, chance.choice(known)) for time in times])


def edge_world(chance: Random) -> Dense:
    """One subscription, billed and perhaps resold, where one thing ends at an anchor; asked about a year after that."""
    end = chance.choice(ANCHORS)
    by = chance.choice(["BILLS", "BILLS", "BILLS", "RESELLS", "HOLDS", "HOLDS", "deletion", "deletion"])
    statuses = ["active", "deleted"] if by == "deletion" else [chance.choice(["active", "active", "expired"])]
    world = bare_world({SUBSCRIPTION: []}, PARTNERS)
    put(world, chance, [end], SUBSCRIPTION, [row_of("subscriptions", key="1", offer="1", status=status) for status in statuses])
    biller = chance.choice([*PARTNERS[:1] * 4, PARTNERS[2], OPERATOR])
    later = [None, None, end + STEPS[2], end + 4 * STEPS[3]]
    for type_of_tie, source in (("HOLDS", CUSTOMER), ("BILLS", biller), ("RESELLS", PARTNERS[1]), ("RESELLS", biller)):
        if source != OPERATOR or type_of_tie == "BILLS":
            span: Span = (end - chance.choice(STEPS[1:]), end if type_of_tie == by else chance.choice(later))
            if type_of_tie != "RESELLS" or chance.random() < 0.8:
                add(world, Tie(type_of_tie, source, SUBSCRIPTION, "", *span, LONG_AGO, None))
    if by == "BILLS" and chance.random() < 0.5:
        add(world, Tie("BILLS", chance.choice([*PARTNERS, OPERATOR]), SUBSCRIPTION, "", end, None, LONG_AGO, None))
    if chance.random() < 0.2:
        relate(world, chance, some_times(chance))
    edge = year_after(end)
    return Dense(world, [(edge + shift * MICROSECOND, None) for shift in (-1, 0, 1)] + [some_instant(chance, [end])])


def bare_world(subscriptions: dict[str, list[str]], partners: list[str]) -> World:
    """One customer in a cloud that is covered, with these partners and subscriptions (id -> statuses) and nothing between them."""
    world, chance = World(nodes_known_from=None), Random(0)  # noqa: S311 - one version each, so nothing is left to chance
    put(world, chance, [], CUSTOMER, [row_of("customers", key="c", name="c", cloud="PUBLIC")])
    for partner in partners:
        put(world, chance, [], partner, [row_of("partners", key=partner[-1], name=partner[-1])])
    for subscription, statuses in subscriptions.items():
        for status in statuses:
            put(world, chance, [], subscription, [row_of("subscriptions", key=subscription[-1], offer="1", status=status)])
    return world
