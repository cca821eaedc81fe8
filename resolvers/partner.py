"""One partner: what it is to others."""

from collections.abc import Sequence

from graph.ties import Ties
from policy.another import ANOTHER
from policy.caller import Role
from policy.live import Live, is_operator
from policy.situation import Situation
from policy.terms import PartnerRole, RelationshipType
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import known_situation_of

NO_TIES = Ties(bills_alone=False, bills_resold=False, resells_billed=False, providers=(), resellers=())


async def ties_at(operation: Operation, partner: str, as_of: AsOf | None) -> Ties:
    """What the partner is to others at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    at = await operation.reading(await operation.instant(as_of))
    if operation.caller.role is Role.CUSTOMER:
        seen = await known_situation_of(operation, str(operation.caller.node), as_of)
        return _ties_in(seen, partner) if seen else NO_TIES
    if operation.caller.is_bound and partner != operation.caller.node:
        return NO_TIES
    return await operation.readings.ties((partner, at)) or NO_TIES


async def providers_at(operation: Operation, partner: str, as_of: AsOf | None) -> Sequence[str]:
    """Who provides for the partner at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return _as_seen((await ties_at(operation, partner, as_of)).providers, operation)
    valid_at, known_at = await operation.reading(await operation.instant(as_of))
    return _starts(Live(await operation.providers(partner), valid_at, known_at), partner)


def providers_at_once(operation: Operation, partner: str) -> Sequence[str]:
    """The same of now, where nothing has to be read for it; else LookupError."""
    records, (valid_at, known_at) = operation.remembered.providers(partner)
    return _starts(Live(records, valid_at, known_at), partner)


async def resellers_at(operation: Operation, partner: str, as_of: AsOf | None) -> Sequence[str]:
    """For whom the partner provides at an instant, as far as the caller sees it. Raises BadInput, Unavailable."""
    if operation.caller.is_bound:
        return _as_seen((await ties_at(operation, partner, as_of)).resellers, operation)
    return await operation.readings.resellers((partner, await operation.reading(await operation.instant(as_of))))


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
