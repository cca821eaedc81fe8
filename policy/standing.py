"""What a communicator is in a scope: policy.md section 4, in the order of its table."""

from collections.abc import Iterator

from policy.live import is_operator
from policy.situation import Situation
from policy.terms import Channel, RelationshipType, Standing


def standings(at: Situation, who: str, scope: str) -> Iterator[Standing]:
    """Every standing that `who` has in that scope of the customer, in the order that breaks a tie; NONE is always the last."""
    if is_operator(who):
        if who == at.operator:
            yield _of_operator(at, scope)
    else:
        if scope.startswith("subscription:"):
            yield from _by_billing(at, who, scope)
        if scope == at.customer and at.between(RelationshipType.RESELLER_FOR, who, scope):
            yield Standing.RELATED
        if at.between(RelationshipType.SUPPORTS, who, scope):
            yield Standing.SUPPORT_CONTACT
        if at.between(RelationshipType.ADMINISTERS, who, at.customer):
            yield Standing.ADMINISTRATOR
        if at.last_bill(who, scope):
            yield Standing.FORMER_BILLER
        if other_subscription(at, who, scope):
            yield Standing.OTHER_PARTNER
        if scope.startswith("subscription:") and at.channel(scope) is Channel.UNBILLED and who in at.resellers(scope):
            yield Standing.UNBILLED_RESELLER
    yield Standing.NONE


def candidates(at: Situation) -> tuple[str, ...]:
    """The customer's operator and every partner with a standing other than NONE in some scope, by name."""
    partners = (who for who in at.acquainted if any(next(standings(at, who, scope)) is not Standing.NONE for scope in at.scopes))
    return at.by_name((at.operator, *partners))


def other_subscription(at: Situation, who: str, scope: str) -> str | None:
    """The first subscription by id, other than `scope`, in which the partner has a stake."""
    return next((each for each in at.stakes.get(who, ()) if each != scope), None)


def _by_billing(at: Situation, who: str, subscription: str) -> Iterator[Standing]:
    biller = at.biller(subscription)
    resellers = at.resellers(subscription)
    if who == biller:
        yield Standing.PROVIDER if any(each != who for each in resellers) else Standing.DIRECT_BILLER
    elif who in resellers and at.channel(subscription) is Channel.CSP:
        yield Standing.RESELLER


def _of_operator(at: Situation, scope: str) -> Standing:
    if scope == at.customer:
        return Standing.OPERATOR_ONLY
    if scope.startswith("agreement:"):
        return Standing.OPERATOR_DIRECT
    return {
        Channel.CSP: Standing.OPERATOR_OF_CSP,
        Channel.DIRECT: Standing.OPERATOR_DIRECT,
        Channel.UNBILLED: Standing.OPERATOR_UNBILLED,
    }[at.channel(scope)]
