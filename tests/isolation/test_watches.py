"""What others do makes no event for a partner and changes nothing of the next ones."""

import asyncio
from collections.abc import AsyncGenerator
from random import Random
from typing import Any
from uuid import uuid4

import orjson

from policy.caller import Caller
from schema.context import Context
from schema.schema import VoceroSchema
from tests.isolation.asking import Worlds, without_chance
from tests.isolation.random_worlds import RECORDED, VALID, VIEWER
from tests.isolation.world import World
from tests.oracle.acceptance import Tie
from tests.schema.asked_by import OPERATOR, POLICY, Asked, partner

Change = dict[str, Any]
SECONDS = 60.0
VIEWING = partner("viewer")
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
CHANGES = """subscription ($since: Revision) { changes(since: $since) {
  revision recordedAt actor summary customerCount customers { id name domain } } }"""
DIFFERENCES = """subscription ($since: Revision) { permissionChanges(since: $since) {
  revision at before after topic { code } communicator { id name } customer { id name } } }"""


def tie(type_: str, source: str, target: str, **more: str) -> Change:
    """It holds from the first day of 2022 on."""
    return {"start": {"type": type_, "from": source, "to": target, "validFrom": "2022-01-01T00:00:00Z", **more}}


def end(type_: str, source: str, target: str) -> Change:
    return {"end": {"type": type_, "from": source, "to": target, "validTo": "2026-01-01T00:00:00Z"}}


SEEN: list[list[Change]] = [
    [tie("SUPPORTS", VIEWER, "subscription:shared")],
    [{"putCustomer": {"key": "own", "name": "Renamed"}}],
    [tie("BILLS", "operator:microsoft", "subscription:direct")],
    [end("BILLS", VIEWER, "subscription:own")],
    [tie("RESELLER_FOR", VIEWER, "customer:new"), {"putCustomer": {"key": "new", "name": "A new one"}}],
    [{"putSubscription": {"key": "shared", "status": "deleted"}}],
    [tie("RESELLS", VIEWER, "subscription:more")],
    [{"retract": {"type": "RESELLS", "from": VIEWER, "to": "subscription:more", "validFrom": "2022-01-01T00:00:00Z"}}],
]
"""Changes to what the viewer sees, one apply each, in their order."""
LAST: list[Change] = [{"putCustomer": {"key": "last", "name": "Last"}}, tie("RESELLER_FOR", VIEWER, "customer:last")]


def hidden(chance: Random) -> list[Change]:
    """A change to what the viewer does not see; some belong to what it does."""
    key = uuid4().hex[:8]
    new_partner = {"putPartner": {"key": key, "name": f"Partner {key}", "country": chance.choice(["ES", "MX"])}}
    new_customer = {"putCustomer": {"key": key, "name": f"Customer {key}"}}
    new_subscription = {"putSubscription": {"key": key, "offer": f"Offer {key}"}}
    sold = [tie("HOLDS", "customer:own", f"subscription:{key}"), tie("BILLS", "partner:other", f"subscription:{key}")]
    return chance.choice(
        [
            [new_partner],
            [{"putPartner": {"key": "other", "name": f"Renamed {key}"}}],
            [{"putCustomer": {"key": "others", "name": f"Renamed {key}", "domain": f"{key}.example"}}],
            [{"putCustomer": {"key": "former", "name": f"Renamed {key}"}}],
            [{"putSubscription": {"key": "others", "offer": key, "status": chance.choice(["active", "suspended", "deleted"])}}],
            [{"putSubscription": {"key": "former", "status": chance.choice(["active", "deleted"])}}],
            [new_customer, new_partner, tie("RESELLER_FOR", f"partner:{key}", f"customer:{key}")],
            [new_subscription, *sold],
            [new_partner, tie("ADMINISTERS", f"partner:{key}", "customer:own", kind="GDAP")],
            [new_partner, tie("SUPPORTS", f"partner:{key}", "subscription:own")],
            [new_partner, tie("RESELLS", f"partner:{key}", "subscription:shared")],
            [new_partner, tie("PROVIDES_FOR", f"partner:{key}", "partner:other")],
            [new_partner, tie("RESELLER_FOR", f"partner:{key}", "customer:own")],
            [new_partner, tie("RESELLS", f"partner:{key}", "subscription:former")],
            [
                new_subscription,
                tie("HOLDS", "customer:others", f"subscription:{key}"),
                tie("BILLS", "operator:microsoft", f"subscription:{key}"),
            ],
        ]
    )


