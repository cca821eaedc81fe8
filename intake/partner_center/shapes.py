"""The kinds of answer that are taken; a new one is a file beside these and a line here."""

from intake.partner_center.agreement import AGREEMENT
from intake.partner_center.audit_record import AUDIT_RECORD
from intake.partner_center.azure_subscription import AZURE_SUBSCRIPTION
from intake.partner_center.billing_profile import BILLING_PROFILE
from intake.partner_center.bodies import Body
from intake.partner_center.company_profile import COMPANY_PROFILE
from intake.partner_center.company_subscription import COMPANY_SUBSCRIPTION
from intake.partner_center.customer import CUSTOMER
from intake.partner_center.dap import DAP
from intake.partner_center.event import EVENT
from intake.partner_center.failure import FAILURE
from intake.partner_center.gdap import GDAP
from intake.partner_center.mpn_profile import MPN_PROFILE
from intake.partner_center.order import ORDER
from intake.partner_center.partner_profile import PARTNER_PROFILE
from intake.partner_center.partner_relationship import PARTNER_RELATIONSHIP
from intake.partner_center.shape import Shape
from intake.partner_center.subscription import SUBSCRIPTION
from intake.partner_center.support_contact import SUPPORT_CONTACT
from intake.partner_center.transfer import TRANSFER
from intake.partner_center.transfer_result import TRANSFER_RESULT
from intake.partner_center.untelling import UNTELLING
from policy.errors import BadInput

SHAPES = (
    CUSTOMER,
    PARTNER_PROFILE,  # before the company profile, which has the same members
    COMPANY_PROFILE,
    BILLING_PROFILE,
    ORDER,
    SUBSCRIPTION,
    TRANSFER,
    TRANSFER_RESULT,
    PARTNER_RELATIONSHIP,
    SUPPORT_CONTACT,
    AGREEMENT,
    MPN_PROFILE,
    GDAP,
    DAP,
    COMPANY_SUBSCRIPTION,
    AZURE_SUBSCRIPTION,
    EVENT,
    AUDIT_RECORD,
    UNTELLING,
    FAILURE,
)
"""Asked in this order; the first that fits takes the body."""


def shape_of(body: Body) -> Shape:
    """The kind of answer that a body is. Raises BadInput for one that is not known."""
    for shape in SHAPES:
        if shape.fits(body):
            return shape
    raise BadInput(f"is no answer of a kind that is taken; those are {', '.join(shape.name for shape in SHAPES if shape is not FAILURE)}")
