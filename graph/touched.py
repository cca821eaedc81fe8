"""Whose answers an entry of the log can have moved."""

from collections.abc import Awaitable, Collection, Mapping
from typing import Protocol

from graph.graph import Row
from graph.records import by_kind
from policy.ledger import FOREVER
from policy.span import NO_LIMIT

PROVIDER_AND_RESELLER = 2


class Read(Protocol):
    """Gives the one record of a query: `Graph.read`, or the `run` of a transaction."""

    def __call__(self, name: str, /, **parameters: object) -> Awaitable[Row]:
        """The one record of `queries/<name>.cypher`."""


async def customers_touched(
    read: Read, touched: Collection[str], *, limit: int, after: str | None = None, recorded_at: int = FOREVER
) -> list[str]:
    """
    The next customers that the touched nodes stand for: by what is recorded of them, or was ever recorded around them.

    touched:     ids of customers, subscriptions, agreements and partners; unknown ones stand for nobody
    after:       id that they come after; None = from the first
    recorded_at: microseconds: ties that were recorded later are left out
    returns:     their ids, each once, in their order
    raises:      Unavailable
    source:      queries/customers_of_touched.cypher
    """
    row = await read("customers_of_touched", **_by_kind(touched), after=after, limit=limit, recordedAt=recorded_at, counting=False)
    customers: list[str] = row["customers"]
    return customers


async def count_of_customers_touched(read: Read, touched: Collection[str], *, recorded_at: int = FOREVER) -> int:
    """The number of customers that the touched nodes stand for. Raises Unavailable. Source: queries/customers_of_touched.cypher."""
    row = await read("customers_of_touched", **_by_kind(touched), after=None, limit=NO_LIMIT, recordedAt=recorded_at, counting=True)
    return int(row["total"])


async def customers_of_providers(read: Read, touched: Collection[str]) -> list[str]:
    """
    The customers for which it may count that one of the touched partners provides for another one.

    raises: Unavailable
    source: queries/customers_of_providers.cypher
    """
    partners = by_kind(touched).get("partner", [])
    if len(partners) < PROVIDER_AND_RESELLER:
        return []
    customers: list[str] = (await read("customers_of_providers", partners=partners))["customers"]
    return customers


def _by_kind(touched: Collection[str]) -> Mapping[str, object]:
    ids = by_kind(touched)
    return {f"{kind}s": ids.get(kind, []) for kind in ("customer", "subscription", "agreement", "partner")}
