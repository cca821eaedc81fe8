"""An Azure subscription in a partner's billing account, with its reseller, as the Azure Billing API answers it."""

from dataclasses import replace

from intake.partner_center.bodies import Body, customer_in
from intake.partner_center.dates import since
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.terms import RelationshipType


def fits(body: Body) -> bool:
    """Whether this is a billing subscription."""
    kind = body.text("type").lower()
    return kind.startswith("microsoft.billing/") and kind.endswith("/billingsubscriptions")


def take(body: Body, told: Told) -> None:
    """Tell of the subscription, its customer, its reseller and, as only a partner's account has customers, who bills it."""
    details = _details(body)
    subscription = told.node(
        "subscription",
        details.text("subscriptionId") or body.text("name"),
        {
            "offer": details.text("skuDescription") or details.text("displayName"),
            "status": details.text("subscriptionBillingStatus") or details.text("status"),
            "consumption": True if details.text("subscriptionId") else None,  # one by licence has no Azure subscription
        },
    )
    start = since(details.content)
    reseller = details.text("reseller", "resellerId")
    if not reseller and not details.text("customerId"):
        raise BadInput(
            "has neither `customerId` nor `reseller`, so it is in no partner's billing account; list the subscriptions by customer"
        )
    told.began(RelationshipType.BILLS, told.biller(), subscription, start)
    if partner := told.reseller(reseller):
        told.partner(partner.partition(":")[2], hints={"name": details.text("reseller", "description")})
        told.began(RelationshipType.RESELLS, partner, subscription, start)
    named = details.text("beneficiaryTenantId") or customer_in(details.text("customerId")) or ""
    told.began(RelationshipType.HOLDS, customer_of(body, told, named, details.text("customerDisplayName")), subscription, start)


def _details(body: Body) -> Body:
    """What is in `properties`; Azure's command line writes the same beside the name."""
    properties = body.content.get("properties")
    return replace(body, content=properties) if isinstance(properties, dict) else body


AZURE_SUBSCRIPTION = Shape("Azure billing subscription", fits, take)
