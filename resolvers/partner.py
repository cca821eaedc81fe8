"""One partner: what it is to others."""

from collections.abc import Sequence

from policy.another import ANOTHER
from policy.caller import Role
from policy.live import Live, is_operator
from policy.situation import Situation
from policy.terms import PartnerRole, RelationshipType
from resolvers.instants import AsOf, Instant
from resolvers.operation import Operation
from resolvers.sold_by import NO_TIES, Ties, sold_by


def ties_at(operation: Operation, partner: str, as_of: AsOf | None) -> Ties:
    """What the partner is to others at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    if operation.caller.role is Role.CUSTOMER:
        seen = operation.situation(str(operation.caller.node), as_of)
        return _ties_in(seen, partner) if seen else NO_TIES
    if operation.caller.is_bound and partner != operation.caller.node:
        return NO_TIES
    instant = operation.reading(operation.instant(as_of))
    sold = sold_by(operation, partner, instant)
    return sold._replace(providers=_providers(operation, partner, instant), resellers=_resellers(operation, partner, instant))


def providers_at(operation: Operation, partner: str, as_of: AsOf | None) -> Sequence[str]:
    """Who provides for the partner at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return _as_seen(ties_at(operation, partner, as_of).providers, operation)
    return _providers(operation, partner, operation.reading(operation.instant(as_of)))


def resellers_at(operation: Operation, partner: str, as_of: AsOf | None) -> Sequence[str]:
    """For whom the partner provides at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return _as_seen(ties_at(operation, partner, as_of).resellers, operation)
    return _resellers(operation, partner, operation.reading(operation.instant(as_of)))


def _providers(operation: Operation, partner: str, instant: Instant) -> Sequence[str]:
    row = operation.facts.partner(partner)
    return _starts(Live(row.providers if row else (), *instant), partner)


def _resellers(operation: Operation, partner: str, instant: Instant) -> Sequence[str]:
    provided = operation.facts.provided_by(partner)
    return sorted(each for each in provided if partner in _providers(operation, each, instant))


def _starts(live: Live, partner: str) -> Sequence[str]:
    return [each.start for each in live.to(RelationshipType.PROVIDES_FOR, partner)]


def _as_seen(others: Sequence[str], operation: Operation) -> Sequence[str]:
    """To a partner any others are the one that stands for them all."""
    return (ANOTHER,) * bool(others) if operation.caller.role is Role.PARTNER else others


def _ties_in(at: Situation, partner: str) -> Ties:
    """What the partner is to others around one customer."""
    held = [(at.biller(each), at.resellers(each)) for each in at.subscriptions]
    resold = [biller == partner and any(each != partner for each in resellers) for biller, resellers in held]
    return Ties(
        bills_alone=any(biller == partner and not is_resold for (biller, _), is_resold in zip(held, resold, strict=True)),
        bills_resold=any(resold),
        resells_billed=any(
            partner in resellers and biller not in {None, partner} and not is_operator(str(biller)) for biller, resellers in held
        ),
        providers=[each.start for each in at.to(RelationshipType.PROVIDES_FOR, partner)],
        resellers=[each for each in at.partners if at.between(RelationshipType.PROVIDES_FOR, partner, each)],
    )


def roles(ties: Ties) -> list[PartnerRole]:
    """The roles that these ties give, in the order of PartnerRole."""
    held = {
        PartnerRole.DIRECT_BILL: ties.bills_alone,
        PartnerRole.INDIRECT_PROVIDER: ties.bills_resold or bool(ties.resellers),
        PartnerRole.INDIRECT_RESELLER: ties.resells_billed or bool(ties.providers),
    }
    return [role for role, holds in held.items() if holds]
