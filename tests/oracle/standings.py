"""
Who stands how in a scope, and by which edges: policy.md sections 4 and 8, one function for each row.

Each takes a view, a communicator, a customer and one of the customer's scopes, and returns the path of the standing, or None
where the communicator does not have it.
"""

from functools import lru_cache

from tests.oracle.acceptance import OPERATORS, Tie
from tests.oracle.view import View

Path = list[Tie] | None


def resellers_beside(view: View, who: str, scope: str) -> list[Tie]:
    """The RESELLS of that subscription by partners other than `who`."""
    return [tie for tie in view.find("RESELLS", target=scope) if tie.source != who]


def direct_biller(view: View, who: str, _customer: str, scope: str) -> Path:
    bills = view.find("BILLS", who, scope)
    if not bills or resellers_beside(view, who, scope):
        return None
    return bills + view.find("HOLDS", target=scope)


def reseller(view: View, who: str, _customer: str, scope: str) -> Path:
    resells = view.find("RESELLS", who, scope)
    bills = [tie for tie in view.find("BILLS", target=scope) if tie.source != who and tie.source not in OPERATORS]
    if not resells or not bills:
        return None
    return resells + bills + view.find("PROVIDES_FOR", bills[0].source, who) + view.find("HOLDS", target=scope)


def provider(view: View, who: str, _customer: str, scope: str) -> Path:
    bills = view.find("BILLS", who, scope)
    others = resellers_beside(view, who, scope)
    if not bills or not others:
        return None
    provides = [tie for other in others for tie in view.find("PROVIDES_FOR", who, other.source)]
    return bills + others + provides + view.find("HOLDS", target=scope)


def related(view: View, who: str, customer: str, scope: str) -> Path:
    return (view.find("RESELLER_FOR", who, customer) or None) if scope == customer else None


def support_contact(view: View, who: str, _customer: str, scope: str) -> Path:
    supports = view.find("SUPPORTS", who, scope)
    return supports + view.find("HOLDS", target=scope) if supports else None


def administrator(view: View, who: str, customer: str, _scope: str) -> Path:
    return view.find("ADMINISTERS", who, customer) or None


def former_biller(view: View, who: str, _customer: str, scope: str) -> Path:
    ended = [
        (tie.valid_to, tie)
        for tie in view.world.ties
        if (tie.type, tie.source, tie.target) == ("BILLS", who, scope)
        and view.known(tie)
        and tie.valid_to is not None
        and tie.valid_to <= view.valid_at
    ]
    if not ended:
        return None
    _, latest = max(ended, key=lambda pair: pair[0])
    return [latest, *view.find("HOLDS", target=scope)]


def other_partner(view: View, who: str, customer: str, scope: str) -> Path:
    for other in view.subscriptions(customer):
        if other == scope:
            continue
        bills = view.find("BILLS", who, other)
        resells = view.find("RESELLS", who, other) if view.channel(other) != "DIRECT" else []
        if bills or resells:
            return (bills or resells) + view.find("HOLDS", target=other)
    return None


def unbilled_reseller(view: View, who: str, _customer: str, scope: str) -> Path:
    resells = view.find("RESELLS", who, scope)
    if not resells or view.channel(scope) != "UNBILLED":
        return None
    return resells + view.find("HOLDS", target=scope)


def operator_of_csp(view: View, who: str, customer: str, scope: str) -> Path:
    if who != view.operator(customer) or not scope.startswith("subscription:") or view.channel(scope) != "CSP":
        return None
    return view.find("BILLS", target=scope) + view.find("HOLDS", target=scope)


def operator_direct(view: View, who: str, customer: str, scope: str) -> Path:
    if who != view.operator(customer):
        return None
    if scope.startswith("agreement:"):
        return view.find("PARTY_TO", customer, scope) + view.find("PARTY_TO", who, scope)
    if scope.startswith("subscription:") and view.channel(scope) == "DIRECT":
        return view.find("BILLS", target=scope) + view.find("HOLDS", target=scope)
    return None


def operator_unbilled(view: View, who: str, customer: str, scope: str) -> Path:
    if who != view.operator(customer) or not scope.startswith("subscription:") or view.channel(scope) != "UNBILLED":
        return None
    return view.find("HOLDS", target=scope)


def operator_only(view: View, who: str, customer: str, scope: str) -> Path:
    return [] if who == view.operator(customer) and scope == customer else None


def none(_view: View, _who: str, _customer: str, _scope: str) -> Path:
    """Everyone has this one; whatever says more is found before it."""
    return []


PATH_OF = {  # in the order of the page
    "DIRECT_BILLER": direct_biller,
    "RESELLER": reseller,
    "PROVIDER": provider,
    "RELATED": related,
    "SUPPORT_CONTACT": support_contact,
    "ADMINISTRATOR": administrator,
    "FORMER_BILLER": former_biller,
    "OTHER_PARTNER": other_partner,
    "UNBILLED_RESELLER": unbilled_reseller,
    "OPERATOR_OF_CSP": operator_of_csp,
    "OPERATOR_DIRECT": operator_direct,
    "OPERATOR_UNBILLED": operator_unbilled,
    "OPERATOR_ONLY": operator_only,
    "NONE": none,
}
OPERATORS_OWN = ("OPERATOR_OF_CSP", "OPERATOR_DIRECT", "OPERATOR_UNBILLED", "OPERATOR_ONLY", "NONE")  # the others are for partners


@lru_cache(maxsize=10_000)
def standings(view: View, who: str, customer: str, scope: str) -> dict[str, list[Tie]]:
    """Every standing that the communicator has in the scope, in the order of the page, each with its path."""
    found = {}
    for standing, path_of in PATH_OF.items():
        if who in OPERATORS and standing not in OPERATORS_OWN:
            continue
        path = path_of(view, who, customer, scope)
        if path is not None:
            found[standing] = path
    return found
