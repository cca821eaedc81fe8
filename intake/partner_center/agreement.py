"""An agreement that a customer accepted through a partner, confirmed or listed."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import since
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.terms import AgreementChannel, RelationshipType


def fits(body: Body) -> bool:
    """Whether this is a customer's agreement."""
    return body.object_type == "Agreement" or body.has("dateAgreed", "type")


def take(body: Body, told: Told) -> None:
    """Tell of the agreement and the customer that is party to it; one without an id is named by customer, template and date."""
    properties = {"type": body.text("type"), "channel": AgreementChannel.CSP}
    if key := body.text("id"):
        told.node("agreement", key, properties)
    customer = customer_of(body, told)
    key = key or f"{customer.partition(':')[2]}-{body.text('templateId')}-{body.text('dateAgreed').replace(' ', '')}"
    agreement = told.node("agreement", key, properties)
    told.began(RelationshipType.PARTY_TO, customer, agreement, since(body.content))


AGREEMENT = Shape("agreement", fits, take)
