"""Counts of customers once more, by brute force: each customer is asked about each sort that it could be of."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

from tests.oracle.lists import partners_of
from tests.oracle.oracle import answer, candidates
from tests.oracle.view import View

Row = tuple[object, ...]
"""country, cloud, channel, biller, partnerCount, communicator, verdict; None where a dimension is not asked for."""


def statistics(view: View, customers: Sequence[str], by: Sequence[str], category: str) -> Counter[Row]:
    """Row -> how many of these customers are of that sort."""
    return Counter(row for customer in customers for row in set(rows(view, customer, by, category)))


def rows(view: View, customer: str, by: Sequence[str], category: str) -> list[Row]:
    row = view.world.customers[customer]
    alone = (
        (row["country"] or None) if "COUNTRY" in by else None,
        view.cloud(customer) if "CLOUD" in by else None,
    )
    count = len(partners_of(view, customer)) if "PARTNER_COUNT" in by else None
    verdicts: list[tuple[str | None, str | None]] = [(None, None)]
    if "VERDICT" in by:
        verdicts = [(who, answer(view, who, customer, category).verdict) for who in candidates(view, customer)]
    return [(*alone, *sold, count, *verdict) for sold, verdict in product(sales(view, customer, by), verdicts)]


def sales(view: View, customer: str, by: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Channel and biller of each subscription; where billers stand alone, nobody is one only where nothing held is billed."""
    held = [
        (view.channel(each), next((tie.source for tie in view.find("BILLS", target=each)), None)) for each in view.subscriptions(customer)
    ]
    if "CHANNEL" in by and "BILLER" in by:
        return list(held) or [(None, None)]
    if "CHANNEL" in by:
        return [(channel, None) for channel, _ in held] or [(None, None)]
    if "BILLER" in by:
        return [(None, biller) for _, biller in held if biller] or [(None, None)]
    return [(None, None)]
