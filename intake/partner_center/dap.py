"""A customer in the list of those that grant delegated admin privileges (DAP), or of those with a delegated admin relationship."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import since_event
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.terms import AdminKind, RelationshipType


def fits(body: Body) -> bool:
    """Whether this is such a customer, as Partner Center or as Microsoft Graph lists it."""
    return body.has("customerTenantId", "dapEnabled") or body.text("@odata.type").endswith(".delegatedAdminCustomer")


def take(body: Body, told: Told) -> None:
    """Tell of the customer and, where the list says so, of the partner's admin access; Graph's list only names the customer."""
    named = body.text("customerTenantId") or body.text("tenantId")
    customer = customer_of(body, told, named, body.text("organizationDisplayName") or body.text("displayName"))
    if "dapEnabled" not in body.content:
        return
    pair = (told.biller(), customer)
    enabled = body.text("dapEnabled").lower() == "true"
    began, ended = since_event(body.content, "startDateTime"), since_event(body.content, "endDateTime")
    if enabled or began.instant is not None:
        told.began(RelationshipType.ADMINISTERS, *pair, began, AdminKind.DAP)
    if not enabled or ended.instant is not None:
        told.ended(RelationshipType.ADMINISTERS, *pair, ended, AdminKind.DAP)


DAP = Shape("delegated admin customer", fits, take)
