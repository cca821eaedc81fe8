"""The lists of contract.graphql that stand beside the permissions: roles, partners, ownership and the filters of customers."""

from typing import TYPE_CHECKING

from tests.oracle.acceptance import OPERATORS
from tests.oracle.oracle import Step, step
from tests.oracle.view import View, folded

if TYPE_CHECKING:
    from collections.abc import Callable


def roles(view: View, partner: str) -> set[str]:
    """The doc of PartnerRole; `another` is another partner, and a deleted subscription is hidden."""
    bills = [tie.target for tie in view.find("BILLS", partner) if not view.deleted(tie.target)]
    resells = [tie.target for tie in view.find("RESELLS", partner) if not view.deleted(tie.target)]
    resold_by_others = [any(tie.source != partner for tie in view.find("RESELLS", target=each)) for each in bills]
    billed_by_others = [
        any(tie.source != partner and tie.source not in OPERATORS for tie in view.find("BILLS", target=each)) for each in resells
    ]
    found = set()
    if not all(resold_by_others):
        found.add("DIRECT_BILL")
    if view.find("PROVIDES_FOR", partner) or any(resold_by_others):
        found.add("INDIRECT_PROVIDER")
    if view.find("PROVIDES_FOR", target=partner) or any(billed_by_others):
        found.add("INDIRECT_RESELLER")
    return found


def partners_of(view: View, customer: str) -> list[str]:
    """Partners with a live BILLS or RESELLS on one of its subscriptions, or a live RESELLER_FOR, by name, then id."""
    found = {tie.source for tie in view.find("RESELLER_FOR", target=customer)}
    for subscription in view.subscriptions(customer):
        found |= {tie.source for type_of_tie in ("BILLS", "RESELLS") for tie in view.find(type_of_tie, target=subscription)}
    return view.by_name([each for each in found if each not in OPERATORS])


def ownership(view: View, customer: str) -> tuple[set[Step], set[Step]]:
    """
    The live ownership relationships around the customer: those that belong to them beyond doubt, and all that may be counted among them.

    The page does not say how far `around` reaches. Those of a deleted subscription are hidden; ADMINISTERS and SUPPORTS own nothing.
    """
    subscriptions, agreements, tied = view.subscriptions(customer), view.agreements(customer), partners_of(view, customer)
    surely = [tie for tie in view.find("HOLDS", customer) if tie.target in subscriptions]
    surely += view.find("PARTY_TO", customer) + view.find("RESELLER_FOR", target=customer)
    for subscription in subscriptions:
        surely += view.find("BILLS", target=subscription) + view.find("RESELLS", target=subscription)
    for agreement in agreements:
        surely += [tie for tie in view.find("PARTY_TO", target=agreement) if tie.source in OPERATORS]
        surely += [tie for tie in view.find("GOVERNS", agreement) if tie.target in subscriptions]
    surely += [tie for tie in view.find("PROVIDES_FOR") if tie.source in tied and tie.target in tied]
    perhaps = [tie for tie in view.find("GOVERNS") if tie.source in agreements or tie.target in subscriptions]
    governing = {tie.source for tie in perhaps}
    perhaps += [tie for tie in view.find("PARTY_TO") if tie.source in OPERATORS and tie.target in governing]
    perhaps += [tie for tie in view.find("PROVIDES_FOR") if tie.source in tied or tie.target in tied]
    return {step(tie) for tie in surely}, {step(tie) for tie in surely + perhaps}


def customers_where(view: View, field: str, value: str) -> list[str]:
    """The customers that a CustomerFilter of that one field finds, by name, then id."""
    finds: dict[str, Callable[[str], bool]] = {
        "cloud": lambda customer: view.cloud(customer) == value,
        "billedBy": lambda customer: any(view.find("BILLS", value, each) for each in view.subscriptions(customer)),
        "resoldBy": lambda customer: any(view.find("RESELLS", value, each) for each in view.subscriptions(customer)),
        "holdsChannel": lambda customer: any(view.channel(each) == value for each in view.subscriptions(customer)),
        "eq": lambda customer: folded(view.world.name(customer)) == folded(value),
        "contains": lambda customer: folded(value) in folded(view.world.name(customer)),
        "startsWith": lambda customer: folded(view.world.name(customer)).startswith(folded(value)),
    }
    return [customer for customer in view.customers() if finds[field](customer)]
