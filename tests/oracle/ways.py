"""The ways to each standing: what can be otherwise in the data while the standing is the same."""

from collections.abc import Callable

from tests.oracle.acceptance import KINDS, OPERATORS
from tests.oracle.pairs import Pair, counting, latest
from tests.oracle.standings import has_relationship, is_subscription, other_partners, provided_for
from tests.oracle.view import View

Way = Callable[[View, str, str, str], bool]


def biller(view: View, scope: str) -> str:
    """Whoever has the live BILLS; nothing where nobody has."""
    return next((tie.source for tie in view.find("BILLS", target=scope)), "")


def resells(view: View, who: str, scope: str) -> bool:
    return bool(view.find("RESELLS", who, scope))


def provides(view: View, who: str, other: str) -> bool:
    return bool(view.find("PROVIDES_FOR", who, other))


def sold_as(view: View, customer: str, scope: str) -> str:
    """The sort of scope, in more words than a channel."""
    if scope == customer:
        return "the customer"
    if not is_subscription(scope):
        return "an agreement"
    governed = bool(view.governing(customer, scope))
    channel = view.channel(scope)
    if channel == "CSP":
        return "CSP, governed too" if governed else "CSP"
    if channel == "DIRECT":
        return "only governed" if view.only_governed(customer, scope) else "billed and governed" if governed else "billed directly"
    return "another operator's" if view.find("BILLS", target=scope) else "nobody's"


def kinds(view: View, who: str, customer: str) -> list[str]:
    return [tie.kind for tie in view.find("ADMINISTERS", who, customer)]


def by_kind() -> dict[str, Way]:
    """A way for each kind of admin access, where the partner has this one alone."""

    def way(kind: str) -> Way:
        return lambda view, who, customer, _scope: kinds(view, who, customer) == [kind]

    return {f"as {kind}": way(kind) for kind in KINDS}


def latest_by(type_of_sale: str) -> Callable[[View, str, str, str], Pair]:
    return lambda view, who, customer, scope: latest(counting(view, who, customer, scope, type_of_sale))


def ended_by(view: View, pair: Pair) -> set[str]:
    """What gives a pair its end; several where they are the same instant."""
    by = {"its sale": pair.sale.valid_to, "the HOLDS": pair.holds.valid_to, "now": view.valid_at}
    by["deletion"] = view.deleted_since(pair.holds.target)
    return {name for name, instant in by.items() if instant == pair.end} or {"the other's BILLS"}


def ends(type_of_sale: str, *reasons: str) -> dict[str, Way]:
    """A way for each of these reasons for the end of the pair that decides."""
    found = latest_by(type_of_sale)

    def way(reason: str) -> Way:
        def holds(view: View, who: str, customer: str, scope: str) -> bool:
            return bool(counting(view, who, customer, scope, type_of_sale)) and reason in ended_by(view, found(view, who, customer, scope))

        return holds

    return {f"{type_of_sale} ended by {reason}": way(reason) for reason in reasons}


def sorts(*names: str) -> dict[str, Way]:
    """A way for each of these sorts of scope."""

    def way(name: str) -> Way:
        return lambda view, _who, customer, scope: sold_as(view, customer, scope) == name

    return {f"where it is {name}": way(name) for name in names}


def why_closing() -> dict[str, Way]:
    """Why a subscription is none of the customer's scopes."""
    return {
        "nobody holds it": lambda view, _who, _customer, scope: not view.find("HOLDS", target=scope),
        "another holds it": lambda view, _who, customer, scope: any(tie.source != customer for tie in view.find("HOLDS", target=scope)),
        "it is hidden": lambda view, _who, customer, scope: bool(view.find("HOLDS", customer, scope)),
        "the customer scope beside it": lambda view, _who, customer, _scope: view.scopes(customer) == [customer],
        "other scopes beside it": lambda view, _who, customer, _scope: view.scopes(customer) != [customer],
    }


SUBSCRIPTIONS = ("CSP", "CSP, governed too", "billed directly", "billed and governed", "only governed", "nobody's", "another operator's")

