"""A partner that works with the one who asked, in general or for one customer: the lists of indirect resellers."""

from intake.partner_center.bodies import Body
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shape import Shape, customer_of
from policy.terms import RelationshipType

PROVIDES = "isindirectcloudsolutionproviderof"
RESELLS = "isindirectresellerof"


def fits(body: Body) -> bool:
    """Whether this is an entry of a list of partner relationships."""
    return body.object_type == "PartnerRelationship" or {"id", "relationshipType"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note the partner, what it is to the one who asked and, in a customer's list, that it is that customer's reseller."""
    partner = gathering.node(node_id("partner", body.text("id")), body.file, {"name": body.text("name"), "country": body.text("location")})
    state = body.text("state").lower()
    kind = body.text("relationshipType").replace("_", "").lower()
    if state in {"", "active"} and kind in {PROVIDES, RESELLS}:
        pair = (gathering.billed_by, partner) if kind == PROVIDES else (partner, gathering.billed_by)
        gathering.tie(RelationshipType.PROVIDES_FOR, *pair, body.file)
    if mpn_id := body.text("mpnId"):
        gathering.same_partner(partner, mpn_id)
    # a partner's own list gives each relationship a state, a customer's list does not
    if body.linked or not state:
        gathering.tie(RelationshipType.RESELLER_FOR, partner, customer_of(body, gathering), body.file)


PARTNER_RELATIONSHIP = Shape("partner relationship", fits, take)
