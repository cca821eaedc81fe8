from collections.abc import Sequence
from typing import NamedTuple

from graph.graph import Graph
from graph.pages import Span
from policy.live import is_operator
from policy.situation import OPERATOR_OF


class Contact(NamedTuple):
    """A customer that a communicator might be permitted to speak to, and its place in the order of names."""

    customer: str
    sort: str


async def customers_of(graph: Graph, partner: str, span: Span, *, recorded_at: int) -> Sequence[Contact]:
    """
    One page of the customers that a partner ever saw, in the order of their names as it saw them last.

    recorded_at: microseconds; what was recorded later is left out
    raises:      Unavailable
    source:      queries/customers_of_partner.cypher
    """
    row = await graph.read("customers_of_partner", partner=partner, recordedAt=recorded_at, **span.parameters())
    return [Contact(*each) for each in row["customers"]]


async def contacts_of(graph: Graph, communicator: str | None, *, after: str | None, limit: int) -> Sequence[Contact]:
    """
    The next customers with which the communicator ever had a tie: all that it may contact are among them.

    communicator: its id; None = any, so every customer
    after:        sort key that they come after; None = from the first
    raises:       Unavailable
    source:       queries/contacts_of_operator.cypher, queries/contacts_of_partner.cypher
    """
    if communicator is None or is_operator(communicator):
        clouds = [cloud for cloud, operator in OPERATOR_OF.items() if communicator in (None, operator)]
        row = await graph.read("contacts_of_operator", clouds=clouds, after=after, limit=limit)
    else:
        row = await graph.read("contacts_of_partner", communicator=communicator, after=after, limit=limit)
    return [Contact(*each) for each in row["contacts"]]
