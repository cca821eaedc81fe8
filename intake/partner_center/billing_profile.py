"""A customer's billing profile: whom the partner writes its invoice to, which is mostly the company itself."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told


def fits(body: Body) -> bool:
    """Whether this is a customer's billing profile."""
    return body.object_type == "CustomerBillingProfile"


def take(body: Body, told: Told) -> None:
    """Tell in passing what the customer is called and where it is; its company profile knows better."""
    customer = customer_of(body, told)
    hints = {"name": body.text("companyName"), "country": body.text("defaultAddress", "country")}
    told.node("customer", customer.partition(":")[2], hints=hints)


BILLING_PROFILE = Shape("billing profile", fits, take)
