"""A partner that works with the one who asked, in general or for one customer: the lists of indirect resellers."""

from collections.abc import Iterator

from intake.partner_center.bodies import Body
from intake.partner_center.identities import provisional_key
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.terms import RelationshipType

PROVIDES = "isindirectcloudsolutionproviderof"
RESELLS = "isindirectresellerof"


def fits(body: Body) -> bool:
    """Whether this is an entry of a list of partner relationships."""
    return body.object_type == "PartnerRelationship" or body.has("id", "relationshipType")


def take(body: Body, told: Told) -> None:
    """Tell of the partner, what it is to the one who asked and, in a customer's list, that it is that customer's reseller."""
    partner = told.partner(_key(body), {"name": body.text("name"), "country": body.text("location")})
    state = body.text("state").lower()
    kind = body.text("relationshipType").replace("_", "").lower()
    if kind in {PROVIDES, RESELLS}:
        pair = (told.biller(), partner) if kind == PROVIDES else (partner, told.biller())
        (told.began if state in {"", "active"} else told.ended)(RelationshipType.PROVIDES_FOR, *pair)
    else:
        told.refuse(f"is a relationship `{body.text('relationshipType')}`; taken are {PROVIDES} and {RESELLS}, with or without underscores")
    # a partner's own list gives each relationship a state, a customer's list does not
    if body.linked or not state:
        told.began(RelationshipType.RESELLER_FOR, partner, customer_of(body, told))
    if mpn_id := body.text("mpnId"):
        told.identities.check(partner, mpn_id)


def identifies(body: Body) -> Iterator[tuple[str, str]]:
    """The partner's tenant and MPN id."""
    if (tenant := body.text("id")) and (mpn_id := body.text("mpnId")):
        yield tenant, mpn_id


def _key(body: Body) -> str:
    if tenant := body.text("id"):
        return tenant
    if mpn_id := body.text("mpnId"):
        return provisional_key(mpn_id)
    raise BadInput("is a partner relationship that names the partner neither by `id` nor by `mpnId`; save the answer as it came")


PARTNER_RELATIONSHIP = Shape("partner relationship", fits, take, identifies)