WAYS: dict[str, dict[str, Way]] = {
    "DIRECT_BILLER": {
        "it does not resell it": lambda view, who, _customer, scope: not resells(view, who, scope),
        "it resells it too": lambda view, who, _customer, scope: resells(view, who, scope),
        **sorts("CSP", "CSP, governed too"),
    },
    "RESELLER": {
        "its biller provides for it": lambda view, who, _customer, scope: provides(view, biller(view, scope), who),
        "its biller does not provide for it": lambda view, who, _customer, scope: not provides(view, biller(view, scope), who),
        "its biller resells too": lambda view, _who, _customer, scope: resells(view, biller(view, scope), scope),
        "another reseller beside it": lambda view, who, _customer, scope: bool(
            {*other_partners(view, who, "RESELLS", scope)} - {biller(view, scope)}
        ),
    },
    "PROVIDER": {
        "it does not resell it": lambda view, who, _customer, scope: not resells(view, who, scope),
        "it resells it too": lambda view, who, _customer, scope: resells(view, who, scope),
        "of two resellers": lambda view, who, _customer, scope: len(other_partners(view, who, "RESELLS", scope)) > 1,
        "it provides for all": lambda view, who, _customer, scope: all(
            provides(view, who, each) for each in other_partners(view, who, "RESELLS", scope)
        ),
        "it provides for none": lambda view, who, _customer, scope: (
            not any(provides(view, who, each) for each in other_partners(view, who, "RESELLS", scope))
        ),
    },
    "RELATED": {
        "the only one": lambda view, who, customer, _scope: not other_partners(view, who, "RESELLER_FOR", customer),
        "beside another": lambda view, who, customer, _scope: bool(other_partners(view, who, "RESELLER_FOR", customer)),
        "it provides for a stranger": lambda view, who, _customer, _scope: bool(view.find("PROVIDES_FOR", who)),
        "its provider is related too": lambda view, who, customer, _scope: any(
            has_relationship(view, tie.source, customer) for tie in view.find("PROVIDES_FOR", target=who)
        ),
    },
    "RELATED_PROVIDER": {
        "of one": lambda view, who, customer, _scope: len(provided_for(view, who, customer)) == 1,
        "of two": lambda view, who, customer, _scope: len(provided_for(view, who, customer)) > 1,
        "of each other": lambda view, who, customer, _scope: any(provides(view, each, who) for each in provided_for(view, who, customer)),
    },
    "SUPPORT_CONTACT": sorts(*SUBSCRIPTIONS),
    "ADMINISTRATOR": {
        **by_kind(),
        "as two kinds": lambda view, who, customer, _scope: len(kinds(view, who, customer)) > 1,
        **sorts(*SUBSCRIPTIONS, "an agreement", "the customer"),
    },
    "FORMER_BILLER": {
        **sorts(*SUBSCRIPTIONS),
        **ends("BILLS", "its sale", "the HOLDS", "deletion"),
        "under another HOLDS": lambda view, who, customer, scope: not view.live(latest_by("BILLS")(view, who, customer, scope).holds),
        "of several pairs": lambda view, who, customer, scope: len(counting(view, who, customer, scope, "BILLS")) > 1,
    },
    "FORMER_RESELLER": {
        **sorts(*SUBSCRIPTIONS),
        **ends("RESELLS", "its sale", "the HOLDS", "the other's BILLS", "deletion"),
        "under another HOLDS": lambda view, who, customer, scope: not view.live(latest_by("RESELLS")(view, who, customer, scope).holds),
        "of several pairs": lambda view, who, customer, scope: len(counting(view, who, customer, scope, "RESELLS")) > 1,
    },
    "CLOSING_PARTNER": {
        **why_closing(),
        "by BILLS alone": lambda view, who, customer, scope: not counting(view, who, customer, scope, "RESELLS"),
        "by RESELLS alone": lambda view, who, customer, scope: not counting(view, who, customer, scope, "BILLS"),
        "by both": lambda view, who, customer, scope: all(counting(view, who, customer, scope, each) for each in ("BILLS", "RESELLS")),
        "its sale goes on": lambda view, who, _customer, scope: bool(view.find("BILLS", who, scope) or view.find("RESELLS", who, scope)),
        **ends("BILLS", "its sale", "the HOLDS", "now", "deletion"),
        **ends("RESELLS", "its sale", "the HOLDS", "the other's BILLS", "now", "deletion"),
    },
    "OTHER_PARTNER": {
        "in an agreement": lambda _view, _who, _customer, scope: not is_subscription(scope),
        "in a subscription": lambda _view, _who, _customer, scope: is_subscription(scope),
        "it bills the other": lambda view, who, customer, _scope: any(
            view.find("BILLS", who, each) for each in view.subscriptions(customer)
        ),
        "it resells a CSP one": lambda view, who, customer, scope: resells_elsewhere(view, who, customer, scope, "CSP"),
        "it resells an UNBILLED one": lambda view, who, customer, scope: resells_elsewhere(view, who, customer, scope, "UNBILLED"),
    },
    "UNBILLED_RESELLER": sorts("nobody's", "another operator's"),
    "RELATED_UNRECORDED": sorts("nobody's", "another operator's"),
    "RELATED_BESIDES": sorts("CSP", "CSP, governed too", "billed directly", "billed and governed", "only governed", "an agreement"),
    "OPERATOR_OF_CSP": {
        **sorts("CSP", "CSP, governed too"),
        "in the indirect chain": lambda view, _who, _customer, scope: bool(other_partners(view, biller(view, scope), "RESELLS", scope)),
    },
    "OPERATOR_DIRECT": {
        **sorts("billed directly", "billed and governed", "only governed", "an agreement"),
        "an agreement with its PARTY_TO": lambda view, who, _customer, scope: bool(view.find("PARTY_TO", who, scope)),
        "an agreement with the other operator's": lambda view, who, _customer, scope: any(
            tie.source in OPERATORS and tie.source != who for tie in view.find("PARTY_TO", target=scope)
        ),
        "governed by two": lambda view, _who, customer, scope: is_subscription(scope) and len(view.governing(customer, scope)) > 1,
        "governed while another operator bills": lambda view, _who, customer, scope: (
            is_subscription(scope) and view.only_governed(customer, scope) and bool(biller(view, scope))
        ),
    },
    "OPERATOR_UNBILLED": {
        **sorts("nobody's", "another operator's"),
        "an agreement that is not direct or not its own governs": lambda view, _who, _customer, scope: bool(
            view.find("GOVERNS", target=scope)
        ),
    },
    "OPERATOR_ONLY": {
        "nothing is held": lambda view, _who, customer, _scope: not view.find("HOLDS", customer),
        "what is held is hidden": lambda view, _who, customer, _scope: bool(view.find("HOLDS", customer)),
        "an agreement of channel CSP": lambda view, _who, customer, _scope: bool(view.agreements(customer)),
    },
    "OPERATOR_FORMER": {
        **sorts("CSP", "CSP, governed too", "nobody's", "another operator's"),
        **ends("BILLS", "its sale", "the HOLDS", "deletion"),
    },
    "OPERATOR_CLOSING": {**why_closing(), **ends("BILLS", "its sale", "the HOLDS", "now", "deletion")},
    "NONE": {
        "the other operator": lambda _view, who, _customer, _scope: who in OPERATORS,
        "a partner": lambda _view, who, _customer, _scope: who not in OPERATORS,
        "a partner that resells a DIRECT one": lambda view, who, _customer, scope: (
            is_subscription(scope) and resells(view, who, scope) and view.channel(scope) == "DIRECT"
        ),
    },
}


def resells_elsewhere(view: View, who: str, customer: str, scope: str, channel: str) -> bool:
    return any(resells(view, who, each) and view.channel(each) == channel for each in view.subscriptions(customer) if each != scope)
