"""Seeded histories in which what was sold by some is sold by others since a cut; asked about in the months after it."""

from datetime import datetime, timedelta
from random import Random

from tests.oracle.acceptance import OPERATORS, Tie, World
from tests.oracle.book import row_of
from tests.oracle.dense_worlds import AGREEMENTS, ANCHORS, LONG_AGO, PARTNERS, SUBSCRIPTIONS, Dense, add, put, relate
from tests.oracle.edge_worlds import CUSTOMER, OPERATOR, SUBSCRIPTION, bare_world

STATUSES = [["active"], ["active"], ["expired"], ["active", "deleted"]]
BEFORE = [*PARTNERS, OPERATOR, OPERATOR, OPERATOR]
AFTER = [*PARTNERS, *PARTNERS, OPERATOR, "operator:21vianet", "operator:21vianet", "", ""]


def former_world(chance: Random) -> Dense:
    """A cut, a second one before it, and everybody who has something to do with the subscription before and after."""
    cut = chance.choice(ANCHORS)
    since, earlier, last = cut - timedelta(days=300), cut - timedelta(days=100), cut + timedelta(days=250)
    world = bare_world({SUBSCRIPTION: [], SUBSCRIPTIONS[1]: ["active"]}, PARTNERS)
    statuses = chance.choice(STATUSES)
    put(world, chance, [earlier, cut], SUBSCRIPTION, [row_of("subscriptions", key="1", offer="1", status=status) for status in statuses])
    end = last if statuses[-1] == "deleted" or chance.random() < 0.2 else None  # what is deleted is a scope only under an end
    gap = chance.choice([cut, earlier])
    for start, stop in chance.choice([[(since, end)], [(since, gap), (cut, end)]]):
        add(world, tie("HOLDS", CUSTOMER, start, stop))
    if chance.random() < 0.3:  # who billed until then resells what another bills from then on
        add(world, tie("BILLS", PARTNERS[0], since, earlier))
        add(world, tie("RESELLS", PARTNERS[0], earlier, cut))
        add(world, tie("BILLS", PARTNERS[1], earlier, cut))
    after = chance.choice(AFTER)
    for start, stop in chance.choice([[(since, cut)], [(since, earlier), (earlier, cut)], [(since, earlier)]]):
        add(world, tie("BILLS", chance.choice(BEFORE), start, stop))
    if after:
        add(world, tie("BILLS", after, cut, None))
    resell(world, chance, since, earlier, cut)
    add(world, Tie("HOLDS", CUSTOMER, SUBSCRIPTIONS[1], "", since, chance.choice([None, cut, earlier]), LONG_AGO, None))
    if chance.random() < 0.5:
        relate(world, chance, [since, earlier, cut, last])
    if chance.random() < 0.5:
        govern(world, chance, since)
    return Dense(world, [(cut + timedelta(days=chance.randint(0, 240)), None) for _ in range(3)])


def resell(world: World, chance: Random, since: datetime, earlier: datetime, cut: datetime) -> None:
    """What partners resell and support before and after the cut, and bill elsewhere."""
    for partner in PARTNERS:
        resold = [(since, cut), (earlier, cut), (since, earlier), (cut, None), (cut, None), (since, None)]
        for start, stop in chance.choices(resold, k=chance.choice([0, 1, 1, 2])):
            add(world, tie("RESELLS", partner, start, stop))
        if chance.random() < 0.3:
            add(world, tie("SUPPORTS", partner, since, None))
        if chance.random() < 0.2:
            add(world, Tie("BILLS", partner, SUBSCRIPTIONS[1], "", since, None, LONG_AGO, None))


def tie(type_of_tie: str, source: str, start: datetime, stop: datetime | None) -> Tie:
    """A tie to the first subscription, known from long ago."""
    return Tie(type_of_tie, source, SUBSCRIPTION, "", start, stop, LONG_AGO, None)


def govern(world: World, chance: Random, since: datetime) -> None:
    """One or two agreements that govern the first subscription, with and without an operator's PARTY_TO."""
    for agreement in AGREEMENTS[: chance.choice([1, 2, 2])]:
        put(world, chance, [], agreement, [row_of("agreements", key=agreement[-1], type="EA", channel="DIRECT")])
        add(world, Tie("GOVERNS", agreement, SUBSCRIPTION, "", since, None, LONG_AGO, None))
        for party in (CUSTOMER, *chance.choice([(), OPERATORS])):
            add(world, Tie("PARTY_TO", party, agreement, "", since, None, LONG_AGO, None))
