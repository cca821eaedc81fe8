"""Who stands how in a scope: policy.md section 4, one function for each row of its table."""

from collections.abc import Callable
from functools import lru_cache

from tests.oracle.acceptance import OPERATORS
from tests.oracle.pairs import counting
from tests.oracle.view import View


def is_subscription(scope: str) -> bool:
    return scope.startswith("subscription:")


def bills(view: View, who: str, scope: str) -> bool:
    return bool(view.find("BILLS", who, scope))


def resells(view: View, who: str, scope: str) -> bool:
    return bool(view.find("RESELLS", who, scope))


def other_partners(view: View, who: str, type_of_tie: str, scope: str) -> list[str]:
    """Partners with a live tie of that type to the scope; section 4: ""another partner" and "others" never mean the partner itself"."""
    return [tie.source for tie in view.find(type_of_tie, target=scope) if tie.source not in (who, *OPERATORS)]


def direct_biller(view: View, who: str, _customer: str, scope: str) -> bool:
    """DIRECT_BILLER: "The partner that BILLS the subscription, when no other partner RESELLS it"."""
    return bills(view, who, scope) and not other_partners(view, who, "RESELLS", scope)


def reseller(view: View, who: str, _customer: str, scope: str) -> bool:
    """RESELLER: "A partner that RESELLS a `CSP` subscription which another partner BILLS"."""
    return resells(view, who, scope) and view.channel(scope) == "CSP" and bool(other_partners(view, who, "BILLS", scope))


def provider(view: View, who: str, _customer: str, scope: str) -> bool:
    """PROVIDER: "The partner that BILLS it when another partner RESELLS it"."""
    return bills(view, who, scope) and bool(other_partners(view, who, "RESELLS", scope))


def has_relationship(view: View, who: str, customer: str) -> bool:
    return bool(view.find("RESELLER_FOR", who, customer))


def provided_for(view: View, who: str, customer: str) -> list[str]:
    """Row RELATED_PROVIDER: the other partners with RESELLER_FOR of this customer to which it has a live PROVIDES_FOR."""
    related_partners = other_partners(view, who, "RESELLER_FOR", customer)
    return [tie.target for tie in view.find("PROVIDES_FOR", who) if tie.target in related_partners]


def related(view: View, who: str, customer: str, scope: str) -> bool:
    """RELATED: "Customer scope only: a partner with RESELLER_FOR that is not `RELATED_PROVIDER`"."""
    return scope == customer and has_relationship(view, who, customer) and not related_provider(view, who, customer, scope)


def related_provider(view: View, who: str, customer: str, scope: str) -> bool:
    """RELATED_PROVIDER: "RESELLER_FOR and a live PROVIDES_FOR to another partner with RESELLER_FOR of this customer"."""
    return scope == customer and has_relationship(view, who, customer) and bool(provided_for(view, who, customer))


def support_contact(view: View, who: str, _customer: str, scope: str) -> bool:
    """SUPPORT_CONTACT: "A partner with SUPPORTS on the subscription"."""
    return bool(view.find("SUPPORTS", who, scope))


def administrator(view: View, who: str, customer: str, _scope: str) -> bool:
    """ADMINISTRATOR: "A partner with ADMINISTERS on the customer, of any kind; in every scope of the customer"."""
    return bool(view.find("ADMINISTERS", who, customer))


def former_biller(view: View, who: str, customer: str, scope: str) -> bool:
    """FORMER_BILLER: "In a subscription's scope, a partner that does not BILL it now, with a pair by BILLS that counts"."""
    return is_subscription(scope) and not bills(view, who, scope) and bool(counting(view, who, customer, scope, "BILLS"))


def former_reseller(view: View, who: str, customer: str, scope: str) -> bool:
    """FORMER_RESELLER: "In a subscription's scope, a partner that does not RESELL it now, with a pair by RESELLS that counts"."""
    return is_subscription(scope) and not resells(view, who, scope) and bool(counting(view, who, customer, scope, "RESELLS"))


def other_subscriptions(view: View, who: str, customer: str, scope: str) -> list[str]:
    """
    The customer's other scopes that give OTHER_PARTNER, by id.

    "BILLS, or RESELLS where the channel is not `DIRECT`"; "in an agreement's scope every subscription scope is another".
    """
    return [
        other
        for other in view.subscriptions(customer)
        if other != scope and (bills(view, who, other) or (resells(view, who, other) and view.channel(other) != "DIRECT"))
    ]


