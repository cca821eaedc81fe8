"""Tellings that come in loads of their own: late, twice, in any order, beside books."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations

from graph.graph import Graph
from graph.load import load
from graph.load_batch import Loaded, Terms
from graph.rows import Located, NodeRow, Rejection, RelationshipRow, Telling
from policy.instant import instant_of
from policy.policy_file import shipped_policy
from policy.terms import Happened, RelationshipType
from tests.running_service import emptied
from tests.stored import records_at

BILLS, RESELLS = RelationshipType.BILLS, RelationshipType.RESELLS
SUBSCRIPTION = "subscription:s"
DAY = 86_400_000_000
NODES = [
    NodeRow("partner:old", {}),
    NodeRow("partner:new", {}),
    NodeRow("partner:shop", {}),
    NodeRow("customer:c", {}),
    NodeRow(SUBSCRIPTION, {}),
]


def telling(type_: RelationshipType, start: str | None, what: Happened, at: int | None, rank: int = 0) -> Telling:
    return Telling(type_, start, SUBSCRIPTION, None, what, at, rank, "partner-center:test")


TRANSFERRED = [
    telling(BILLS, "partner:old", Happened.BEGAN, 10 * DAY, rank=1),
    telling(BILLS, "partner:old", Happened.MOVED_AWAY, 20 * DAY + 7),
    telling(BILLS, "partner:new", Happened.MOVED_HERE, 20 * DAY + 7),
    telling(RESELLS, None, Happened.MOVED_AWAY, 20 * DAY + 7),
    telling(RESELLS, "partner:shop", Happened.BEGAN, 11 * DAY),
]
AFTER = {
    (BILLS, "partner:old", 10 * DAY, 21 * DAY),
    (BILLS, "partner:new", 21 * DAY, None),
    (RESELLS, "partner:shop", 11 * DAY, 21 * DAY),
}


async def loaded(
    graph: Graph, rows: Sequence[NodeRow | RelationshipRow | Telling], *, dry_run: bool = False
) -> tuple[Loaded, list[Rejection]]:
    rejected: list[Rejection] = []
    located = [Located(row, "told.json", line, "") for line, row in enumerate(rows, start=1)]
    terms = Terms(digest=str(rows), restores=False, boundaries=shipped_policy().boundaries, actor="test", dry_run=dry_run)
    return await load(graph, located, terms, reject=rejected.append), rejected


async def believed(graph: Graph) -> set[tuple[RelationshipType, str, int, int | None]]:
    found = (await records_at(graph, [SUBSCRIPTION])).found
    return {(each.type, each.start, each.valid_from, each.valid_to) for each in found if each.superseded_at is None}


async def test_the_end_state_is_the_same_in_every_order_of_loads(graph: Graph) -> None:
    for order in list(permutations(TRANSFERRED))[::17]:
        await emptied(graph)
        await loaded(graph, NODES)
        for each in order:
            await loaded(graph, [each])

        assert await believed(graph) == AFTER, order


async def test_all_at_once_comes_to_the_same_and_hearing_it_again_takes_no_revision(graph: Graph) -> None:
    first, rejected = await loaded(graph, [*NODES, *TRANSFERRED])
    again, _ = await loaded(graph, [*NODES, *reversed(TRANSFERRED)])

    assert rejected == []
    assert first.relationships == len(AFTER)
    assert (again.nodes, again.relationships, again.revisions) == (0, 0, 0)
    assert await believed(graph) == AFTER


async def test_a_transfer_of_what_turns_out_to_be_billed_by_consumption_takes_effect_at_once(graph: Graph) -> None:
    await loaded(graph, [*NODES, *TRANSFERRED])
    await loaded(graph, [NodeRow(SUBSCRIPTION, {"consumption": True}), TRANSFERRED[0]])

    assert await believed(graph) == {
        (BILLS, "partner:old", 10 * DAY, 20 * DAY + 7),
        (BILLS, "partner:new", 20 * DAY + 7, None),
        (RESELLS, "partner:shop", 11 * DAY, 20 * DAY + 7),
    }


async def test_what_is_heard_of_without_a_date_holds_from_the_first_load_on(graph: Graph) -> None:
    await loaded(graph, [*NODES, telling(BILLS, "partner:old", Happened.BEGAN, None)])
    first = await believed(graph)
    await loaded(graph, [telling(BILLS, "partner:old", Happened.BEGAN, None)])

    assert await believed(graph) == first
    ((_, _, valid_from, valid_to),) = first
    assert valid_from > instant_of(datetime(2026, 1, 1, tzinfo=UTC))
    assert valid_to is None


async def test_a_second_biller_without_a_transfer_is_refused_and_leaves_no_trace(graph: Graph) -> None:
    await loaded(graph, [*NODES, telling(BILLS, "partner:old", Happened.BEGAN, 10 * DAY)])
    before = await believed(graph)
    _, rejected = await loaded(graph, [telling(BILLS, "partner:new", Happened.BEGAN, 15 * DAY)])

    assert [each.reason.partition(": ")[0] for each in rejected] == [f"a second BILLS of `{SUBSCRIPTION}`"]
    assert await believed(graph) == before


async def test_a_telling_joins_what_a_book_gave(graph: Graph) -> None:
    book = RelationshipRow(BILLS, "partner:old", SUBSCRIPTION, None, 5 * DAY, None, None, None, "book")
    await loaded(graph, [*NODES, book])
    await loaded(graph, TRANSFERRED)

    assert await believed(graph) == AFTER - {(BILLS, "partner:old", 10 * DAY, 21 * DAY)} | {(BILLS, "partner:old", 5 * DAY, 21 * DAY)}


async def test_a_telling_of_an_unknown_node_is_refused(graph: Graph) -> None:
    await loaded(graph, NODES)
    _, rejected = await loaded(graph, [telling(BILLS, "partner:nobody", Happened.BEGAN, 10 * DAY)])

    assert [each.reason for each in rejected] == [
        "no partner `partner:nobody` in the graph or in what was loaded before; load it first, or mend the id"
    ]


async def test_a_dry_run_says_what_a_load_does_and_changes_nothing(graph: Graph) -> None:
    would, _ = await loaded(graph, [*NODES, *TRANSFERRED], dry_run=True)
    nothing = await believed(graph)
    did, _ = await loaded(graph, [*NODES, *TRANSFERRED])

    assert nothing == set()
    assert would == did
