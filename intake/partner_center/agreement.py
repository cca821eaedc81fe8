"""An agreement that a customer accepted through a partner, confirmed or listed."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import since
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shape import Shape, customer_of
from policy.terms import AgreementChannel, RelationshipType


def fits(body: Body) -> bool:
    """Whether this is a customer's agreement."""
    return body.object_type == "Agreement" or {"dateAgreed", "type"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note the agreement and the customer that is party to it; one without an id is named by customer, template and date."""
    properties = {"type": body.text("type"), "channel": AgreementChannel.CSP}
    start = since(body.content)
    if key := body.text("id"):
        gathering.node(node_id("agreement", key), body.file, properties)
    customer = customer_of(body, gathering)
    key = key or f"{customer.partition(':')[2]}-{body.text('templateId')}-{body.text('dateAgreed').replace(' ', '')}"
    agreement = gathering.node(node_id("agreement", key), body.file, properties)
    gathering.tie(RelationshipType.PARTY_TO, customer, agreement, body.file, start)


AGREEMENT = Shape("agreement", fits, take)
