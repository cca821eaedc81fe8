"""The lists of contract.graphql that stand beside the permissions: roles, partners, ownership and the filters of customers."""

import operator
from typing import TYPE_CHECKING, Any

from tests.oracle.acceptance import OPERATORS
from tests.oracle.oracle import Step, step
from tests.oracle.view import View, folded

if TYPE_CHECKING:
    from collections.abc import Callable

Filter = dict[str, Any]


def roles(view: View, partner: str) -> set[str]:
    """The doc of PartnerRole; `another` is another partner, and a subscription that `deleted` hides does not count."""
    bills = [tie.target for tie in view.find("BILLS", partner) if shows(view, tie.target)]
    resells = [tie.target for tie in view.find("RESELLS", partner) if shows(view, tie.target)]
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


def shows(view: View, subscription: str) -> bool:
    """Section 1: `deleted` hides a subscription "under a HOLDS without an end"; one that nobody holds has no end on record either."""
    return not view.deleted(subscription) or any(tie.valid_to is not None for tie in view.find("HOLDS", target=subscription))


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


def customers_passing(view: View, test: Filter) -> list[str]:
    """The customers that a CustomerFilter finds, by name, then id."""
    return [customer for customer in view.customers() if passes(view, customer, test)]


def passes(view: View, customer: str, test: Filter) -> bool:
    """All members that are given have to hold."""
    return all(holds(view, customer, member, wanted) for member, wanted in test.items() if wanted is not None)


def holds(view: View, customer: str, member: str, wanted: Any) -> bool:  # noqa: ANN401 - each member has a type of its own
    """Whether that member of a CustomerFilter takes the customer."""
    row, subscriptions = view.world.customers[customer], view.subscriptions(customer)
    tests: dict[str, Callable[[], bool]] = {
        "and": lambda: all(passes(view, customer, each) for each in wanted),
        "or": lambda: any(passes(view, customer, each) for each in wanted),
        "not": lambda: not passes(view, customer, wanted),
        "name": lambda: reads(view.world.name(customer), wanted),
        "domain": lambda: reads(row["domain"], wanted) if row["domain"] else not asks(wanted),
        "country": lambda: reads(row["country"], wanted),
        "cloud": lambda: view.cloud(customer) == wanted,
        "billedBy": lambda: any(view.find("BILLS", wanted.lower(), each) for each in subscriptions),
        "resoldBy": lambda: any(view.find("RESELLS", wanted.lower(), each) for each in subscriptions),
        "holdsChannel": lambda: any(view.channel(each) == wanted for each in subscriptions),
        "agreementType": lambda: not asks(wanted) or any(reads(type_of(view, each), wanted) for each in view.agreements(customer)),
        "partnerCount": lambda: counts(len(partners_of(view, customer)), wanted),
    }
    return tests[member]()


def asks(wanted: Filter) -> bool:
    return any(value is not None for value in wanted.values())


def type_of(view: View, agreement: str) -> str:
    return view.world.agreements[agreement]["type"]


def reads(text: str, wanted: Filter) -> bool:
    """A TextFilter."""
    tests: dict[str, Callable[[Any], bool]] = {
        "eq": lambda value: folded(text) == folded(value),
        "in": lambda values: any(folded(text) == folded(value) for value in values),
        "contains": lambda value: folded(value) in folded(text),
        "startsWith": lambda value: folded(text).startswith(folded(value)),
    }
    return all(tests[how](value) for how, value in wanted.items() if value is not None)


def counts(number: int, wanted: Filter) -> bool:
    """An IntFilter."""
    tests = {"eq": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
    return all(tests[how](number, value) for how, value in wanted.items() if value is not None)
