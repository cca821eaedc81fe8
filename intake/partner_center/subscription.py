"""A subscription, alone or in a list; bought through an indirect reseller it names that reseller's MPN id."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import since
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.facts import Property
from policy.terms import RelationshipType

OWN = frozenset({"effectiveStartDate", "commitmentEndDate", "billingType", "contractType", "termDuration"})
"""Members that only a subscription has beside its offer."""
AZURE = "azure"


def fits(body: Body) -> bool:
    """Whether this is a subscription."""
    return body.object_type == "Subscription" or (body.has("id", "offerId") and not OWN.isdisjoint(body.content))


def take(body: Body, told: Told) -> None:
    """
    Tell of the subscription, who bills it, who resells it and, where the body can be tied to one, the customer that holds it.

    No status ends anything: `deleted` hides the subscription, and of any other the customer still has it. Nor does the end of a term.
    """
    subscription = told.node("subscription", body.text("id"), _properties(body))
    start = since(body.content)
    told.began(RelationshipType.BILLS, told.biller(), subscription, start)
    if reseller := told.reseller(body.text("partnerId")):
        told.began(RelationshipType.RESELLS, reseller, subscription, start)
    told.began(RelationshipType.HOLDS, customer_of(body, told), subscription, start)


def _properties(body: Body) -> dict[str, Property]:
    return {
        "offer": body.text("offerName") or body.text("friendlyName") or body.text("offerId"),
        "status": body.text("status"),
        "consumption": _is_consumption(body),
    }


def _is_consumption(body: Body) -> bool | None:
    """Azure by use, legacy or under an Azure plan; None where the body doesn't say how it is billed."""
    if body.text("productType", "id").lower() == AZURE:
        return True
    billing = body.text("billingType") or body.text("unitType")
    return billing.lower().startswith("usage") if billing else None


SUBSCRIPTION = Shape("subscription", fits, take)
