"""Heads in the index of a real graph: made, given up when what they rest on changes, made again, and checked."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from graph.apply import apply
from graph.graph import Graph
from graph.index.change import change
from graph.index.check import Difference, check_index
from graph.index.local_index import LocalIndex
from graph.once import Asking
from graph.time_slices import call
from policy.caller import ANYBODY
from policy.change import Change, End, Put
from policy.instant import now
from policy.lazy_situation import Head
from policy.policy_file import shipped_policy
from policy.terms import RelationshipType
from resolvers.freshness import Freshness
from resolvers.operation import Operation
from resolvers.permitted_communicators import permitted_communicators
from tests.graph.index.comparison import BOUNDARIES, CUSTOMERS
from tests.running_index import indexed, reading_through

ALL = [f"customer:c{number}" for number in range(CUSTOMERS)]
POLICY = shipped_policy()


async def made(index: LocalIndex, *customers: str) -> dict[str, Head]:
    """The heads of these customers, or of all, as soon as each has one."""
    wanted = customers or ALL
    async with asyncio.timeout(60):
        while True:
            await index.poller.revision(fresh=True)
            heads = {customer: head for customer in wanted if (head := index.head(customer)) is not None}
            if len(heads) == len(wanted):
                return heads
            await asyncio.sleep(0.01)


async def who(index: LocalIndex, customer: str) -> dict[str, list[tuple[str, list[str]]]]:
    """Who may speak to a customer by topic, in order, with the types of the edges of each path."""
    operation = Operation(index, POLICY, now(), Freshness(), ANYBODY)
    found = {}
    for topic in POLICY.topics:
        answers = await call(partial(permitted_communicators, operation, customer, topic, None, None))
        paths = [[str(edge.type) for ruling in answer.decision.rulings for edge in ruling.path] for answer in answers]
        found[topic] = [(answer.decision.communicator, path) for answer, path in zip(answers, paths, strict=True)]
    return found


async def change_graph(graph: Graph, *changes: Change) -> None:
    await apply(graph, list(changes), BOUNDARIES, await Asking.of("test", uuid4().hex, {"kind": "apply"}))


async def test_every_customer_has_one_soon_and_it_is_what_its_rows_say(stored: Graph, tmp_path: Path) -> None:
    async with indexed(stored, tmp_path / "index", most_bytes=0) as index:
        heads = await made(index)
        checked = await check_index(index, None)

    assert len({head.fingerprint.key for head in heads.values()}) == 1
    assert checked.differences == []


async def test_a_change_of_one_customer_gives_up_its_head_alone(stored: Graph, tmp_path: Path) -> None:
    async with indexed(stored, tmp_path / "index") as index:
        await made(index)
        await change_graph(stored, Put("customer:c7", {"name": "Seven"}))
        await index.poller.revision(fresh=True)

        assert [customer for customer in ALL if index.head(customer) is None] == ["customer:c7"]


@pytest.mark.parametrize(
    "changes",
    [
        [Put("partner:adatum", {"name": "Zatum"})],
        [End(RelationshipType.PROVIDES_FOR, "partner:fabrikam", "partner:adatum", None, now() - 10**6)],
    ],
    ids=["another name, and so another place in the order", "a provider that is in no path any more"],
)
async def test_a_change_of_a_partner_is_in_every_answer_about_its_customers(stored: Graph, tmp_path: Path, changes: list[Change]) -> None:
    async with indexed(stored, tmp_path / "index") as index:
        was = (await made(index))["customer:c7"]
        await change_graph(stored, *changes)
        await index.poller.revision(fresh=True)

        assert index.head("customer:c7") is None
        after = await who(index, "customer:c7")
        assert after == await who(reading_through(stored), "customer:c7")
        head = (await made(index, "customer:c7"))["customer:c7"]
        assert (head.order, head.fingerprint.key) != (was.order, was.fingerprint.key)
        assert after == await who(index, "customer:c7")


async def test_a_wrong_head_is_found_by_a_check(stored: Graph, tmp_path: Path) -> None:
    async with indexed(stored, tmp_path / "index") as index:
        head = (await made(index))["customer:c7"]
        opened = index.opened
        assert opened is not None
        with change(opened.environment) as changed:
            number = changed._number("customer:c7")  # noqa: SLF001 - there is no such thing in the open
            assert number is not None
            changed.heads.put(number, head._replace(order=head.order[::-1]))

        assert set((await check_index(index, None)).differences) == {Difference("customer:c7", "its head")}
