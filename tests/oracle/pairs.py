"""Who sold what to whom until lately: policy.md section 3, the paragraphs *Pairs* and *Closing scopes*."""

from datetime import MAXYEAR, datetime
from typing import NamedTuple

from tests.oracle.acceptance import FOREVER, OPERATORS, Tie
from tests.oracle.view import View

CLOSING_CATEGORIES = ("BILLING", "ENDING")
"""*Closing scopes*: "in the categories BILLING and ENDING"."""


class Pair(NamedTuple):
    """What a communicator and a customer had to do with each other on a subscription; sale: its BILLS or RESELLS."""

    end: datetime
    sale: Tie
    holds: Tie


def pairs(view: View, who: str, customer: str, subscription: str, type_of_sale: str) -> list[Pair]:
    """
    All pairs of that type, counting or not.

    *Pairs*: "when a HOLDS of the customer and its BILLS (or RESELLS), both known at `knownAt`, share an instant at or before `validAt`; a
    pair by RESELLS only with a known BILLS of another partner that shares such an instant with both".
    """
    if who in OPERATORS and (who != view.operator(customer) or type_of_sale != "BILLS"):
        return []  # "A partner, or by BILLS the operator of the customer's cloud"
    found = []
    for holds in view.recorded["HOLDS"]:
        for sale in view.recorded[type_of_sale]:
            if (holds.source, holds.target, sale.source, sale.target) != (customer, subscription, who, subscription):
                continue
            if type_of_sale == "BILLS" and share_an_instant(view, holds, sale):
                found.append(Pair(end(view, holds, sale), sale, holds))
            if type_of_sale == "RESELLS":
                found += [
                    Pair(end(view, holds, sale, bills), sale, holds)
                    for bills in view.recorded["BILLS"]
                    if bills.target == subscription and bills.source not in (who, *OPERATORS) and share_an_instant(view, holds, sale, bills)
                ]
    return found


def share_an_instant(view: View, *ties: Tie) -> bool:
    """*Pairs*: "share an instant at or before `validAt`"; the first instant of all of them is when the last of them begins."""
    first = max(tie.valid_from for tie in ties)
    return first < min(tie.valid_to or FOREVER for tie in ties) and first <= view.valid_at


def end(view: View, *ties: Tie) -> datetime:
    """
    The end of a pair of these.

    *Pairs*: "Its end e is the earliest of: their `validTo` (of that BILLS too); `validAt`; and, if the subscription is `deleted`, the
    instant since which it is recorded as such".
    """
    instants = [tie.valid_to for tie in ties] + [view.valid_at, view.deleted_since(ties[0].target)]
    return min(instant for instant in instants if instant is not None)


def counting(view: View, who: str, customer: str, subscription: str, type_of_sale: str) -> list[Pair]:
    """*Pairs*: "It *counts* while `validAt` < e + 12 months"."""
    return [pair for pair in pairs(view, who, customer, subscription, type_of_sale) if within_twelve_months(view.valid_at, pair.end)]


def within_twelve_months(valid_at: datetime, since: datetime) -> bool:
    """*Pairs*: "same day and time a year later, in UTC; 29 February: 28 February"."""
    if since.year == MAXYEAR:
        return True  # what is a year after the last one that there is
    day = 28 if (since.month, since.day) == (2, 29) else since.day
    return valid_at < since.replace(year=since.year + 1, day=day)


def latest(found: list[Pair]) -> Pair:
    """Section 8, FORMER_BILLER: "the latest e (of equal ones the later BILLS by validFrom, then the later HOLDS)"."""
    return max(found, key=lambda pair: (pair.end, pair.sale.valid_from, pair.holds.valid_from))


def has_counting_pair(view: View, who: str, customer: str, subscription: str) -> bool:
    return any(counting(view, who, customer, subscription, type_of_sale) for type_of_sale in ("BILLS", "RESELLS"))


def closing_scopes(view: View, who: str, customer: str) -> list[str]:
    """
    The closing scopes of this communicator, by id, as the contract orders scopes.

    *Closing scopes*: "a partner, and the operator, has, besides the customer's scopes, one of its own for every subscription that is none
    of them and on which it has a pair that counts".
    """
    others = sorted(set(view.world.subscriptions) - set(view.scopes(customer)))
    return [subscription for subscription in others if has_counting_pair(view, who, customer, subscription)]
