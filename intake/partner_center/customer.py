"""A customer, alone or in a list; one made for an indirect reseller names that reseller's tenant."""

from intake.partner_center.bodies import Body
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shape import Shape
from policy.errors import BadInput
from policy.terms import RelationshipType


def fits(body: Body) -> bool:
    """Whether this is a customer."""
    return body.object_type == "Customer" or {"companyProfile", "relationshipToPartner"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note the customer and, while the reseller relationship stands, who has it."""
    key = body.text("id") or body.text("companyProfile", "tenantId")
    if not key:
        raise BadInput("is a customer without an id; only whole customers are taken, not the answer to a change of one")
    customer = gathering.node(
        node_id("customer", key),
        body.file,
        {
            "name": body.text("companyProfile", "companyName") or body.text("billingProfile", "companyName"),
            "domain": body.text("companyProfile", "domain"),
            "country": body.text("companyProfile", "address", "country") or body.text("billingProfile", "defaultAddress", "country"),
        },
    )
    if body.text("relationshipToPartner").lower() != "reseller":
        return
    gathering.tie(RelationshipType.RESELLER_FOR, gathering.billed_by, customer, body.file)
    if associated := body.text("associatedPartnerId"):
        reseller = gathering.node(node_id("partner", associated), body.file, {})
        gathering.tie(RelationshipType.RESELLER_FOR, reseller, customer, body.file)


CUSTOMER = Shape("customer", fits, take)
