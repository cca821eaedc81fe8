"""A customer's company profile."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told


def fits(body: Body) -> bool:
    """Whether this is a company profile."""
    return body.object_type == "CustomerCompanyProfile" or body.has("tenantId", "companyName")


def take(body: Body, told: Told) -> None:
    """Tell what the customer is called and where it is."""
    customer = customer_of(body, told, body.text("tenantId"))
    properties = {"name": body.text("companyName"), "domain": body.text("domain"), "country": body.text("address", "country")}
    told.node("customer", customer.partition(":")[2], properties)


COMPANY_PROFILE = Shape("company profile", fits, take)
