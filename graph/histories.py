from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.graph import Graph, Row, Transaction
from graph.reading import read_steadily, relationship_of, versions_of
from graph.revision import Revision
from graph.time_slices import give_way
from policy.facts import History


class Histories(NamedTuple):
    """The histories that were asked for, all of one revision; an unknown customer is absent."""

    revision: Revision
    of: Mapping[str, History]


async def histories_of(graph: Graph, customers: Sequence[str], partner: str | None = None) -> Histories:
    """
    All that was ever recorded around each customer, in one round trip.

    customers: customer ids, 1 to 1000
    partner:   id of the one that asks: customers to which it never had a tie are as unknown to it; None = all are to be seen
    raises:    Unavailable
    source:    queries/histories_of_customers.cypher
    """
    row = await read_steadily(graph, "histories_of_customers", customers=list(customers), partner=partner)
    return Histories(await graph.seen(row["revision"], row["recordedAt"]), _histories(row))


async def histories_within(transaction: Transaction, customers: Sequence[str]) -> Mapping[str, History]:
    """
    The same as a transaction sees it, with what it did itself; by customer, unknown ones are absent.

    customers: customer ids, 1 to 1000
    raises:    Unavailable
    source:    queries/histories_of_customers.cypher
    """
    return _histories(await read_steadily(transaction, "histories_of_customers", customers=list(customers), partner=None))


def _histories(row: Row) -> Mapping[str, History]:
    nodes = versions_of(row["nodes"])
    operators = [node for node in nodes if node.startswith("operator:")]
    histories = {}
    for customer, rows in row["customers"]:
        relationships = tuple(relationship_of(each) for each in rows)
        near = {customer, *operators} | {end for each in relationships for end in (each.start, each.end)}
        give_way()
        histories[customer] = History(customer, relationships, {node: nodes[node] for node in near})
    return histories
