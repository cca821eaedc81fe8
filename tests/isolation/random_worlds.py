"""Worlds by chance: few nodes, many ties, and instants that coincide on both axes."""

from datetime import UTC, datetime
from itertools import pairwise
from random import Random

from tests.isolation.world import Known, World, kind_of
from tests.oracle.acceptance import CLOUDS, ENDS, FOREVER, KINDS, OPERATORS, Tie

VIEWER = "partner:viewer"
VALID = [datetime(year, month, 1, tzinfo=UTC) for year, month in ((2022, 1), (2024, 3), (2024, 7), (2025, 3), (2026, 2), (2096, 6))]
RECORDED = [datetime(year, month, 1, tzinfo=UTC) for year, month in ((2023, 1), (2024, 3), (2024, 9), (2025, 3), (2025, 11), (2026, 5))]
NAMES = ["Contoso", "contoso", "Zoë", "Ávila", "Adatum", "Northwind", "Fourth Coffee", "Woodgrove", "Tailspin", "Lamna", ""]
COUNTRIES = ["ES", "MX", "DE", "", "US"]
OFFERS = ["Azure plan", "Visio Plan 2", "Microsoft 365 E3", "Dynamics 365", ""]
SIZES = {"customer": (2, 5), "partner": (2, 4), "subscription": (2, 7), "agreement": (1, 3)}
Span = tuple[datetime, datetime | None]


def random_world(chance: Random) -> World:
    """A world in which the viewer has something of its own, most of the time."""
    world = World(source=chance.choice(["book", "fabrikam"]))
    world.put(VIEWER, name=chance.choice(NAMES), country="ES", mpn_ids="77")
    for kind, (least, most) in SIZES.items():
        for number in range(chance.randint(least, most)):
            put(world, chance, f"{kind}:{kind[0]}{number}")
    for subscription in world.of_kind("subscription"):
        _sell(world, chance, subscription)
    for _ in range(chance.randint(4, 16)):
        take_some(world, chance, *tie_by_chance(world, chance))
    for node in list(world.nodes):
        if chance.random() < 0.3:
            revise(world, chance, node)
    return world


def put(world: World, chance: Random, node: str) -> None:
    """A new node with properties by chance."""
    world.put(node, **cells(chance, kind_of(node), node))


def cells(chance: Random, kind: str, node: str) -> dict[str, str]:
    """The properties of a node of that kind."""
    if kind == "customer":
        cloud = chance.choice(["", "PUBLIC", "PUBLIC", "PUBLIC", *CLOUDS])
        domain = f"{node.partition(':')[2]}{chance.randint(0, 9)}.example"
        return {"name": chance.choice(NAMES), "domain": chance.choice(["", domain]), "country": chance.choice(COUNTRIES), "cloud": cloud}
    if kind == "partner":
        return {"name": chance.choice(NAMES), "country": chance.choice(COUNTRIES), "mpn_ids": chance.choice(["", "1", "1 2"])}
    if kind == "subscription":
        status = chance.choice(["active", "active", "active", "suspended", "deleted"])
        return {"offer": chance.choice(OFFERS), "status": status, "consumption": chance.choice(["", "true"])}
    return {"type": chance.choice(["EA", "MCA", ""]), "channel": chance.choice(["CSP", "DIRECT", "DIRECT"])}


def revise(world: World, chance: Random, node: str) -> bool:
    """Give the node other properties from some instant on; was there room for it?"""
    *older, newest = world.nodes[node]
    at = chance.choice(RECORDED[1:])
    if older and older[-1].until >= at:
        return False
    row = newest.row | cells(chance, kind_of(node), node)
    world.nodes[node] = [*older, Known(at, newest.row), Known(FOREVER, row)]
    return row != newest.row


def tie_by_chance(world: World, chance: Random) -> tuple[str, str, str]:
    """Type and ends of a relationship between nodes of the world; the viewer's more often than any other's."""
    type_ = chance.choice([*ENDS, "BILLS", "RESELLS", "SUPPORTS", "RESELLER_FOR", "ADMINISTERS", "PARTY_TO"])
    from_kinds, to_kind = ENDS[type_]
    sources = [node for kind in from_kinds for node in (OPERATORS if kind == "operator" else world.of_kind(kind))]
    if "partner" in from_kinds and chance.random() < 0.4:
        sources = [VIEWER]
    return type_, chance.choice(sources), chance.choice(world.of_kind(to_kind))


def take_some(world: World, chance: Random, type_: str, source: str, target: str, *, span: Span | None = None) -> bool:
    """One record, or two of which the second corrects the first."""
    kind = chance.choice(KINDS) if type_ == "ADMINISTERS" else ""
    valid_from, valid_to = span or span_by_chance(chance)
    recorded, later = sorted(chance.sample(RECORDED, 2))
    if chance.random() < 0.6:
        recorded = RECORDED[0]
    form = chance.random()
    superseded = later if form < 0.35 else None
    taken = world.take(Tie(type_, source, target, kind, valid_from, valid_to, recorded, superseded))
    if taken and superseded is not None and form < 0.25:
        world.take(Tie(type_, source, target, kind, *span_by_chance(chance), superseded, None))
    return taken


def span_by_chance(chance: Random) -> Span:
    """A validity; half of them have no end."""
    if chance.random() < 0.5:
        return chance.choice(VALID[:3]), None
    start, end = sorted(chance.sample(VALID, 2))
    return start, end


def _sell(world: World, chance: Random, subscription: str) -> None:
    """Held, billed and resold, over one or two spans each."""
    others = world.of_kind("partner")
    billers = [VIEWER, VIEWER, *others, "operator:microsoft"]
    for type_, sources in (("HOLDS", world.of_kind("customer")), ("BILLS", billers), ("RESELLS", others)):
        if chance.random() < (0.4 if type_ == "RESELLS" else 0.9):
            cuts = [VALID[0], *sorted(chance.sample(VALID[1:], chance.choice([0, 0, 1]))), None]
            for start, end in pairwise(cuts):
                if start is not None:
                    take_some(world, chance, type_, chance.choice(sources), subscription, span=(start, end))
