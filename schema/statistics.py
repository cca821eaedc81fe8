"""Counts of customers for analysts."""

import strawberry

from policy.terms import Channel, Cloud, Verdict
from resolvers.statistics import CustomerDimension, Statistic
from schema.node import Communicator
from schema.partner import communicator

strawberry.enum(
    CustomerDimension,
    description=(
        "CHANNEL: the channels of the subscriptions that a customer holds, BILLER: who bills them; a customer with two counts in both "
        "rows, and named together the two are those of one subscription. PARTNER_COUNT: how many `partners` it has. "
        "VERDICT: each of its candidate communicators with the verdict about the topic."
    ),
)


@strawberry.type(description="customers: how many. A dimension that was not asked for is null, and so is one that they have nothing of.")
class CustomerStatistic:
    """A sort of customers, and how many they are."""

    country: str | None
    cloud: Cloud | None
    channel: Channel | None
    biller: Communicator | None
    partner_count: int | None
    communicator: Communicator | None
    verdict: Verdict | None
    customers: int

    @classmethod
    def of(cls, statistic: Statistic) -> "CustomerStatistic":
        """The row as clients see it."""
        sort = statistic.sort
        return cls(
            country=sort.country,
            cloud=sort.cloud,
            channel=sort.channel,
            biller=statistic.biller and communicator(statistic.biller),
            partner_count=sort.partner_count,
            communicator=statistic.communicator and communicator(statistic.communicator),
            verdict=sort.verdict,
            customers=statistic.customers,
        )
