"""One partner: what it is to others."""

from graph.ties import Ties
from policy.terms import PartnerRole
from resolvers.operation import AsOf, Operation

NO_TIES = Ties(bills_alone=False, bills_resold=False, resells_billed=False, providers=(), resellers=())


async def ties_at(operation: Operation, partner: str, as_of: AsOf | None) -> Ties:
    """What the partner is to others at an instant. Raises BadInput, Unavailable."""
    at = await operation.reading(await operation.instant(as_of))
    return await operation.ties((partner, at)) or NO_TIES


def roles(ties: Ties) -> list[PartnerRole]:
    """The roles that these ties give, in the order of PartnerRole."""
    held = {
        PartnerRole.DIRECT_BILL: ties.bills_alone,
        PartnerRole.INDIRECT_PROVIDER: ties.bills_resold or bool(ties.resellers),
        PartnerRole.INDIRECT_RESELLER: ties.resells_billed or bool(ties.providers),
    }
    return [role for role, holds in held.items() if holds]
