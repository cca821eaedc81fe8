"""What a communicator is in a scope: policy.md section 4, in the order of its table."""

from collections.abc import Iterator

from policy.facts import Relationship
from policy.live import is_operator
from policy.situation import Situation
from policy.terms import Category, Channel, RelationshipType, Standing

BILLS, RESELLS, SUPPORTS = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.SUPPORTS
RESELLER_FOR, ADMINISTERS, PROVIDES_FOR = RelationshipType.RESELLER_FOR, RelationshipType.ADMINISTERS, RelationshipType.PROVIDES_FOR


def standings(at: Situation, who: str, scope: str) -> Iterator[Standing]:
    """Every standing of the policy that `who` has in that scope, in the order that breaks a tie; NONE is always the last."""
    if scope in at.closing_scopes(who):
        yield Standing.OPERATOR_CLOSING if is_operator(who) else Standing.CLOSING_PARTNER
        return
    had = (_of_operator if is_operator(who) else _of_partner)(at, who, scope)
    yield from (standing for standing in had if standing in at.rules.standings)
    yield Standing.NONE


def scopes_of(at: Situation, who: str, category: Category) -> tuple[str, ...]:
    """What an answer about a category is given for: the customer's scopes, then the communicator's closing ones."""
    return at.scopes + at.closing_scopes(who) if category in at.rules.closing_categories else at.scopes


def _of_partner(at: Situation, who: str, scope: str) -> Iterator[Standing]:  # noqa: C901 - one case a row of the table
    is_subscription = scope.startswith("subscription:")
    is_unbilled = is_subscription and at.channel(scope) is Channel.UNBILLED
    is_related = bool(at.between(RESELLER_FOR, who, at.customer))
    if is_subscription:
        yield from _by_billing(at, who, scope)
    if is_related and scope == at.customer:
        yield Standing.RELATED_PROVIDER if at.rules.has(Standing.RELATED_PROVIDER) and provided(at, who) else Standing.RELATED
    if at.between(SUPPORTS, who, scope):
        yield Standing.SUPPORT_CONTACT
    if at.between(ADMINISTERS, who, at.customer):
        yield Standing.ADMINISTRATOR
    if at.past_sale(who, BILLS, scope):
        yield Standing.FORMER_BILLER
    if at.past_sale(who, RESELLS, scope):
        yield Standing.FORMER_RESELLER
    if other_subscription(at, who, scope):
        yield Standing.OTHER_PARTNER
    if is_unbilled and who in at.resellers(scope):
        yield Standing.UNBILLED_RESELLER
    if is_related and is_unbilled:
        yield Standing.RELATED_UNRECORDED
    if is_related and not is_unbilled and scope != at.customer:
        yield Standing.RELATED_BESIDES


def candidates(at: Situation) -> tuple[str, ...]:
    """The customer's operator and every partner with a standing other than NONE in some scope, closing ones included; by name."""
    return at.by_name((at.operator, *(who for who in at.acquainted if at.closing_scopes(who) or _stands_somewhere(at, who))))


def _stands_somewhere(at: Situation, who: str) -> bool:
    return any(next(standings(at, who, scope)) is not Standing.NONE for scope in at.scopes)


def other_subscription(at: Situation, who: str, scope: str) -> str | None:
    """The first subscription by id, other than `scope`, in which the partner has a stake."""
    return next((each for each in at.stakes.get(who, ()) if each != scope), None)


def provided(at: Situation, who: str) -> list[Relationship]:
    """The PROVIDES_FOR of a partner to each other one that the customer accepted as its reseller too, by id."""
    related = (each.start for each in at.to(RESELLER_FOR, at.customer) if each.start != who)
    return [edge for each in related for edge in at.between(PROVIDES_FOR, who, each)]


def _by_billing(at: Situation, who: str, subscription: str) -> Iterator[Standing]:
    resellers = at.resellers(subscription)
    if who == at.biller(subscription):
        yield Standing.PROVIDER if any(each != who for each in resellers) else Standing.DIRECT_BILLER
    elif who in resellers and at.channel(subscription) is Channel.CSP:
        yield Standing.RESELLER


def _of_operator(at: Situation, who: str, scope: str) -> Iterator[Standing]:
    if who != at.operator:
        return
    channel = at.channel(scope) if scope.startswith("subscription:") else Channel.DIRECT
    yield Standing.OPERATOR_ONLY if scope == at.customer else OF_OPERATOR[channel]
    if channel is not Channel.DIRECT and at.past_sale(who, BILLS, scope):
        yield Standing.OPERATOR_FORMER


OF_OPERATOR = {
    Channel.CSP: Standing.OPERATOR_OF_CSP,
    Channel.DIRECT: Standing.OPERATOR_DIRECT,
    Channel.UNBILLED: Standing.OPERATOR_UNBILLED,
}