def other_partner(view: View, who: str, customer: str, scope: str) -> bool:
    """OTHER_PARTNER: "A partner that BILLS, or RESELLS …, a subscription that is another of the customer's scopes"."""
    return bool(other_subscriptions(view, who, customer, scope))


def is_unbilled(view: View, scope: str) -> bool:
    return is_subscription(scope) and view.channel(scope) == "UNBILLED"


def unbilled_reseller(view: View, who: str, _customer: str, scope: str) -> bool:
    """UNBILLED_RESELLER: "A partner that RESELLS an `UNBILLED` subscription"."""
    return resells(view, who, scope) and is_unbilled(view, scope)


def related_unrecorded(view: View, who: str, customer: str, scope: str) -> bool:
    """RELATED_UNRECORDED: "A partner with RESELLER_FOR, in the scope of an `UNBILLED` subscription"."""
    return has_relationship(view, who, customer) and is_unbilled(view, scope)


def related_besides(view: View, who: str, customer: str, scope: str) -> bool:
    """RELATED_BESIDES: "A partner with RESELLER_FOR, in any other scope than the customer itself and an `UNBILLED` subscription"."""
    return has_relationship(view, who, customer) and scope != customer and not is_unbilled(view, scope)


def operator_of_csp(view: View, _who: str, _customer: str, scope: str) -> bool:
    """OPERATOR_OF_CSP: "The operator, on a `CSP` subscription"."""
    return is_subscription(scope) and view.channel(scope) == "CSP"


def operator_direct(view: View, _who: str, _customer: str, scope: str) -> bool:
    """OPERATOR_DIRECT: "The operator, on a `DIRECT` subscription (billed by it, or governed …) or a `DIRECT` agreement"."""
    return scope.startswith("agreement:") or (is_subscription(scope) and view.channel(scope) == "DIRECT")


def operator_unbilled(view: View, _who: str, _customer: str, scope: str) -> bool:
    """OPERATOR_UNBILLED: "The operator, on an `UNBILLED` subscription"."""
    return is_unbilled(view, scope)


def operator_only(_view: View, _who: str, customer: str, scope: str) -> bool:
    """OPERATOR_ONLY: "The operator, on the customer scope"."""
    return scope == customer


def operator_former(view: View, who: str, customer: str, scope: str) -> bool:
    """OPERATOR_FORMER: "The operator, on a subscription that is not `DIRECT`, with a pair that counts"."""
    return is_subscription(scope) and view.channel(scope) != "DIRECT" and bool(counting(view, who, customer, scope, "BILLS"))


Test = Callable[[View, str, str, str], bool]

OF_PARTNERS: dict[str, Test] = {  # in the order of the page
    "DIRECT_BILLER": direct_biller,
    "RESELLER": reseller,
    "PROVIDER": provider,
    "RELATED": related,
    "RELATED_PROVIDER": related_provider,
    "SUPPORT_CONTACT": support_contact,
    "ADMINISTRATOR": administrator,
    "FORMER_BILLER": former_biller,
    "FORMER_RESELLER": former_reseller,
    "OTHER_PARTNER": other_partner,
    "UNBILLED_RESELLER": unbilled_reseller,
    "RELATED_UNRECORDED": related_unrecorded,
    "RELATED_BESIDES": related_besides,
}
OF_THE_OPERATOR: dict[str, Test] = {
    "OPERATOR_OF_CSP": operator_of_csp,
    "OPERATOR_DIRECT": operator_direct,
    "OPERATOR_UNBILLED": operator_unbilled,
    "OPERATOR_ONLY": operator_only,
    "OPERATOR_FORMER": operator_former,
}


@lru_cache(maxsize=10_000)
def standings(view: View, who: str, customer: str, scope: str) -> tuple[str, ...]:
    """
    Every standing that the communicator has in one of the customer's scopes, in the order of the page; NONE where it has no other.

    Section 4: "*The operator* is always the one of the customer's cloud"; the other one is everyone else.
    """
    rows = OF_PARTNERS if who not in OPERATORS else OF_THE_OPERATOR if who == view.operator(customer) else {}
    return tuple(standing for standing, has in rows.items() if has(view, who, customer, scope)) or ("NONE",)


def closing_standing(who: str) -> str:
    """Section 3, *Closing scopes*: "Only that communicator has a ruling there, with one standing: CLOSING_PARTNER or OPERATOR_CLOSING"."""
    return "OPERATOR_CLOSING" if who in OPERATORS else "CLOSING_PARTNER"
