"""A subscription, alone or in a list; bought through an indirect reseller it names that reseller's MPN id."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import since
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shape import Shape, customer_of
from policy.facts import Property
from policy.terms import RelationshipType

OWN = frozenset({"effectiveStartDate", "commitmentEndDate", "billingType", "contractType", "termDuration"})
"""Members that only a subscription has beside its offer."""


def fits(body: Body) -> bool:
    """Whether this is a subscription."""
    return body.object_type == "Subscription" or ({"id", "offerId"} <= body.content.keys() and not OWN.isdisjoint(body.content))


def take(body: Body, gathering: Gathering) -> None:
    """Note the subscription, who bills it, who resells it and, where the body can be tied to one, the customer that holds it."""
    start = since(body.content)
    subscription = gathering.node(node_id("subscription", body.text("id")), body.file, _properties(body))
    gathering.tie(RelationshipType.BILLS, gathering.billed_by, subscription, body.file, start)
    if mpn_id := body.text("partnerId"):
        gathering.tie(RelationshipType.RESELLS, gathering.reseller(mpn_id, body.file), subscription, body.file, start)
    gathering.tie(RelationshipType.HOLDS, customer_of(body, gathering), subscription, body.file, start)


def _properties(body: Body) -> dict[str, Property]:
    consumption = body.text("billingType") or body.text("unitType")
    return {
        "offer": body.text("offerName") or body.text("friendlyName") or body.text("offerId"),
        "status": body.text("status").lower(),
        "consumption": consumption.lower().startswith("usage") if consumption else None,
    }


SUBSCRIPTION = Shape("subscription", fits, take)
