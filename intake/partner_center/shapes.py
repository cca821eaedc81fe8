"""The kinds of answer that are taken; a new one is a file beside these and a line here."""

from intake.partner_center.agreement import AGREEMENT
from intake.partner_center.bodies import Body
from intake.partner_center.company_profile import COMPANY_PROFILE
from intake.partner_center.customer import CUSTOMER
from intake.partner_center.mpn_profile import MPN_PROFILE
from intake.partner_center.order import ORDER
from intake.partner_center.partner_relationship import PARTNER_RELATIONSHIP
from intake.partner_center.shape import Shape
from intake.partner_center.subscription import SUBSCRIPTION
from policy.errors import BadInput

SHAPES = (CUSTOMER, COMPANY_PROFILE, ORDER, SUBSCRIPTION, PARTNER_RELATIONSHIP, AGREEMENT, MPN_PROFILE)
"""Asked in this order; the first that fits takes the body."""


def shape_of(body: Body) -> Shape:
    """The kind of answer that a body is. Raises BadInput for one that is not known."""
    for shape in SHAPES:
        if shape.fits(body):
            return shape
    raise BadInput(f"is no answer of a kind that is taken; those are {', '.join(shape.name for shape in SHAPES)}")