def world() -> World:
    """One customer of the viewer that also buys from another, one that was the viewer's, and one of the other's alone."""
    world = World()
    for node, name in ((VIEWER, "Viewer"), ("partner:other", "Other"), ("partner:more", "More")):
        world.put(node, name=name)
    for key in ("own", "others", "former", "new"):
        world.put(f"customer:{key}", name=key.title())
    for key in ("own", "others", "former", "shared", "direct", "more", "rest"):
        world.put(f"subscription:{key}", offer=f"Offer of {key}", status="active")
    held = {"own": ("own", "shared", "direct", "more", "rest"), "others": ("others",), "former": ("former",)}
    ties = [("HOLDS", f"customer:{key}", f"subscription:{each}") for key, subscriptions in held.items() for each in subscriptions]
    ties += [
        ("BILLS", VIEWER, "subscription:own"),
        ("RESELLS", "partner:more", "subscription:shared"),
        ("RESELLER_FOR", VIEWER, "customer:own"),
    ]
    ties += [("BILLS", "partner:other", f"subscription:{key}") for key in ("others", "shared", "more", "rest")]
    ties += [("RESELLER_FOR", "partner:other", "customer:own")]
    for type_, source, target in ties:
        assert world.take(Tie(type_, source, target, "", VALID[0], None, RECORDED[0], None))
    assert world.take(Tie("BILLS", VIEWER, "subscription:former", "", VALID[0], VALID[2], RECORDED[0], None))
    return world


class Watched(Asked):
    """The schema, which is watched too."""

    async def told(self, caller: Caller, document: str, since: str) -> list[bytes]:
        """The events since then, up to the first that tells of the last change."""
        context = Context(self.index, POLICY, caller)
        events = await VoceroSchema(self.unexpected.append).subscribe(document, variable_values={"since": since}, context_value=context)
        assert isinstance(events, AsyncGenerator)
        found: list[bytes] = []
        try:
            while not found or b"customer:last" not in found[-1]:
                event = await asyncio.wait_for(anext(events), SECONDS)
                assert not event.errors
                found.append(without_chance(orjson.dumps(event.data)))
            return found
        finally:
            await events.aclose()


async def test_what_others_do_leaves_no_trace_in_a_watch(worlds: Worlds) -> None:
    """Applies of both kinds by turns; what is hidden is other in each run, and in one there is nothing of it."""
    runs = []
    for seed in (None, 1, 2):
        asked = Watched((await worlds.load(world())).index)
        chance = Random(seed)  # noqa: S311
        since = (await asked.data(VIEWING, "{ revision }"))["revision"]
        for changes in [*SEEN, LAST]:
            for each in [hidden(chance) for _ in range(chance.choice([1, 2]))] if seed else []:
                await apply(asked, each)
            await apply(asked, changes)
        runs.append([await asked.told(VIEWING, document, since) for document in (CHANGES, DIFFERENCES)])

    assert runs[0] == runs[1] == runs[2]
    assert [len(told) > len(SEEN) - 2 for told in runs[0]] == [True, True]


async def test_what_others_do_is_no_event(worlds: Worlds) -> None:
    asked = Watched((await worlds.load(world())).index)
    since = (await asked.data(VIEWING, "{ revision }"))["revision"]
    chance = Random(3)  # noqa: S311
    for changes in [*(hidden(chance) for _ in range(20)), LAST]:
        await apply(asked, changes)

    for document in (CHANGES, DIFFERENCES):
        (only,) = await asked.told(VIEWING, document, since)
        assert b"customer:last" in only


async def apply(asked: Asked, changes: list[Change]) -> None:
    await asked.data(OPERATOR, APPLY, changes=changes, key=uuid4().hex)
