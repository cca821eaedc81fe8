"""A customer's company profile."""

from intake.partner_center.bodies import Body
from intake.partner_center.gathering import Gathering
from intake.partner_center.shape import Shape, customer_of


def fits(body: Body) -> bool:
    """Whether this is a company profile."""
    return body.object_type == "CustomerCompanyProfile" or {"tenantId", "companyName"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note what the customer is called and where it is."""
    customer = customer_of(body, gathering, body.text("tenantId"))
    properties = {"name": body.text("companyName"), "domain": body.text("domain"), "country": body.text("address", "country")}
    gathering.node(customer, body.file, properties)


COMPANY_PROFILE = Shape("company profile", fits, take)
