"""Another world that differs from one only in what a viewer may not see: of changes by chance, those that move nothing in its sight."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.isolation.random_worlds import RECORDED, cells, put, revise, span_by_chance, take_some, tie_by_chance
from tests.isolation.world import Known, World, kind_of
from tests.oracle.acceptance import FOREVER, OPERATORS, Tie

See = Callable[[World], Any]
Move = Callable[[World, Random, str], bool]


def another_world(world: World, viewer: str, see: See, chance: Random, tries: int) -> tuple[World, list[str]]:
    """The other world, and the names of the changes that led to it."""
    seen = see(world)
    made = []
    for _ in range(tries):
        move = chance.choice(MOVES)
        changed = world.copy()
        if move(changed, chance, viewer) and see(changed) == seen:
            world = changed
            made.append(move.__name__)
    world.source = "elsewhere"
    return world, made


def other_properties(world: World, chance: Random, viewer: str) -> bool:
    """A node has other properties from ever on."""
    node = _but(world, chance, viewer)
    known = world.nodes[node]
    world.nodes[node] = [Known(each.until, each.row | cells(chance, kind_of(node), node)) for each in known]
    return True


def renamed_later(world: World, chance: Random, viewer: str) -> bool:
    """A node gets other properties at some instant."""
    return revise(world, chance, _but(world, chance, viewer))


def deleted_later(world: World, chance: Random, _: str) -> bool:
    """A subscription is deleted at some instant."""
    node = chance.choice(world.of_kind("subscription"))
    *older, newest = world.nodes[node]
    at = chance.choice(RECORDED[1:])
    if older and older[-1].until >= at:
        return False
    world.nodes[node] = [*older, Known(at, newest.row), Known(FOREVER, newest.row | {"status": "deleted"})]
    return True


def another_key(world: World, chance: Random, viewer: str) -> bool:
    """A node has another key wherever it stands."""
    node = _but(world, chance, viewer)
    name = f"{kind_of(node)}:{chance.choice('abxyz')}{chance.randint(10, 99)}"
    if name in world.nodes:
        return False
    known = world.nodes.pop(node)
    world.nodes[name] = [Known(each.until, each.row | {"key": name.partition(":")[2]}) for each in known]
    of = {node: name}
    world.ties = [replace(tie, source=of.get(tie.source, tie.source), target=of.get(tie.target, tie.target)) for tie in world.ties]
    return True


def one_more_node(world: World, chance: Random, _: str) -> bool:
    """A node more, with a few ties."""
    kind = chance.choice(["customer", "partner", "partner", "subscription", "agreement"])
    node = f"{kind}:{chance.choice('mnop')}{chance.randint(10, 99)}"
    if node in world.nodes:
        return False
    put(world, chance, node)
    for _number in range(8):
        type_, source, target = tie_by_chance(world, chance)
        if node in {source, target}:
            take_some(world, chance, type_, source, target)
    return True


def one_more_tie(world: World, chance: Random, _: str) -> bool:
    """A relationship more."""
    return take_some(world, chance, *tie_by_chance(world, chance))


def sold_by_another(world: World, chance: Random, viewer: str) -> bool:
    """A relationship begins at another partner or customer."""
    tie = _tie_but(world, chance, viewer)
    if tie is None or tie.source in OPERATORS:
        return False
    world.ties.remove(tie)
    return world.take(
        replace(tie, source=chance.choice([each for each in world.of_kind(kind_of(tie.source)) if each != viewer] or [tie.source]))
    )


def one_less(world: World, chance: Random, viewer: str) -> bool:
    """A relationship less."""
    tie = _tie_but(world, chance, viewer)
    if tie is not None:
        world.ties.remove(tie)
    return tie is not None


def other_dates(world: World, chance: Random, viewer: str) -> bool:
    """A relationship holds at other times."""
    tie = _tie_but(world, chance, viewer)
    if tie is None:
        return False
    world.ties.remove(tie)
    valid_from, valid_to = span_by_chance(chance)
    return world.take(replace(tie, valid_from=valid_from, valid_to=valid_to))


def other_record(world: World, chance: Random, viewer: str) -> bool:
    """A relationship was recorded at other times."""
    tie = _tie_but(world, chance, viewer)
    if tie is None:
        return False
    world.ties.remove(tie)
    recorded, superseded = sorted(chance.sample(RECORDED, 2))
    return world.take(replace(tie, recorded_at=recorded, superseded_at=chance.choice([None, superseded])))


def retracted_later(world: World, chance: Random, viewer: str) -> bool:
    """A relationship turns out never to have held, or to have ended long since."""
    tie = _tie_but(world, chance, viewer)
    at = chance.choice(RECORDED[1:])
    if tie is None or tie.superseded_at is not None or tie.recorded_at >= at:
        return False
    world.ties.remove(tie)
    is_taken = world.take(replace(tie, superseded_at=at))
    if chance.random() < 0.5:
        valid_from, valid_to = span_by_chance(chance)
        world.take(replace(tie, valid_from=valid_from, valid_to=valid_to, recorded_at=at))
    return is_taken


MOVES: list[Move] = [
    *(other_properties, renamed_later, deleted_later, another_key, one_more_node, one_more_tie),
    *(one_more_tie, sold_by_another, one_less, other_dates, other_record, retracted_later),
]


def _but(world: World, chance: Random, viewer: str) -> str:
    return chance.choice([node for node in world.nodes if node != viewer])


def _tie_but(world: World, chance: Random, viewer: str) -> Tie | None:
    return chance.choice([tie for tie in world.ties if tie.source != viewer] or [None])
