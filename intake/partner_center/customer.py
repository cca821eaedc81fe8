"""A customer, alone or in a list, or the answer to a change of one; one made for an indirect reseller names that reseller's tenant."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.facts import Property
from policy.terms import AdminKind, RelationshipType

RESELLER, NONE = "reseller", "none"


def fits(body: Body) -> bool:
    """Whether this is a customer."""
    return body.object_type == "Customer" or body.has("companyProfile", "relationshipToPartner")


def take(body: Body, told: Told) -> None:
    """Tell of the customer, of who resells to it or no longer does, and of the admin access that it grants."""
    customer = customer_of(body, told, body.text("id") or body.text("companyProfile", "tenantId"))
    told.node("customer", customer.partition(":")[2], _properties(body), _hints(body))
    _tell_relationship(body, customer, told)
    _tell_admin_access(body, customer, told)


def _properties(body: Body) -> dict[str, Property]:
    return {
        "name": body.text("companyProfile", "companyName"),
        "domain": body.text("companyProfile", "domain"),
        "country": body.text("companyProfile", "address", "country"),
    }


def _hints(body: Body) -> dict[str, Property]:
    billing = body.content.get("billingProfile")
    address = billing.get("defaultAddress") if isinstance(billing, dict) else None
    country = address.get("country") if isinstance(address, dict) else None
    return {"name": body.text("billingProfile", "companyName"), "country": country if isinstance(country, str) else ""}


def _tell_relationship(body: Body, customer: str, told: Told) -> None:
    """Advisors and the like have no CSP relationship: nothing is told of them."""
    state = body.text("relationshipToPartner").lower()
    if state not in {RESELLER, NONE}:
        return
    associated = body.text("associatedPartnerId")
    for partner in (told.biller(), *([told.partner(associated)] if associated else [])):
        (told.began if state == RESELLER else told.ended)(RelationshipType.RESELLER_FOR, partner, customer)


def _tell_admin_access(body: Body, customer: str, told: Told) -> None:
    """Without the relationship there is no delegated admin access either: its removal takes both."""
    allowed = body.content.get("allowDelegatedAccess")
    if body.text("relationshipToPartner").lower() == NONE or allowed is False:
        told.ended(RelationshipType.ADMINISTERS, told.biller(), customer, kind=AdminKind.DAP)
    elif allowed is True:
        told.began(RelationshipType.ADMINISTERS, told.biller(), customer, kind=AdminKind.DAP)


CUSTOMER = Shape("customer", fits, take)
