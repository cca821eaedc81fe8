"""
What is wrong with the data of a customer once more, by brute force: each kind asks every subscription and partner.

What a source told is not looked at: KNOWN_FROM_INVOICES_ALONE is not among the kinds.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.oracle.acceptance import FOREVER, OPERATORS, Tie
from tests.oracle.lists import partners_of
from tests.oracle.oracle import Step, step
from tests.oracle.view import View

YEAR = timedelta(days=365)
ABOUT_PARTNERS = ("ADMINISTRATOR_WITHOUT_RELATIONSHIP", "STALE_RELATIONSHIP", "PROVIDER_MISSING")


class Wrong(NamedTuple):
    kind: str
    customer: str
    about: str
    relationships: frozenset[Step]


def all_wrong(view: View) -> list[Wrong]:
    """By customer, kind, then the id of what it is about."""
    return [each for customer in view.customers() for each in wrong_with(view, customer)]


def wrong_with(view: View, customer: str) -> Iterator[Wrong]:
    """Of every kind, in the order of kinds."""
    for kind, find in OF_PARTNERS_AND_SUBSCRIPTIONS.items():
        abouts = sorted(view.world.partners) if kind in ABOUT_PARTNERS else view.subscriptions(customer)
        for about in abouts:
            ties = find(view, customer, about)
            if ties:
                yield Wrong(kind, customer, about, frozenset(step(tie) for tie in ties))


def unbilled(view: View, customer: str, subscription: str) -> list[Tie]:
    return view.find("HOLDS", customer, subscription) if view.channel(subscription) == "UNBILLED" else []


def foreign(view: View, customer: str, subscription: str) -> list[Tie]:
    """The contract: "An operator of another cloud than the customer's bills the subscription"."""
    bills = view.find("BILLS", target=subscription)
    return [tie for tie in bills if tie.source in OPERATORS and tie.source != view.operator(customer)]


def governed_and_billed(view: View, customer: str, subscription: str) -> list[Tie]:
    """The contract: "A partner bills a subscription that a direct agreement governs"."""
    bills = [tie for tie in view.find("BILLS", target=subscription) if tie.source not in OPERATORS]
    governs = [tie for each in view.governing(customer, subscription) for tie in view.find("GOVERNS", each, subscription)]
    return bills + governs if bills and governs else []


def reseller_not_recorded(view: View, customer: str, subscription: str) -> list[Tie]:
    """
    The BILLS, the PROVIDES_FOR and the RESELLER_FOR.

    The contract: "A provider bills a subscription with no reseller on record, though a partner for which it provides has an accepted
    relationship with the customer".
    """
    bills = [tie for tie in view.find("BILLS", target=subscription) if tie.source not in OPERATORS]
    if not bills or view.find("RESELLS", target=subscription):
        return []
    provides = [tie for tie in view.find("PROVIDES_FOR", bills[0].source) if view.find("RESELLER_FOR", tie.target, customer)]
    related = [found for tie in provides for found in view.find("RESELLER_FOR", tie.target, customer)]
    return bills + provides + related if provides else []


def resold_directly(view: View, _customer: str, subscription: str) -> list[Tie]:
    resells = view.find("RESELLS", target=subscription)
    return view.find("BILLS", target=subscription) + resells if resells and view.channel(subscription) == "DIRECT" else []


def resold_twice(view: View, _customer: str, subscription: str) -> list[Tie]:
    resells = view.find("RESELLS", target=subscription)
    return resells if len(resells) >= 2 else []


def bare_access(view: View, customer: str, partner: str) -> list[Tie]:
    return [] if partner in partners_of(view, customer) else view.find("ADMINISTERS", partner, customer)


def stale(view: View, customer: str, partner: str) -> list[Tie]:
    ties = view.find("RESELLER_FOR", partner, customer) + view.find("ADMINISTERS", partner, customer)
    ties += [tie for each in view.subscriptions(customer) for tie in view.find("SUPPORTS", partner, each)]
    ends = [end for sale in view.world.ties for end in sold_until(view, customer, partner, sale)]
    return ties if ends and max(ends) < view.valid_at - YEAR else []


def sold_until(view: View, customer: str, partner: str, sale: Tie) -> Iterator[datetime]:
    """When the partner's sale last met what the customer held."""
    if sale.type not in {"BILLS", "RESELLS"} or sale.source != partner or not view.known(sale):
        return
    for holds in view.world.ties:
        if (holds.type, holds.source, holds.target) == ("HOLDS", customer, sale.target) and view.known(holds) and not view.hides(holds):
            began = max(sale.valid_from, holds.valid_from)
            ended = min(sale.valid_to or FOREVER, holds.valid_to or FOREVER)
            if began < ended and began <= view.valid_at:
                yield ended


def unprovided(view: View, customer: str, partner: str) -> list[Tie]:
    found = []
    for subscription in view.subscriptions(customer):
        bills = view.find("BILLS", target=subscription)
        resells = view.find("RESELLS", partner, subscription)
        if resells and bills and bills[0].source not in {partner, *OPERATORS} and not view.find("PROVIDES_FOR", bills[0].source, partner):
            found += resells + bills
    return found


OF_PARTNERS_AND_SUBSCRIPTIONS: dict[str, Callable[[View, str, str], list[Tie]]] = {
    "UNBILLED_SUBSCRIPTION": unbilled,
    "RESELLER_ON_DIRECT_SUBSCRIPTION": resold_directly,
    "SEVERAL_RESELLERS": resold_twice,
    "ADMINISTRATOR_WITHOUT_RELATIONSHIP": bare_access,
    "STALE_RELATIONSHIP": stale,
    "PROVIDER_MISSING": unprovided,
    "OPERATOR_OF_ANOTHER_CLOUD": foreign,
    "GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER": governed_and_billed,
    "RESELLER_NOT_RECORDED": reseller_not_recorded,
}
