"""How a version of the policy takes the facts, before it judges them: all in which its versions differ, but for the table and the texts."""

from typing import Final, NamedTuple

from policy.terms import BillingOperator, Category, Hidden, Standing


class Rules(NamedTuple):
    """
    What the `[facts]` of a policy file say, and which rows and columns its table has.

    closing_months:       how long a pair counts after its end; None = whoever billed once stays a former biller, and nothing else closes
    closing_categories:   those in which a communicator has closing scopes
    channel_by_agreement: does a direct agreement make a subscription DIRECT that nobody bills?
    """

    categories: tuple[Category, ...]
    standings: frozenset[Standing]
    closing_months: int | None
    closing_categories: frozenset[Category]
    channel_by_agreement: bool
    billing_operator: BillingOperator
    deleted_hides: Hidden

    def has(self, standing: Standing) -> bool:
        """Is it a row of the table?"""
        return standing in self.standings


FIRST: Final = Rules(
    categories=tuple(each for each in Category if each not in {Category.ACQUISITION, Category.ENDING, Category.ADMINISTRATION}),
    standings=frozenset(Standing)
    - {
        Standing.RELATED_PROVIDER,
        Standing.FORMER_RESELLER,
        Standing.CLOSING_PARTNER,
        Standing.RELATED_UNRECORDED,
        Standing.RELATED_BESIDES,
        Standing.OPERATOR_FORMER,
        Standing.OPERATOR_CLOSING,
    },
    closing_months=None,
    closing_categories=frozenset(),
    channel_by_agreement=False,
    billing_operator=BillingOperator.ANY,
    deleted_hides=Hidden.ALL,
)
"""Of a file of the first form, which has no `[facts]`."""


CATEGORIES: Final = tuple(Category)
STANDINGS: Final = frozenset(Standing)
"""Of a file of the second form."""
