"""A subscription as Microsoft Graph shows it to the customer (companySubscription): the only answer that names the partner behind it."""

import re

from intake.partner_center.bodies import TENANT, Body
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import PLACEHOLDER, Told
from policy.facts import Property
from policy.terms import RelationshipType

IN_ADDRESS = re.compile(rf"/(?:v\d+(?:\.\d+)?|beta)/({TENANT.pattern})/")
STATUSES = {"enabled": "active"}
"""Graph's words for what Partner Center calls otherwise."""


def fits(body: Body) -> bool:
    """Whether this is a companySubscription."""
    return body.text("@odata.type").endswith(".companySubscription") or body.has("skuPartNumber", "ownerTenantId")


def take(body: Body, told: Told) -> None:
    """
    Tell of the subscription, the partner that sold it and the customer that holds it.

    It is named by its id in the commerce system, which is Partner Center's. Without an owner tenant nobody is told to bill it.
    """
    key = body.text("commerceSubscriptionId") or body.text("id")
    subscription = told.node("subscription", key, _properties(body), {"offer": body.text("skuPartNumber")})
    if owner := body.text("ownerTenantId"):
        told.began(RelationshipType.BILLS, told.partner(owner), subscription)
    told.began(RelationshipType.HOLDS, customer_of(body, told, _tenant(body)), subscription)


def _properties(body: Body) -> dict[str, Property]:
    status = body.text("status")
    return {"status": STATUSES.get(status.lower(), status)}


def _tenant(body: Body) -> str:
    """The tenant that Graph's own addresses in the answer name, or the list around it; they mostly don't."""
    for content in (body.content, body.around):
        for name in ("@odata.id", "@odata.context"):
            address = content.get(name)
            if isinstance(address, str) and not PLACEHOLDER.fullmatch(address) and (match := IN_ADDRESS.search(address)):
                return match[1]
    return ""


COMPANY_SUBSCRIPTION = Shape("company subscription", fits, take)
