"""The edges that give a standing: policy.md section 8, one function for each row; of one type by the other end's id, then kind."""

from collections.abc import Callable

from tests.oracle.acceptance import OPERATORS, Tie
from tests.oracle.pairs import counting, latest
from tests.oracle.standings import is_subscription, other_subscriptions, provided_for
from tests.oracle.view import View

Path = list[Tie]


def holds(view: View, customer: str, scope: str) -> Path:
    return view.find("HOLDS", customer, scope)


def direct_biller(view: View, who: str, customer: str, scope: str) -> Path:
    """DIRECT_BILLER: "BILLS, HOLDS"."""
    return view.find("BILLS", who, scope) + holds(view, customer, scope)


def reseller(view: View, who: str, customer: str, scope: str) -> Path:
    """RESELLER: "RESELLS, BILLS, [PROVIDES_FOR], HOLDS"."""
    bills = view.find("BILLS", target=scope)
    provides = [tie for bill in bills for tie in view.find("PROVIDES_FOR", bill.source, who)]
    return view.find("RESELLS", who, scope) + bills + provides + holds(view, customer, scope)


def provider(view: View, who: str, customer: str, scope: str) -> Path:
    """PROVIDER: "BILLS, RESELLS of the others, [PROVIDES_FOR], HOLDS"."""
    others = [tie for tie in view.find("RESELLS", target=scope) if tie.source != who]
    provides = [tie for other in others for tie in view.find("PROVIDES_FOR", who, other.source)]
    return view.find("BILLS", who, scope) + others + provides + holds(view, customer, scope)


def related(view: View, who: str, customer: str, _scope: str) -> Path:
    """RELATED, RELATED_UNRECORDED, RELATED_BESIDES: "RESELLER_FOR"."""
    return view.find("RESELLER_FOR", who, customer)


def related_provider(view: View, who: str, customer: str, _scope: str) -> Path:
    """RELATED_PROVIDER: "RESELLER_FOR, PROVIDES_FOR to each of the others"."""
    provides = [tie for other in provided_for(view, who, customer) for tie in view.find("PROVIDES_FOR", who, other)]
    return view.find("RESELLER_FOR", who, customer) + provides


def support_contact(view: View, who: str, customer: str, scope: str) -> Path:
    """SUPPORT_CONTACT: "SUPPORTS, HOLDS"."""
    return view.find("SUPPORTS", who, scope) + holds(view, customer, scope)


def administrator(view: View, who: str, customer: str, _scope: str) -> Path:
    """ADMINISTRATOR: "ADMINISTERS"."""
    return view.find("ADMINISTERS", who, customer)


def former_biller(view: View, who: str, customer: str, scope: str) -> Path:
    """FORMER_BILLER, OPERATOR_FORMER, OPERATOR_CLOSING: "The BILLS and the HOLDS of the pair by BILLS that counts and has the latest e"."""
    pair = latest(counting(view, who, customer, scope, "BILLS"))
    return [pair.sale, pair.holds]


def former_reseller(view: View, who: str, customer: str, scope: str) -> Path:
    """FORMER_RESELLER: "The RESELLS and the HOLDS of the pair by RESELLS, chosen alike"."""
    pair = latest(counting(view, who, customer, scope, "RESELLS"))
    return [pair.sale, pair.holds]


def closing_partner(view: View, who: str, customer: str, scope: str) -> Path:
    """CLOSING_PARTNER: "As FORMER_BILLER if a pair by BILLS counts, else as FORMER_RESELLER"."""
    if counting(view, who, customer, scope, "BILLS"):
        return former_biller(view, who, customer, scope)
    return former_reseller(view, who, customer, scope)


def other_partner(view: View, who: str, customer: str, scope: str) -> Path:
    """OTHER_PARTNER: "Its BILLS, else its RESELLS, on the other subscription (first by id), that one's HOLDS"."""
    other = min(other_subscriptions(view, who, customer, scope))
    return (view.find("BILLS", who, other) or view.find("RESELLS", who, other)) + holds(view, customer, other)


def unbilled_reseller(view: View, who: str, customer: str, scope: str) -> Path:
    """UNBILLED_RESELLER: "RESELLS, HOLDS"."""
    return view.find("RESELLS", who, scope) + holds(view, customer, scope)


def operator_of_csp(view: View, _who: str, customer: str, scope: str) -> Path:
    """OPERATOR_OF_CSP: "The partner's BILLS, HOLDS"."""
    return [tie for tie in view.find("BILLS", target=scope) if tie.source not in OPERATORS] + holds(view, customer, scope)


def operator_direct(view: View, who: str, customer: str, scope: str) -> Path:
    """
    OPERATOR_DIRECT, of a subscription and of an agreement.

    "BILLS, HOLDS (where only an agreement makes it DIRECT: GOVERNS, the customer's and its operator's live PARTY_TO of that agreement,
    first by id, HOLDS); for an agreement those PARTY_TO".
    """
    if not is_subscription(scope):
        return parties(view, who, customer, scope)
    if view.only_governed(customer, scope):
        agreement = min(view.governing(customer, scope))
        return view.find("GOVERNS", agreement, scope) + parties(view, who, customer, agreement) + holds(view, customer, scope)
    return view.find("BILLS", who, scope) + holds(view, customer, scope)


def parties(view: View, operator: str, customer: str, agreement: str) -> Path:
    """The customer's and its operator's live PARTY_TO."""
    return view.find("PARTY_TO", customer, agreement) + view.find("PARTY_TO", operator, agreement)


def operator_unbilled(view: View, _who: str, customer: str, scope: str) -> Path:
    """OPERATOR_UNBILLED: "HOLDS"."""
    return holds(view, customer, scope)


def empty(_view: View, _who: str, _customer: str, _scope: str) -> Path:
    """OPERATOR_ONLY, NONE: "Empty"."""
    return []


PATH_OF: dict[str, Callable[[View, str, str, str], Path]] = {
    "DIRECT_BILLER": direct_biller,
    "RESELLER": reseller,
    "PROVIDER": provider,
    "RELATED": related,
    "RELATED_PROVIDER": related_provider,
    "RELATED_UNRECORDED": related,
    "RELATED_BESIDES": related,
    "SUPPORT_CONTACT": support_contact,
    "ADMINISTRATOR": administrator,
    "FORMER_BILLER": former_biller,
    "FORMER_RESELLER": former_reseller,
    "CLOSING_PARTNER": closing_partner,
    "OTHER_PARTNER": other_partner,
    "UNBILLED_RESELLER": unbilled_reseller,
    "OPERATOR_OF_CSP": operator_of_csp,
    "OPERATOR_DIRECT": operator_direct,
    "OPERATOR_UNBILLED": operator_unbilled,
    "OPERATOR_FORMER": former_biller,
    "OPERATOR_CLOSING": former_biller,
    "OPERATOR_ONLY": empty,
    "NONE": empty,
}
